import type { Actor } from '../../access/actor.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { NotFound } from '../../platform/errors.ts';
import { parseRowId } from '../../platform/web/forms/fields.ts';
import { type RegistrationOption, registrationOptions } from '../enrolment/service.ts';
import { sessionCalendar } from './calendar.ts';
import {
  type AccessRules,
  type ActionRow,
  type FilterLists,
  findAction,
  findMovedSlug,
  findSessionForCalendar,
  readAccessRules,
  readFilterLists,
} from './repository.ts';
import { readSearch, type SearchQuery, slugPattern } from './schemas.ts';
import { type FoundPage, searchActions } from './search/repository.ts';
import { type Search, understandSearch } from './search/search.ts';

/** Cards of « Prochainement ». */
const HOME_CARDS = 6;

/** The lists of the filters with the actions that come next. */
export async function getHome({ db, clock }: Dependencies): Promise<{ lists: FilterLists; next: FoundPage }> {
  const now = clock.now();
  const lists = await readFilterLists(db, now);
  const { criteria } = understandSearch(readSearch({}), lists);
  return { lists, next: await searchActions(db, { ...criteria, perPage: HOME_CARDS }, now) };
}

/** A search made out and carried out. */
export interface SearchOutcome extends Search {
  lists: FilterLists;
  found: FoundPage;
}

/** Looks through the catalogue, in two statements whatever is asked. */
export async function searchCatalogue(
  { db, clock }: Dependencies,
  query: SearchQuery,
): Promise<SearchOutcome> {
  const now = clock.now();
  const lists = await readFilterLists(db, now);
  const search = understandSearch(query, lists);
  return { ...search, lists, found: await searchActions(db, search.criteria, now) };
}

/** A session to come, with what « S'inscrire » says of it. */
export type ComingSession = ActionRow['coming'][number] & { option: RegistrationOption };

/** The action has another address since its title was changed. */
export class ActionMoved extends NotFound {
  override name = 'ActionMoved';
  readonly slug: string;
  constructor(slug: string) {
    super();
    this.slug = slug;
  }
}

/** An action as its page shows it. */
export type ActionPage = Omit<ActionRow, 'coming'> & { coming: ComingSession[] };

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
    now,
  });
}

/** The agency's settings and kinds, for « Conditions d’accès ». */
export function getAccessRules({ db }: Dependencies): Promise<AccessRules> {
  return readAccessRules(db);
}
