import type { Criteria } from '../criteria.ts';
import type { Said } from '../memory/reading.ts';
import { NO_DAY, type Stock } from '../memory/stock.ts';
import { isOneAtMost, MISSED, NOTHING } from './filters.ts';
import type { PlaceTest } from './meant.ts';

/** What the database said of a search, and when it is asked. */
export interface Asked {
  said: Said;
  place: PlaceTest;
  now: Date;
  /** Days since 1970. */
  today: number;
}

/** LHÉO « entrées/sorties permanentes ». */
const PERMANENT = 1;
/** LHÉO « recrutement ouvert ». */
const OPEN = 1;
/** The turn of a formation without a session to come: after every other. */
const WITHOUT = NO_DAY + 1;

/** What the sessions of one formation answer, while a search looks at it. */
export class Look {
  /** What was seen to be missed, one bit each; {@link NOTHING} for a session that answers. */
  seen = 0;
  /** Whether a session that is counted takes people in, or has a meeting to come. */
  hasPlaces = false;
  hasMeetings = false;
  /** The session that answers best; 0 for none. */
  sessionId = 0;
  answering = 0;
  /** The day on which one may begin, since 1970. */
  turn = WITHOUT;
  distance = Number.NaN;

  get isFound(): boolean {
    return (this.seen & NOTHING) !== 0;
  }

  begin(): void {
    this.seen = 0;
    this.hasPlaces = false;
    this.hasMeetings = false;
    this.sessionId = 0;
    this.answering = 0;
    this.turn = WITHOUT;
    this.distance = Number.NaN;
  }
}

/** Looks at the sessions of one action after the other. */
export function sessionLook(stock: Stock, criteria: Criteria, { place, now, today }: Asked) {
  const { actions, sessions } = stock;
  const [id, startsOn, startsBy] = [sessions.id.values, sessions.startsOn.values, sessions.startsBy.values];
  const [endsBy, recruiting] = [sessions.endsBy.values, sessions.recruiting.values];
  const [hasPlace, lastMeeting] = [sessions.hasPlace.values, sessions.lastMeeting.values];
  const [entry, firstSessions] = [actions.entry.values, actions.sessions.values];
  const [actionCount, sessionCount] = [actions.sessions.length, sessions.id.length];
  const { startsFrom = 0, startsUntil = NO_DAY - 1, placesOnly, meetingsOnly, pastToo } = criteria;
  const hasDates = criteria.startsFrom !== undefined || criteria.startsUntil !== undefined;
  const isAboutSessions = hasDates || placesOnly || meetingsOnly;
  const isNearest = criteria.sort === 'distance';
  const moment = now.getTime();

  return Object.assign(new Look(), {
    /**
     * Looks at an action.
     * @param ofAction what it misses of the filters already
     * @returns what was seen to be missed by its sessions
     */
    at(this: Look, action: number, ofAction: number): number {
      const isPermanent = entry[action] === PERMANENT;
      const distance = place.distance(action);
      const end = action + 1 < actionCount ? (firstSessions[action + 1] as number) : sessionCount;
      let [seen, isComing] = [0, false];
      for (let session = firstSessions[action] as number; session < end; session += 1) {
        const [starts, by, ends] = [
          startsOn[session] as number,
          startsBy[session] as number,
          endsBy[session] as number,
        ];
        if (ends < today || (by < today && !isPermanent)) continue;
        isComing = true;
        // One enters on any day from now on; of others, on some day of what is known.
        const from = starts === NO_DAY ? NO_DAY : Math.max(starts, today);
        const until = isPermanent && starts !== NO_DAY ? ends : by;
        const isPlace = hasPlace[session] === 1 && recruiting[session] === OPEN;
        const isMeeting = (lastMeeting[session] as number) > moment;
        let missed = ofAction;
        if (hasDates && (from === NO_DAY || from > startsUntil || until < startsFrom)) missed |= MISSED.dates;
        if (placesOnly && !isPlace) missed |= MISSED.places;
        if (meetingsOnly && !isMeeting) missed |= MISSED.meetings;
        if (!isOneAtMost(missed)) continue;
        seen |= missed === 0 ? NOTHING : missed;
        if (isPlace && (missed === 0 || missed === MISSED.places)) this.hasPlaces = true;
        if (isMeeting && (missed === 0 || missed === MISSED.meetings)) this.hasMeetings = true;
        if (missed !== 0) continue;
        this.answering += 1;
        const turn = Math.max(from, startsFrom);
        const isBetter = isNearest ? comesBefore(distance, turn, this) : turn < this.turn;
        if (this.sessionId !== 0 && !isBetter) continue;
        this.sessionId = id[session] as number;
        this.turn = turn;
        this.distance = distance;
      }
      // Without a session to come it answers where that is asked for, and no filter is about sessions.
      if (!isComing && pastToo && !isAboutSessions) {
        seen |= ofAction === 0 ? NOTHING : ofAction;
        if (ofAction === 0 && this.sessionId === 0 && comesBefore(distance, WITHOUT, this))
          this.distance = distance;
      }
      this.seen |= seen;
      return seen;
    },
  });
}

/** Whether a session is nearer than the best so far, or sooner at the same distance; what is not known is far. */
function comesBefore(distance: number, turn: number, best: Look): boolean {
  const [far, bestFar] = [knownOr(distance), knownOr(best.distance)];
  return far === bestFar ? turn < best.turn : far < bestFar;
}

const knownOr = (distance: number) => (Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance);
