import type { Knex } from 'knex';
import type { Actor } from '#access/actor.ts';
import { EPOCH, sessionCalendar, sessionsCalendar } from '#enrolment/calendar.ts';
import { type RegistrationOption, registrationOptions } from '#enrolment/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { ListedPage } from '#platform/feature.ts';
import { slugPattern } from '#platform/french/slug.ts';
import { sharedReading } from '#platform/shared-reading.ts';
import { fieldsOf } from '#platform/web/forms/body.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { type ActionCard, type ActionPage, cardOf } from './presentation.ts';
import {
  type AccessRules,
  type FilterLists,
  findAction,
  findMovedSlug,
  findPublicActions,
  findSessionForCalendar,
  readAccessRules,
} from './repository.ts';
import { readSearch, type SearchQuery } from './schemas.ts';
import { currentCatalogue } from './search/catalogue.ts';
import type { Criteria, FoundAction, FoundPage } from './search/criteria.ts';
import { readFilterLists } from './search/offered.ts';
import { findCards, findNextActions, searchActions } from './search/repository.ts';
import { PROVIDER_CHIP, type Search, searchHref, understandSearch } from './search/search.ts';

export type { ActionCard, ActionPage } from './presentation.ts';
export type { PublicAction } from './repository.ts';
export type { FoundPage } from './search/criteria.ts';

/** Cards of « Prochainement ». */
const HOME_CARDS = 6;

/**
 * The lists of the filters with the actions that come next: the same for everybody, so that those who ask within the
 * time for which visitors share a page share it too, signed in or not.
 */
export function homeReading({
  db,
  clock,
  config,
}: Dependencies): () => Promise<{ lists: FilterLists; next: FoundAction[] }> {
  return sharedReading(config.visitorPagesMs, async () => {
    const now = clock.now();
    return { lists: await readFilterLists(db, now), next: await findNextActions(db, HOME_CARDS, now) };
  });
}

/** A search made out and carried out. */
export interface SearchOutcome extends Search {
  lists: FilterLists;
  found: FoundPage;
}

/**
 * Looks through the catalogue, in two statements whatever is asked.
 * @param wanted what is read differently than for a page of results
 */
export async function searchCatalogue(
  { db, clock }: Dependencies,
  query: SearchQuery,
  wanted: Partial<Criteria> = {},
): Promise<SearchOutcome> {
  const { search, lists, found } = await searchActions(db, clock.now(), (offered) => {
    const understood = understandSearch(query, offered);
    return { ...understood, criteria: { ...understood.criteria, ...wanted } };
  });
  const chips = search.chips.map((chip) =>
    chip.label === PROVIDER_CHIP ? { ...chip, label: found.providerName ?? PROVIDER_CHIP } : chip,
  );
  return { ...search, chips, lists, found };
}

/** What the filters offer, for those who look through the catalogue more than once. */
export function getFilterLists({ db, clock }: Dependencies): Promise<FilterLists> {
  return readFilterLists(db, clock.now());
}

/** The cards of public actions, in the order of their numbers; the others are left out. */
export async function getCards(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  actionIds: readonly number[],
): Promise<ActionCard[]> {
  const now = clock.now();
  return (await findCards(db, actionIds, now)).map((action) => cardOf(action, now));
}

/** A search as its address writes it, without the page nor what is not understood: the same search, the same text. */
export function normaliseSearch(query: string): string {
  return searchHref({ ...readSearch(fieldsOf(query)), page: 1 }, '').slice(1);
}

/** What each search looks for, in words: « VAE », Gironde (33), Places disponibles; empty for the whole catalogue. */
export async function describeSearch(deps: Dependencies, queries: readonly string[]): Promise<string[]> {
  const lists = await getFilterLists(deps);
  return queries.map((query) =>
    understandSearch(readSearch(fieldsOf(query)), lists)
      .chips.map(({ label }) => label)
      .join(', '),
  );
}

/** Has the catalogue read where it has changed: in a transaction, each search would have to read it for itself. */
export async function readyToSearch(db: Knex, now: Date): Promise<void> {
  await currentCatalogue(db, now);
}

/** The actions that a search finds among those that are news, or whose sessions are (`new-sessions/news.ts`), the best first. */
export async function findNewActions(
  db: Knex,
  query: string,
  { news, now, most }: { news: NonNullable<Criteria['news']>; now: Date; most: number },
): Promise<Pick<FoundPage, 'total' | 'actions'>> {
  const { found } = await searchActions(db, now, (lists) => {
    const { criteria } = understandSearch(readSearch(fieldsOf(query)), lists);
    return { criteria: { ...criteria, news, page: 1, perPage: most } };
  });
  return found;
}

/** The action has another address since its title was changed. */
export class ActionMoved extends NotFound {
  override name = 'ActionMoved';
  readonly slug: string;
  constructor(slug: string) {
    super();
    this.slug = slug;
  }
}

/**
 * An action with its sessions, and why each can or cannot be asked for by this visitor.
 * @throws NotFound for an action that is unknown, not published yet or archived; ActionMoved for a former address
 */
export async function getAction(
  dependencies: Dependencies,
  actor: Actor | undefined,
  slug: string,
): Promise<ActionPage> {
  if (!slugPattern.test(slug)) throw new NotFound();
  const { db, clock } = dependencies;
  const action = await findAction(db, slug, actor?.userId ?? null, clock.now());
  if (!action) {
    const slugNow = await findMovedSlug(db, slug, clock.now());
    throw slugNow ? new ActionMoved(slugNow) : new NotFound();
  }
  const options = await registrationOptions(dependencies, actor, action.id);
  const coming = action.coming.map((session) => ({
    ...session,
    option: options.get(session.id) ?? NO_OPTION,
  }));
  return { ...action, coming };
}

// A session made between the two statements: it will be offered when the page is opened again.
const NO_OPTION: RegistrationOption = Object.freeze({
  blockers: [
    { code: 'unknown', message: 'Rechargez la page pour connaître les conditions de cette session.' },
  ],
  warnings: [],
  onWaitingList: false,
});

/** The calendar file of a session of a public action. @throws NotFound when the address names no such session */
export async function getSessionCalendar(
  { db, clock, config }: Dependencies,
  slug: string,
  sessionId: string,
): Promise<string> {
  const id = parseRowId(sessionId);
  if (!slugPattern.test(slug) || id === undefined) throw new NotFound();
  const now = clock.now();
  const found = await findSessionForCalendar(db, slug, id, now);
  if (!found) throw new NotFound();
  return sessionCalendar({
    host: new URL(config.publicUrl).hostname,
    session: {
      id,
      calendarSequence: found.calendarSequence,
      slots: found.slots.map((slot) => ({ ...slot, link: '' })),
    },
    title: found.title,
    url: `${config.publicUrl}/parcourspro/actions/${slug}`,
    stamp: found.changedAt ?? EPOCH,
  });
}

/** Actions whose dates one calendar holds: a year of a theme or of a département. */
const CALENDAR_ACTIONS = 100;

/** The dates of what a search finds, as a calendar to follow: those of the first actions, the ones that come next. */
export async function getSearchCalendar(dependencies: Dependencies, query: SearchQuery): Promise<string> {
  const { config } = dependencies;
  const { found, chips } = await searchCatalogue(dependencies, query, {
    sort: 'date',
    page: 1,
    perPage: CALENDAR_ACTIONS,
    withSlots: true,
  });
  const host = new URL(config.publicUrl).hostname;
  return sessionsCalendar(
    ['ParcoursPro', ...chips.map(({ label }) => label)].join(', '),
    found.actions.flatMap(({ title, slug, dates = [] }) =>
      dates.map((session) => ({
        host,
        session: { ...session, slots: session.slots.map((slot) => ({ ...slot, link: '' })) },
        title,
        url: `${config.publicUrl}/parcourspro/actions/${slug}`,
        stamp: session.changedAt ? new Date(session.changedAt) : EPOCH,
      })),
    ),
  );
}

/** The agency's settings and kinds, for « Conditions d’accès ». */
export function getAccessRules({ db }: Dependencies): Promise<AccessRules> {
  return readAccessRules(db);
}

/** Actions in the site map; with the other pages, fewer than one file of it may hold. */
const MOST_LISTED = 49_000;

/** The public pages of the catalogue, for the site map. */
export async function listPages({ db, clock }: Pick<Dependencies, 'db' | 'clock'>): Promise<ListedPage[]> {
  const actions = await findPublicActions(db, clock.now(), MOST_LISTED);
  const latest = actions.map(({ changedAt }) => changedAt).sort((a, b) => b.getTime() - a.getTime())[0];
  return [
    { path: '/parcourspro', changedAt: latest },
    { path: '/parcourspro/actions', changedAt: latest },
    { path: '/parcourspro/condition' },
    { path: '/parcourspro/a-propos' },
    { path: '/parcourspro/contact' },
    ...actions.map(({ slug, changedAt }) => ({ path: `/parcourspro/actions/${slug}`, changedAt })),
  ];
}
