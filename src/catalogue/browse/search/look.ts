import { NEAR, VAGUELY } from '#platform/finding/words.ts';
import type { Catalogue, OfferedAction, OfferedSession, Said, Town } from './catalogue.ts';
import type { Criteria, Facets } from './criteria.ts';

/** What only the database can say of a search; the rows that it names need not be of the catalogue. */
export interface Answers extends Said {
  /** The towns that are meant by a city. */
  towns: Pick<Town, 'key' | 'department'>[];
  /** Sessions without a free place, where one is wanted. */
  full: number[];
  /** What is news, where nothing else is wanted. */
  newActions: number[];
  newSessions: number[];
}

/** An action that a search finds. */
export interface Match {
  action: OfferedAction;
  /** It holds the words, so well; otherwise some of its words resemble them, by so much. */
  isExact: boolean;
  relevance: number;
  closeness: number;
  /** The one that answers best; undefined where nothing is to come. */
  session: OfferedSession | undefined;
  /** Its place in the order of time. */
  turn: number;
  /** Its sessions that answer. */
  answering: OfferedSession[];
}

/** How many actions each value of a filter would leave; providers by their number. */
export type Counts = Record<keyof Facets, Record<string, number>>;

interface Candidate extends Match {
  likeness: number;
  /** The one filter that it does not fulfil: it counts among the other values of that one alone. */
  missed: keyof Facets | undefined;
  /** Its sessions that answer but for the place. */
  wished: OfferedSession[];
}

type SessionTest = (session: OfferedSession) => boolean;

/**
 * Looks through the whole catalogue: which actions a search finds, and how many each value of a filter would leave.
 * @returns the matches in the order of the sort
 */
export function lookThrough(
  catalogue: Catalogue,
  criteria: Criteria,
  answers: Answers,
  now: Date,
): { matches: Match[]; counts: Counts } {
  const { towns } = catalogue;
  const moment = now.getTime();
  const isOpen: SessionTest = (session) => session.startsAt > moment && session.registrationClosesAt > moment;
  const wishes = sessionWishes(criteria, answers, isOpen);
  const isThere = placeTest(criteria, towns, answers);
  const isNews = newsTest(criteria, answers);
  const filters = filterTests(criteria);
  const hitOf = hits(catalogue, criteria, answers);
  // A session-level wish is about sessions to come: an action without one cannot fulfil it.
  const isSessionNeeded = !criteria.pastToo || criteria.place !== undefined || wishes.length > 0;

  const candidates: Candidate[] = [];
  for (const [place, action] of catalogue.actions.entries()) {
    if (action.publishedAt > moment || !isLookedAt(action, criteria)) continue;
    const hit = hitOf(action, place);
    if (!hit) continue;
    const wished = action.sessions.filter((one) => one.endsAt > moment && wishes.every((wish) => wish(one)));
    if (isSessionNeeded && wished.length === 0) continue;
    const answering = wished.filter(isThere);
    if (!isNews(action, answering)) continue;
    const missed = filters.filter(({ isFulfilled }) => !isFulfilled(action, answering));
    if (missed.length > 1) continue;
    const best = answering.length > 0 ? answering : wished;
    const open = best.find(isOpen);
    candidates.push({
      action,
      isExact: hit.isExact,
      relevance: hit.relevance,
      likeness: hit.likeness,
      closeness: hit.closeness,
      session: open ?? best[0],
      turn: turnOf(open ?? best[0], open !== undefined),
      answering,
      wished,
      missed: missed[0]?.facet,
    });
  }

  const enough = candidates.some(({ isExact, missed }) => isExact && !missed) ? NEAR : VAGUELY;
  const matching = candidates.filter(({ isExact, likeness }) => isExact || likeness >= enough);
  return {
    matches: matching.filter(({ missed }) => !missed).sort(byOrder(criteria)),
    counts: countsOf(matching, towns),
  };
}

/** Whether a search may find an action at all. */
export const isLookedAt = ({ sessions }: OfferedAction, { pastToo }: Criteria): boolean =>
  pastToo || sessions.length > 0;

/**
 * Whether the words of a search find an action, and how: it holds them, or a word of its title or labels resembles each of
 * them, of which the one that resembles least counts; undefined where they do not.
 */
function hits({ words }: Catalogue, criteria: Criteria, { exact, resembling }: Answers) {
  if (criteria.words === '') return () => EVERY;
  const likenessOf = resembling.map((near) => {
    const byPlace = new Float64Array(words.size);
    for (const [word, likeness] of near ?? []) {
      const place = words.get(word);
      if (place !== undefined) byPlace[place] = likeness;
    }
    return byPlace;
  });
  const best = (of: number[], byPlace: Float64Array) =>
    of.reduce((most, place) => Math.max(most, byPlace[place] ?? 0), 0);
  return ({ titleWords, labelWords }: OfferedAction, place: number) => {
    let [likeness, closeness] = likenessOf.length > 0 ? [1, 2] : [0, 0];
    for (const byPlace of likenessOf) {
      const [title, labels] = [best(titleWords, byPlace), best(labelWords, byPlace)];
      likeness = Math.min(likeness, Math.max(title, labels));
      closeness = Math.min(closeness, Math.max(2 * title, labels));
    }
    const relevance = exact[place] ?? -1;
    const isExact = relevance >= 0;
    if (!isExact && likeness === 0) return undefined;
    return { isExact, relevance: isExact ? relevance : 0, likeness, closeness: likeness > 0 ? closeness : 0 };
  };
}

const EVERY = { isExact: true, relevance: 0, likeness: 0, closeness: 0 };

function sessionWishes(criteria: Criteria, { full }: Answers, isOpen: SessionTest): SessionTest[] {
  const [from, before] = [criteria.startsFrom?.getTime(), criteria.startsBefore?.getTime()];
  const withoutPlace = new Set(full);
  return [
    ...(from === undefined ? [] : [({ startsAt }: OfferedSession) => startsAt >= from]),
    ...(before === undefined ? [] : [({ startsAt }: OfferedSession) => startsAt < before]),
    ...(criteria.seatsOnly ? [isOpen, ({ id }: OfferedSession) => !withoutPlace.has(id)] : []),
  ];
}

function placeTest({ place }: Criteria, towns: Town[], answers: Answers): SessionTest {
  if (!place) return () => true;
  if (place.kind === 'remote') return ({ isRemote }) => isRemote;
  const nameOf = ({ key, department }: Pick<Town, 'key' | 'department'>) => `${department ?? ''} ${key}`;
  const named = new Set(answers.towns.map(nameOf));
  const meant = towns.map((town) =>
    place.kind === 'department'
      ? town.department === place.code
      : town.key !== null && named.has(nameOf(town)),
  );
  return ({ town }) => meant[town] === true;
}

function newsTest({ news }: Criteria, { newActions, newSessions }: Answers) {
  if (!news) return () => true;
  const [actions, sessions] = [new Set(newActions), new Set(newSessions)];
  return ({ id }: OfferedAction, answering: OfferedSession[]) =>
    actions.has(id) || answering.some((session) => sessions.has(session.id));
}

/** The filters in use: an action that misses one counts among its values, one that misses two is out. */
function filterTests({ place, themeId, kindId, modality, reserved, providerId }: Criteria) {
  const tests: Record<
    keyof Facets,
    false | ((action: OfferedAction, answering: OfferedSession[]) => boolean)
  > = {
    themes: themeId !== undefined && ((action) => action.themeId === themeId),
    kinds: kindId !== undefined && ((action) => action.kindId === kindId),
    modalities: modality !== undefined && ((action) => action.modality === modality),
    reserved: reserved !== undefined && ((action) => action.reserved === reserved),
    providers: providerId !== undefined && ((action) => action.providerId === providerId),
    departments: place !== undefined && ((_, answering) => answering.length > 0),
  };
  return Object.entries(tests).flatMap(([facet, isFulfilled]) =>
    isFulfilled ? [{ facet: facet as keyof Facets, isFulfilled }] : [],
  );
}

/** Of one moment, the titles in their order, in which actions came. */
function byOrder({ sort }: Criteria): (one: Match, other: Match) => number {
  return (one, other) =>
    (sort === 'published' &&
      (other.action.publishedAt - one.action.publishedAt || other.action.id - one.action.id)) ||
    (sort === 'relevance' &&
      (Number(other.isExact) - Number(one.isExact) ||
        other.relevance - one.relevance ||
        other.closeness - one.closeness)) ||
    one.turn - other.turn;
}

/** The order of time, in which comes last what one can no longer ask for, and what has no date. */
function turnOf(session: OfferedSession | undefined, isOpen: boolean): number {
  return session ? session.startsAt + (isOpen ? 0 : LATE) : 2 * LATE;
}

/** More than any moment, in milliseconds. */
const LATE = 1e15;

function countsOf(matching: readonly Candidate[], towns: Town[]): Counts {
  const counts: Counts = {
    themes: {},
    kinds: {},
    modalities: {},
    reserved: {},
    providers: {},
    departments: {},
  };
  const count = (facet: keyof Facets, missed: Candidate['missed'], value: string | number) => {
    if (missed === undefined || missed === facet) counts[facet][value] = (counts[facet][value] ?? 0) + 1;
  };
  for (const { action, wished, missed } of matching) {
    count('themes', missed, action.themeId);
    count('kinds', missed, action.kindId);
    count('modalities', missed, action.modality);
    count('reserved', missed, String(action.reserved));
    count('providers', missed, action.providerId);
    const departments = wished.map(({ town }) => towns[town]?.department);
    for (const [nth, department] of departments.entries()) {
      if (department && departments.indexOf(department) === nth) count('departments', missed, department);
    }
  }
  return counts;
}
