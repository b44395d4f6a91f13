import type { Place } from '#platform/finding/places.ts';

/** What to look for, once the address has been understood. Days are numbers since 1970. */
export interface Criteria {
  words: string;
  place: Place | undefined;
  /** How far around a city, in kilometres; undefined for the city alone. */
  radius: number | undefined;
  department: string | undefined;
  domain: string | undefined;
  /** From 1 to 8. */
  level: number | undefined;
  mode: number | undefined;
  entry: number | undefined;
  programmeId: number | undefined;
  publicCode: string | undefined;
  bodyId: number | undefined;
  /** Sessions that may begin from this day on, and until that one. */
  startsFrom: number | undefined;
  startsUntil: number | undefined;
  certifyingOnly: boolean;
  conventionedOnly: boolean;
  /** Only sessions that take people in and are not full. */
  placesOnly: boolean;
  /** Only sessions with an information meeting to come. */
  meetingsOnly: boolean;
  /** Also formations without a session to come. */
  pastToo: boolean;
  sort: 'date' | 'relevance' | 'distance';
  /** From 1; one beyond the end means the last. */
  page: number;
  perPage: number;
}

/** The filters whose values are counted. */
export const FACETS = [
  'domains',
  'levels',
  'bodies',
  'departments',
  'modes',
  'entries',
  'programmes',
  'publics',
  'certifying',
  'conventioned',
  'places',
  'meetings',
] as const;
export type Facet = (typeof FACETS)[number];

/**
 * How many formations each value of a filter would leave, the other filters as they are: by its text, by the number of a
 * level, a mode, a body or a programme; those that are ticked by `1`.
 */
export type Counts = Record<Facet, Record<string, number>>;

/** A formation that a search finds. */
export interface Match {
  offerId: number;
  /** The session that answers best; 0 where none is to come. */
  sessionId: number;
  /** How many of its sessions answer. */
  answering: number;
  /** From the town that is looked for, in kilometres; NaN where it is not known, or none is. */
  distance: number;
}

/** What looking through the offer finds. */
export interface Looked {
  total: number;
  /** The page really shown, and what is on it. */
  page: number;
  matches: Match[];
  /** No formation holds the very words: these resemble them. */
  isApproximate: boolean;
  counts: Counts;
}
