import type { Criteria, Looked } from '../criteria.ts';
import type { Said } from '../memory/reading.ts';
import { NO_DAY, type Stock } from '../memory/stock.ts';
import { actionFilters, MISSED, offerFilters } from './filters.ts';
import { hitsOf } from './likeness.ts';
import type { PlaceTest } from './meant.ts';
import { Order } from './order.ts';
import { Tally } from './tally.ts';

/** That nothing is missed, among the bits of what was seen to be missed. */
const NOTHING = 1 << 20;

const misses = (missed: number) => (missed === 0 ? NOTHING : missed);
const isOneAtMost = (missed: number) => (missed & (missed - 1)) === 0;

/** LHÉO « entrées/sorties permanentes ». */
const PERMANENT = 1;
/** LHÉO « recrutement ouvert ». */
const OPEN = 1;
/** Of a formation without a session to come: after every other. */
const WITHOUT = NO_DAY + 1;

/**
 * Looks through the whole offer: which formations a search finds, and how many each value of a filter would leave. A
 * session answers with all of its filters, of its action and of its formation.
 * @param today days since 1970
 */
export function lookThrough(
  stock: Stock,
  criteria: Criteria,
  { said, place, now, today }: { said: Said; place: PlaceTest; now: Date; today: number },
): Looked {
  const { offers, actions, sessions } = stock;
  const { startsFrom = 0, startsUntil = NO_DAY - 1 } = criteria;
  const hasDates = criteria.startsFrom !== undefined || criteria.startsUntil !== undefined;
  const moment = now.getTime();
  const tally = new Tally(stock);
  const counted = tally.values;
  const offerMisses = offerFilters(stock, criteria);
  const actionMisses = actionFilters(stock, criteria, place);
  const hitOf = hitsOf(stock, criteria, said);
  const found = new Order(criteria.sort, today);
  const isNearest = criteria.sort === 'distance';

  for (let offer = 0; offer < stock.length; offer += 1) {
    if (offers.isLive.values[offer] === 0) continue;
    const hit = hitOf(offer);
    if (hit.group < 0) continue;
    const { group } = hit;
    const ofOffer = offerMisses(offer);
    if (!isOneAtMost(ofOffer)) continue;
    let seen = 0;
    let [best, bestTurn, bestDistance, answering] = [-1, WITHOUT, Number.NaN, 0];
    let [hasPlaces, hasMeetings] = [false, false];

    const lastAction = endOf(offers.actions, offer, actions.town.length);
    for (let action = offers.actions.values[offer] as number; action < lastAction; action += 1) {
      const ofAction = ofOffer | actionMisses(action);
      if (!isOneAtMost(ofAction)) continue;
      const distance = place.distance(action);
      const isPermanent = actions.entry.values[action] === PERMANENT;
      let [seenHere, isComingHere] = [0, false];

      const last = endOf(actions.sessions, action, sessions.id.length);
      for (let session = actions.sessions.values[action] as number; session < last; session += 1) {
        const startsBy = sessions.startsBy.values[session] as number;
        const endsBy = sessions.endsBy.values[session] as number;
        if (endsBy < today || (startsBy < today && !isPermanent)) continue;
        isComingHere = true;
        const startsOn = sessions.startsOn.values[session] as number;
        // One enters on any day from now on; of others, some day of what is known.
        const from = startsOn === NO_DAY ? NO_DAY : Math.max(startsOn, today);
        const until = isPermanent && startsOn !== NO_DAY ? endsBy : startsBy;
        const isPlace =
          sessions.hasPlace.values[session] === 1 && sessions.recruiting.values[session] === OPEN;
        const isMeeting = (sessions.lastMeeting.values[session] as number) > moment;
        let missed = ofAction;
        if (hasDates && (from === NO_DAY || from > startsUntil || until < startsFrom)) missed |= MISSED.dates;
        if (criteria.placesOnly && !isPlace) missed |= MISSED.places;
        if (criteria.meetingsOnly && !isMeeting) missed |= MISSED.meetings;
        if (!isOneAtMost(missed)) continue;
        seenHere |= misses(missed);
        if (isPlace && (missed === 0 || missed === MISSED.places)) hasPlaces = true;
        if (isMeeting && (missed === 0 || missed === MISSED.meetings)) hasMeetings = true;
        if (missed !== 0) continue;
        answering += 1;
        const turn = hasDates ? Math.max(from, startsFrom) : from;
        const isBetter =
          isNearest && distance !== bestDistance ? !(distance >= bestDistance) : turn < bestTurn;
        if (best < 0 || isBetter) [best, bestTurn, bestDistance] = [session, turn, distance];
      }

      // Without a session to come it answers where that is asked for, and no wish is about its sessions.
      if (!isComingHere && criteria.pastToo) {
        const wishes = hasDates || criteria.placesOnly || criteria.meetingsOnly;
        if (!wishes) {
          seenHere |= misses(ofAction);
          if (ofAction === 0 && best < 0 && !(distance >= bestDistance)) bestDistance = distance;
        }
      }
      if (seenHere === 0) continue;
      seen |= seenHere;
      countAction(action, offer, group, seenHere);
    }
    if (seen === 0) continue;
    countOffer(offer, group, seen, { hasPlaces, hasMeetings });
    if ((seen & NOTHING) === 0) continue;
    const sessionId = best < 0 ? 0 : (sessions.id.values[best] as number);
    found.add(hit, { row: offer, sessionId, answering, turn: bestTurn, distance: bestDistance });
  }

  function countAction(action: number, offer: number, group: number, seenHere: number): void {
    const isCounted = (bit: number) => (seenHere & (NOTHING | bit)) !== 0;
    if (isCounted(MISSED.departments))
      counted.departments.add(actions.department.values[action] as number, offer, group);
    const [mode, entry] = [actions.mode.values[action] as number, actions.entry.values[action] as number];
    if (mode >= 0 && isCounted(MISSED.modes)) counted.modes.add(mode, offer, group);
    if (entry >= 0 && isCounted(MISSED.entries)) counted.entries.add(entry, offer, group);
    const programme = actions.programme.values[action] as number;
    if (programme >= 0 && isCounted(MISSED.programmes)) counted.programmes.add(programme, offer, group);
    if (isCounted(MISSED.publics)) {
      const end = actions.publics.start(action + 1);
      for (let at = actions.publics.start(action); at < end; at += 1)
        counted.publics.add(actions.publics.values[at] as number, offer, group);
    }
    if (actions.conventioned.values[action] === 1 && isCounted(MISSED.conventioned))
      counted.conventioned.add(0, offer, group);
  }

  function countOffer(
    offer: number,
    group: number,
    seen: number,
    { hasPlaces, hasMeetings }: { hasPlaces: boolean; hasMeetings: boolean },
  ): void {
    const isCounted = (bit: number) => (seen & (NOTHING | bit)) !== 0;
    if (isCounted(MISSED.domains)) {
      const end = offers.domains.start(offer + 1);
      for (let at = offers.domains.start(offer); at < end; at += 1)
        counted.domains.add(offers.domains.values[at] as number, offer, group);
    }
    if (isCounted(MISSED.levels)) counted.levels.add(offers.level.values[offer] as number, offer, group);
    if (isCounted(MISSED.bodies)) counted.bodies.add(offers.body.values[offer] as number, offer, group);
    if (offers.certifying.values[offer] === 1 && isCounted(MISSED.certifying))
      counted.certifying.add(0, offer, group);
    if (hasPlaces) counted.places.add(0, offer, group);
    if (hasMeetings) counted.meetings.add(0, offer, group);
  }

  const { perPage } = criteria;
  const { total } = found;
  const page = Math.min(criteria.page, Math.max(1, Math.ceil(total / perPage)));
  const shown = found.slice((page - 1) * perPage, perPage, (row) => offers.id.values[row] as number);
  return {
    total,
    page,
    matches: shown.map(({ row, ...match }) => ({ offerId: offers.id.values[row] as number, ...match })),
    isApproximate: total > 0 && !found.isExact,
    counts: tally.counts(found.groups),
  };
}

/** Where the rows of one end among those of a table in which they follow each other. */
const endOf = (starts: { values: Int32Array; length: number }, row: number, all: number): number =>
  row + 1 < starts.length ? (starts.values[row + 1] as number) : all;
