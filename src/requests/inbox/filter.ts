import type { Fields } from '#platform/web/forms/body.ts';
import { fieldsOf } from '#platform/web/forms/body.ts';
import { parseRowId, searchText } from '#platform/web/forms/fields.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { PENDING, type RequestKind } from '../request.ts';

/** What a list is narrowed to; the whole of it is in the address. */
export interface InboxFilter {
  /** `pending`, `decided`, `all`, or one outcome of the inbox. */
  state: string;
  search: string;
  /** Also those that a référent still has time to decide. */
  everyone: boolean;
  narrow: number | null;
}

const searchBox = searchText(120);
const DECIDED = 'decidees';
const ALL = 'toutes';

/** The choices of « État », as the address names them; the first is what the list opens with. */
export const stateOptions = ({ outcomes }: RequestKind): { value: string; label: string }[] => [
  { value: PENDING.slug, label: PENDING.many },
  { value: DECIDED, label: 'Décidées' },
  ...Object.values(outcomes).map(({ slug, many }) => ({ value: slug, label: many })),
  { value: ALL, label: 'Toutes' },
];

/** Reads the filter from the address; what it does not know is what waits. */
export function readFilter(inbox: RequestKind, fields: Fields): InboxFilter {
  const wanted = firstOf(fields.etat);
  const outcome = Object.entries(inbox.outcomes).find(([, { slug }]) => slug === wanted)?.[0];
  const shortcuts: Record<string, string> = { [DECIDED]: 'decided', [ALL]: 'all' };
  const narrow = inbox.narrow && parseRowId(firstOf(fields[inbox.narrow.field]));
  return {
    state: outcome ?? (Object.hasOwn(shortcuts, wanted) ? (shortcuts[wanted] as string) : 'pending'),
    search: searchBox.parse(fields.q),
    everyone: inbox.referents !== undefined && firstOf(fields.vue) === 'toutes',
    narrow: narrow ?? null,
  };
}

/** The filter as the address writes it, in one order, with nothing else in it. */
export function writeFilter(inbox: RequestKind, filter: InboxFilter, page = 1): URLSearchParams {
  const slugs: Record<string, string> = { pending: '', decided: DECIDED, all: ALL };
  const entries = {
    vue: filter.everyone ? 'toutes' : '',
    etat: slugs[filter.state] ?? inbox.outcomes[filter.state]?.slug ?? '',
    q: filter.search,
    ...(inbox.narrow ? { [inbox.narrow.field]: filter.narrow ? String(filter.narrow) : '' } : {}),
    page: page > 1 ? String(page) : '',
  };
  return new URLSearchParams(Object.entries(entries).filter(([, value]) => value !== ''));
}

/**
 * The way back to the place in the list that a request was decided from.
 * @param asked the query of the list, as the form sent it back; anything that is no filter is dropped
 */
export function backToList(inbox: RequestKind, asked: string, requestId?: number): string {
  const fields = fieldsOf(asked.slice(0, 1000));
  const page = Math.min(parseRowId(firstOf(fields.page)) ?? 1, 100_000);
  const query = String(writeFilter(inbox, readFilter(inbox, fields), page));
  return `${inbox.path}${query ? `?${query}` : ''}${requestId ? `#demande-${requestId}` : ''}`;
}
