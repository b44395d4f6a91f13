import type { Knex } from 'knex';
import type { Place } from '../places.ts';
import { IS_PUBLIC, SESSION_FIELDS, type SessionRow, TAKEN } from '../repository.ts';

/** What to look for, once the address has been understood. */
export interface Criteria {
  words: string;
  place: Place | undefined;
  themeId: number | undefined;
  kindId: number | undefined;
  modality: 'in_person' | 'remote' | 'mixed' | undefined;
  reserved: boolean | undefined;
  /** Only sessions in which a place is left. */
  seatsOnly: boolean;
  /** Also actions without a session to come. */
  pastToo: boolean;
  sort: 'date' | 'relevance';
  /** From 1; one beyond the end means the last. */
  page: number;
  perPage: number;
}

/** An action in a list, with the session that answers the search best. */
export interface FoundAction {
  slug: string;
  title: string;
  kind: string;
  reserved: boolean;
  theme: string;
  modality: 'in_person' | 'remote' | 'mixed';
  durationDays: number;
  /** Null where nothing is to come. */
  session: SessionRow | null;
  /** How many sessions to come answer the search. */
  sessionCount: number;
}

/** One page of a search; `page` is the one really shown. */
export interface FoundPage {
  total: number;
  page: number;
  /** No action holds the very words: these resemble them. */
  isApproximate: boolean;
  actions: FoundAction[];
}

/** Looks through the catalogue: filters, counts, sorts and cuts out one page, in one statement. */
export async function searchActions(db: Knex, criteria: Criteria, now: Date): Promise<FoundPage> {
  const { words, place, pastToo, sort } = criteria;
  const filters = [
    IS_PUBLIC,
    pastToo ? '' : 's.id is not null',
    criteria.themeId === undefined ? '' : 'a.theme_id = :themeId',
    criteria.kindId === undefined ? '' : 'a.kind_id = :kindId',
    criteria.modality === undefined ? '' : 'a.modality = :modality',
    criteria.reserved === undefined ? '' : 'k.reserved = :reserved',
  ].filter((condition) => condition !== '');
  // A session-level wish is about sessions to come: an action without one cannot fulfil it.
  if (pastToo && (place || criteria.seatsOnly)) filters.push('s.id is not null');

  const order = [
    ...(sort === 'relevance' && words !== ''
      ? ['exact desc', 'relevance desc', 'resemblance + likeness desc']
      : []),
    // What one can no longer ask for comes last.
    'is_open desc nulls last',
    'starts_at',
    'title',
    'id',
  ].join(', ');

  const { rows } = await db.raw<{ rows: [FoundPage] }>(
    `with q as materialized (
       select websearch_to_tsquery('french_unaccent', :words) || websearch_to_tsquery('french_unaccent', :singular)
                || websearch_to_tsquery('french_unaccent', :plural) as words,
              array(select lower(immutable_unaccent(term)) from unnest(string_to_array(:terms, ' ')) term
                     where to_tsvector('french_unaccent', term) <> '') as terms
     ), found as (
       select a.id, a.title, a.slug, a.modality, a.duration_days, k.label as kind, k.reserved, t.label as theme,
              s.id as session_id, s.starts_at, s.is_open, coalesce(s.matching, 0) as matching,
              ${relevanceOf(words)}
         from q
        cross join actions a
         join action_kinds k on k.id = a.kind_id
         join themes t on t.id = a.theme_id
         join structures p on p.id = a.provider_id
        ${labelsOf(words)}
         left join lateral (
           select s.id, s.starts_at, ${IS_OPEN} as is_open, (count(*) over ())::int as matching
             from sessions s
            where s.action_id = a.id and s.ends_at > :now and s.cancelled_at is null
              ${placeCondition(place)} ${criteria.seatsOnly ? SEATS_LEFT : ''}
            order by is_open desc, s.starts_at, s.id
            limit 1) s on true
        where ${filters.join(' and ')}
     ), matching as (
       select * from found
        where exact or resemblance >= case when (select bool_or(exact) from found) then :near::float else :vaguely::float end
     ), total as (
       select count(*)::int as count from matching
     ), page as (
       select least(:page::int, greatest(1, ceil(count / :perPage::numeric)::int)) as number from total
     ), shown as (
       select matching.*, row_number() over (order by ${order}) as position from matching
        order by ${order}
        limit :perPage::int offset ((select number from page) - 1) * :perPage::int
     )
     select total.count as total, page.number as page,
            total.count > 0 and not (select bool_or(exact) from matching) as "isApproximate",
            (select coalesce(json_agg(json_build_object(
                      'slug', f.slug, 'title', f.title, 'kind', f.kind, 'reserved', f.reserved, 'theme', f.theme,
                      'modality', f.modality, 'durationDays', f.duration_days, 'sessionCount', f.matching,
                      'session', (select json_build_object(${SESSION_FIELDS})
                                    from sessions s ${TAKEN} where s.id = f.session_id))
                    order by f.position), '[]') from shown f) as actions
       from total, page`,
    {
      now,
      ...spellings(words),
      near: NEAR,
      vaguely: VAGUELY,
      themeId: criteria.themeId ?? null,
      kindId: criteria.kindId ?? null,
      modality: criteria.modality ?? null,
      reserved: criteria.reserved ?? null,
      page: criteria.page,
      perPage: criteria.perPage,
      department: place?.kind === 'department' ? place.code : null,
      city: place?.kind === 'city' ? place.city : null,
    },
  );
  return rows[0];
}

/** How much the words must resemble those of a title, beside actions that hold the very words. */
const NEAR = 0.6;
/** The same where no action holds the very words: a slip of the keyboard in a short word changes much of it. */
const VAGUELY = 0.38;

// Labels are searched along with the action's own words, so that « webinaire handicap » finds what it says. Every
// word must resemble one of the title or labels: the one that resembles least counts.
const relevanceOf = (words: string) =>
  words === ''
    ? `true as exact, 0 as relevance, 0 as likeness, 0 as resemblance`
    : `(a.search_document || l.document) @@ q.words as exact,
       ts_rank_cd('{0.1, 0.2, 0.5, 1}', a.search_document || l.document, q.words) as relevance,
       (select min(word_similarity(term, a.search_title)) from unnest(q.terms) term) as likeness,
       (select min(word_similarity(term, a.search_title || ' ' || l.label)) from unnest(q.terms) term) as resemblance`;

const labelsOf = (words: string) =>
  words === ''
    ? ''
    : `cross join lateral (
         select to_tsvector('french_unaccent',
                  k.label || ' ' || t.label || ' ' || p.name || ' ' || coalesce(p.acronym, '')) as document,
                lower(immutable_unaccent(k.label || ' ' || t.label)) as label) l`;

/** One can ask for the session `s`, now or once its registration opens. */
const IS_OPEN = `(s.starts_at > :now and s.registration_closes_at > :now)`;

const SEATS_LEFT = `and ${IS_OPEN} and exists (
  select from (select 1) one ${TAKEN} where taken.held < s.capacity and taken.live < s.capacity + s.waiting_capacity)`;

const CITY = `translate(lower(immutable_unaccent(s.city)), '-''’', '   ')`;

function placeCondition(place: Place | undefined): string {
  if (!place) return '';
  if (place.kind === 'department') return 'and s.department = :department';
  if (place.kind === 'city') {
    return `and (' ' || ${CITY} like '% ' || :city || '%' or similarity(${CITY}, :city) > 0.5)`;
  }
  return `and not exists (select from slots sl where sl.session_id = s.id and sl.modality = 'in_person')
          and s.city is null`;
}

/**
 * The words as typed, all in the singular, all in the plural (the dictionary takes « conseiller » and « conseillers »
 * for different words), and one by one, in case they are misspelt. A search with operators is taken to the letter:
 * what somebody excludes must not come back under another spelling.
 */
function spellings(words: string): { words: string; singular: string; plural: string; terms: string } {
  if (/"|(^|\s)-\S/.test(words)) return { words, singular: '', plural: '', terms: '' };
  const terms = words.split(/[^\p{L}\p{M}\p{N}]+/u).filter((term) => term.length > 2);
  return {
    words,
    singular: words.replace(/(\p{L}{3,})[sx](?!\p{L})/gu, '$1'),
    plural: words.replace(/\p{L}{3,}(?<![sx])(?!\p{L})/gu, '$&s'),
    terms: terms.slice(0, 12).join(' '),
  };
}
