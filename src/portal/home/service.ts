import { type Actor, type Profile, profilesOf } from '../../access/actor.ts';
import { rightDefinitions } from '../../access/rights.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { latestNews, type News } from '../news/service.ts';
import { findWaiting, type Waiting } from './repository.ts';

/** How long « Premiers pas » is shown after the account was made. */
const FIRST_STEPS_DAYS = 30;
const DAY = 24 * 3_600_000;

/** What « Accueil » shows to one person. */
export interface Home {
  waiting: Waiting;
  /** What waits for a decision in ParcoursPro, under each profile that the person has to take for it. */
  decisions: (Profile & { waiting: number })[];
  isNew: boolean;
  /** RAFAEL is for those who hold a right of RafaelPro somewhere (domain.md §4). */
  mayOpenRafael: boolean;
  isReferent: boolean;
  /** The latest, or none. */
  news: News[];
}

/** Gathers « Accueil »: what the person may open, what waits for their decision, and the news. */
export async function getHome({ db, clock }: Dependencies, actor: Actor): Promise<Home> {
  const now = clock.now();
  const [found, news] = await Promise.all([findWaiting(db, actor.userId, now), latestNews({ db, clock })]);
  const waiting = found ?? {
    accountRequests: 0,
    byProfile: [],
    structureUpdates: 0,
    accountSince: now,
  };
  const rights = actor.affiliations.flatMap((affiliation) => affiliation.rights);
  return {
    waiting,
    decisions: profilesOf(actor)
      .filter(({ right }) => right !== 'beneficiary')
      .flatMap((profile) =>
        waiting.byProfile
          .filter(({ right, structureId }) => right === profile.right && structureId === profile.structureId)
          .map((one) => ({ ...profile, waiting: one.waiting })),
      ),
    isNew: now.getTime() - waiting.accountSince.getTime() < FIRST_STEPS_DAYS * DAY,
    mayOpenRafael: rights.some((right) => rightDefinitions[right].application === 'RafaelPro'),
    isReferent: rights.includes('referent'),
    news,
  };
}
