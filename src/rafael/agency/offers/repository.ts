import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';
import type { OffersFilter } from './filter.ts';

/** A formation in the list of the agency. */
export interface ListedOffer {
  id: number;
  number: string;
  title: string;
  body: string;
  siret: string;
  state: 'draft' | 'published' | 'archived';
  source: 'entered' | 'import' | 'agency';
  confirmedAt: Date | null;
  updatedAt: Date;
  conventioned: boolean;
  /** Of its actions that are not archived. */
  departments: string[];
  programmes: string[];
  /** Sessions to come, and the places that they have in all where they say so, and those that are taken. */
  coming: number;
  capacity: number;
  held: number;
}

/** How many there are, by state, and how many wait for a confirmation; with what the filter offers. */
export interface OfferFigures {
  published: number;
  drafts: number;
  stale: number;
  withoutSession: number;
  /** Those that the filter offers. */
  programmes: { value: number; label: string }[];
}

/** A session of the formation `o` that is to come, on `:today`. */
const COMING = `
  select s.capacity, s.seats_held from offer_sessions s join offer_actions a on a.id = s.action_id
   where s.offer_id = o.id and s.state = 'open' and a.archived_at is null
     and coalesce(s.ends_on >= cast(:today as date), true)
     and (a.entry_mode = 1 or coalesce(last_start(s.starts_on, s.date_precision) >= cast(:today as date), true))`;

const FILTERED = `
  (cast(:words as text) = '' or findable_words(o.title || ' '' ' || o.external_number || ' '' ' || b.name || ' '' ' || coalesce(b.acronym, '') || ' '' ' || b.siret)
                                like all (word_patterns(:words)))
  and (cast(:state as text) is null or o.state = :state)
  and (cast(:before as timestamptz) is null or coalesce(o.confirmed_at, '-infinity') <= :before)
  and (cast(:programmeId as int) is null or exists (
         select from offer_actions a where a.offer_id = o.id and a.programme_id = :programmeId and a.archived_at is null))
  and (cast(:department as text) = '' or exists (
         select from offer_actions a where a.offer_id = o.id and a.department = :department and a.archived_at is null))
  and (not cast(:withoutSession as boolean) or not exists (${COMING}))`;

const DAY = 86_400_000;
const bindingsOf = (filter: OffersFilter, now: Date, today: string) => ({
  ...filter,
  today,
  before: filter.age === null ? null : new Date(now.getTime() - filter.age * DAY),
});

/** What is listed of the rows of a common table expression `wanted`, in their order. */
const LISTED = `
  select o.id, o.external_number as number, o.title, b.name as body, b.siret, o.state, o.source,
         o.confirmed_at as "confirmedAt", o.updated_at as "updatedAt", w.total,
         (select coalesce(bool_or(a.conventioned), false) from offer_actions a
           where a.offer_id = o.id and a.archived_at is null) as conventioned,
         (select coalesce(json_agg(distinct a.department), '[]') from offer_actions a
           where a.offer_id = o.id and a.archived_at is null and a.department is not null) as departments,
         (select coalesce(json_agg(distinct p.label), '[]') from offer_actions a
           join programmes p on p.id = a.programme_id where a.offer_id = o.id and a.archived_at is null) as programmes,
         c.coming, c.capacity, c.held
    from wanted w join offers o on o.id = w.id join structures b on b.id = o.structure_id
    cross join lateral (
      select count(*) as coming, coalesce(sum(capacity), 0) as capacity,
             coalesce(sum(seats_held) filter (where capacity is not null), 0) as held from (${COMING}) one) c
   order by w.place`;

/** A page of the list: those confirmed longest ago first. */
export async function findOffers(
  db: Knex,
  filter: OffersFilter,
  { now, today }: { now: Date; today: string },
  { limit, offset }: Slice,
): Promise<Paged<ListedOffer>> {
  const rows = await query<(ListedOffer & { total: number })[]>(
    db,
    `with wanted as materialized (
       select o.id, count(*) over () as total, row_number() over (order by o.confirmed_at nulls first, o.id) as place
         from offers o join structures b on b.id = o.structure_id where ${FILTERED}
        order by place limit :limit offset :offset)
     ${LISTED}`,
    { ...bindingsOf(filter, now, today), limit, offset },
  );
  return paged(rows);
}

/** The next rows after one of the list by number, for its file. */
export const findOffersAfter = (
  db: Knex,
  filter: OffersFilter,
  { now, today }: { now: Date; today: string },
  { after, limit }: { after: number; limit: number },
): Promise<ListedOffer[]> =>
  query<ListedOffer[]>(
    db,
    `with wanted as materialized (
       select o.id, 0 as total, o.id as place from offers o join structures b on b.id = o.structure_id
        where o.id > :after and ${FILTERED} order by o.id limit :limit)
     ${LISTED}`,
    { ...bindingsOf(filter, now, today), after, limit },
  );

/** What the top of the page counts. @param stale confirmed before this moment, or never */
export async function countOffers(db: Knex, stale: Date, today: string): Promise<OfferFigures> {
  const [row] = await query<[OfferFigures]>(
    db,
    `select count(*) filter (where state = 'published') as published, count(*) filter (where state = 'draft') as drafts,
            count(*) filter (where state = 'published' and coalesce(confirmed_at, '-infinity') <= :stale) as stale,
            count(*) filter (where state = 'published' and not exists (${COMING})) as "withoutSession",
            (select coalesce(json_agg(json_build_object('value', id, 'label', label) order by label, id), '[]')
               from programmes) as programmes
       from offers o`,
    { stale, today },
  );
  return row;
}
