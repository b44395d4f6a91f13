import type { Place } from '#platform/finding/places.ts';
import type { SessionRow, SlotRow } from '../repository.ts';

/** What to look for, once the address has been understood. */
export interface Criteria {
  words: string;
  place: Place | undefined;
  /** How far around a city, in kilometres; undefined for the city alone. */
  radius: number | undefined;
  themeId: number | undefined;
  kindId: number | undefined;
  modality: 'in_person' | 'remote' | 'mixed' | undefined;
  reserved: boolean | undefined;
  providerId: number | undefined;
  /** Sessions that start from this moment on, and before that one. */
  startsFrom: Date | undefined;
  startsBefore: Date | undefined;
  /** Only sessions in which a place is left. */
  seatsOnly: boolean;
  /** Also actions without a session to come. */
  pastToo: boolean;
  /** Only what is news (`new-sessions/news.ts`), for the alerts of saved searches. */
  news?: { noticedAfter: Date; since: Date };
  /** `published`: the newest in the catalogue first. */
  sort: 'date' | 'relevance' | 'published';
  /** From 1; one beyond the end means the last. */
  page: number;
  perPage: number;
  /** Also every session that answers, with its half-days, for calendars. */
  withSlots?: boolean;
}

/** A session that answers a search, with its half-days. */
export interface DatedSession {
  id: number;
  calendarSequence: number;
  /** When its dates last changed; null for one that never did, from before that was noted. */
  changedAt: string | null;
  slots: SlotRow[];
}

/** An action in a list, with the session that answers the search best. */
export interface FoundAction {
  id: number;
  slug: string;
  title: string;
  kind: string;
  reserved: boolean;
  theme: string;
  provider: string;
  modality: 'in_person' | 'remote' | 'mixed';
  durationDays: number;
  /** Null where nothing is to come. */
  session: SessionRow | null;
  /** How many sessions to come answer the search. */
  sessionCount: number;
  publishedAt: string;
  /** In the order of time; undefined unless they were asked for. */
  dates?: DatedSession[];
}

/** How many actions each value of a filter would leave, the other filters as they are. */
export interface Facets {
  /** By the number of the theme, of the kind and of the provider, by modality, by « true » or « false ». */
  themes: Readonly<Record<string, number>>;
  kinds: Readonly<Record<string, number>>;
  modalities: Readonly<Record<string, number>>;
  reserved: Readonly<Record<string, number>>;
  departments: Readonly<Record<string, number>>;
  /** Those with the most actions, and the one that was chosen. */
  providers: { id: number; name: string; count: number }[];
}

/** One page of a search; `page` is the one really shown. */
export interface FoundPage {
  total: number;
  page: number;
  /** No action holds the very words: these resemble them. */
  isApproximate: boolean;
  /** False where a radius was asked for around a town whose place is not known: its name alone counted. */
  isCentreKnown: boolean;
  /** The name of the provider that was asked for; null where none was, or there is none of this number. */
  providerName: string | null;
  actions: FoundAction[];
  facets: Facets;
}
