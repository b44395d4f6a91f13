import { type Actor, type Profile, profilesOf } from '../../access/actor.ts';
import { rightDefinitions } from '../../access/rights.ts';
import { profileOfPage } from '../../access/spaces.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import type { Tile, Waiting } from '../../platform/tiles.ts';
import { latestNews, type News } from '../news/service.ts';
import { findHome } from './repository.ts';

/** How long « Premiers pas » is shown after the account was made. */
const FIRST_STEPS_DAYS = 30;
const DAY = 24 * 3_600_000;

/** Something that waits; `profile` is the one to take for its page, where it opens under one only. */
export type HomeTile = Pick<Tile, 'label' | 'href'> & Waiting & { profile?: Profile };

/** What « Accueil » shows to one person. */
export interface Home {
  /** What waits for their decision. */
  decisions: HomeTile[];
  /** What they wait for. */
  awaited: HomeTile[];
  isNew: boolean;
  /** RAFAEL is for those who hold a right of RafaelPro somewhere (domain.md §4). */
  mayOpenRafael: boolean;
  isReferent: boolean;
  /** The latest, or none. */
  news: News[];
}

/** Gathers « Accueil »: what the person may open, what waits for their decision, and the news. */
export async function getHome({ db, clock, features }: Dependencies, actor: Actor): Promise<Home> {
  const now = clock.now();
  const all = features
    .flatMap(({ tiles = [] }) => tiles)
    .filter(({ home }) => home === 'decisions' || home === 'awaited');
  const [found, news] = await Promise.all([findHome(db, all, actor.userId, now), latestNews({ db, clock })]);
  const tiles = (home: Tile['home']) =>
    all.flatMap((tile, index) => (tile.home === home ? shown(tile, found?.waiting[index] ?? [], actor) : []));
  const since = found?.accountSince ?? now;
  const rights = actor.affiliations.flatMap((affiliation) => affiliation.rights);
  return {
    decisions: tiles('decisions'),
    awaited: tiles('awaited'),
    isNew: now.getTime() - since.getTime() < FIRST_STEPS_DAYS * DAY,
    mayOpenRafael: rights.some((right) => rightDefinitions[right].application === 'RafaelPro'),
    isReferent: rights.includes('referent'),
    news,
  };
}

/** Where something waits under a tile: once, or under each of the person's profiles that open its page. */
function shown({ label, href }: Tile, rows: readonly Waiting[], actor: Actor): HomeTile[] {
  const owner = profileOfPage(href);
  const waiting = rows.filter((row) => row.waiting > 0);
  if (!owner) return waiting.map((row) => ({ label, href, ...row }));
  const profiles = profilesOf(actor).filter(({ right }) => right === owner);
  return profiles.flatMap((profile) =>
    waiting
      .filter(({ structureId }) => structureId === profile.structureId)
      .map((row) => ({ label, href, ...row, profile })),
  );
}
