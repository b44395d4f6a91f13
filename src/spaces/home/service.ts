import { type Actor, type Profile, profilesOf } from '#access/actor.ts';
import { profileOfPage } from '#access/spaces.ts';
import { latestNews, type News } from '#editorial/news/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Tile, Waiting } from '#platform/tiles.ts';
import { type Service, shownOnHome, withheldOnHome } from '#sso/services/service.ts';
import { findHome } from './repository.ts';

/** How long « Premiers pas » is shown after the account was made. */
const FIRST_STEPS_DAYS = 30;
const DAY = 24 * 3_600_000;

/** Something that waits; `profile` is the one to take for its page, where it opens under one only. */
export type HomeTile = Pick<Tile, 'label' | 'href'> & Waiting & { profile: Profile | undefined };

/** What « Accueil » shows to one person. */
export interface Home {
  /** What waits for their decision. */
  decisions: HomeTile[];
  /** What they wait for. */
  awaited: HomeTile[];
  isNew: boolean;
  /** The services of the registry that the person may open, by the rule that lets them in there. */
  services: Service[];
  /** Those for which they lack a right that their structure gives to some. */
  withheld: Service[];
  isReferent: boolean;
  /** The latest, or none. */
  news: News[];
}

/** Gathers « Accueil »: what the person may open, what waits for their decision, and the news. */
export async function getHome(deps: Dependencies, actor: Actor): Promise<Home> {
  const { db, clock, features } = deps;
  const now = clock.now();
  const all = features
    .flatMap(({ tiles = [] }) => tiles)
    .filter(({ home }) => home === 'decisions' || home === 'awaited');
  const [found, news] = await Promise.all([findHome(db, all, actor.userId, now), latestNews({ db, clock })]);
  const profiles = profilesOf(actor);
  const tiles = (home: Tile['home']) =>
    all
      .flatMap((tile, index) =>
        tile.home === home ? shown(tile, found?.waiting[index] ?? [], profiles) : [],
      )
      // As in the switcher: structure by structure.
      .sort((one, other) => placeOf(one, profiles) - placeOf(other, profiles));
  const since = found?.accountSince ?? now;
  const rights = actor.affiliations.flatMap((affiliation) => affiliation.rights);
  return {
    decisions: tiles('decisions'),
    awaited: tiles('awaited'),
    isNew: now.getTime() - since.getTime() < FIRST_STEPS_DAYS * DAY,
    services: found ? shownOnHome(found) : [],
    withheld: found ? withheldOnHome(found) : [],
    isReferent: rights.includes('referent'),
    news,
  };
}

/** Where something waits under a tile: once, or under each of the person's profiles that open its page. */
function shown({ label, href }: Tile, rows: readonly Waiting[], profiles: readonly Profile[]): HomeTile[] {
  const owner = profileOfPage(href);
  return rows
    .filter(({ waiting }) => waiting > 0)
    .map((row) => ({
      label,
      href,
      ...row,
      profile: profiles.find(({ right, structureId }) => right === owner && structureId === row.structureId),
    }))
    .filter(({ profile }) => !owner || profile);
}

const placeOf = ({ profile }: HomeTile, profiles: readonly Profile[]) =>
  profile ? profiles.indexOf(profile) : -1;
