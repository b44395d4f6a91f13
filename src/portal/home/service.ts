import type { Actor } from '../../access/actor.ts';
import { rightDefinitions } from '../../access/rights.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { findWaiting, type Waiting } from './repository.ts';

/** How long « Premiers pas » is shown after the account was made. */
const FIRST_STEPS_DAYS = 30;
const DAY = 24 * 3_600_000;

/** What « Accueil » shows to one person. */
export interface Home {
  waiting: Waiting;
  isNew: boolean;
  /** RAFAEL is for those who hold a right of RafaelPro somewhere (DOMAIN §4). */
  mayOpenRafael: boolean;
  isReferent: boolean;
}

/** Gathers « Accueil »: what the person may open, and what waits for their decision. */
export async function getHome({ db, clock }: Dependencies, actor: Actor): Promise<Home> {
  const now = clock.now();
  const waiting = (await findWaiting(db, actor.userId, now)) ?? {
    accountRequests: 0,
    enrolmentRequests: 0,
    participantsToExamine: 0,
    structureUpdates: 0,
    accountSince: now,
  };
  const rights = actor.affiliations.flatMap((affiliation) => affiliation.rights);
  return {
    waiting,
    isNew: now.getTime() - waiting.accountSince.getTime() < FIRST_STEPS_DAYS * DAY,
    mayOpenRafael: rights.some((right) => rightDefinitions[right].application === 'RafaelPro'),
    isReferent: rights.includes('referent'),
  };
}
