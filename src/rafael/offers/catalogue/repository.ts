import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';
import type { LheoElement } from '../../lheo/tree.ts';

export type OfferState = 'draft' | 'published' | 'archived';

/** A session of the catalogue, with what it holds. */
export interface KeptSession {
  id: number;
  number: string;
  state: 'open' | 'cancelled';
  cancelledReason: string | null;
  capacity: number | null;
  seatsHeld: number;
  waiting: number;
  lheo: LheoElement;
}

/** An action of the catalogue, without what was archived. */
export interface KeptAction {
  id: number;
  number: string;
  lheo: LheoElement;
  sessions: KeptSession[];
  /** The numbers that sessions of it bear, or bore. */
  numbers: string[];
}

/** A formation as its body keeps it, level by level. */
export interface CatalogueFormation {
  id: number;
  structureId: number;
  number: string;
  state: OfferState;
  version: number;
  title: string;
  createdAt: Date;
  updatedAt: Date;
  confirmedAt: Date | null;
  publishedAt: Date | null;
  lheo: LheoElement;
  actions: KeptAction[];
  /** The numbers that actions of it bear, or bore. */
  numbers: string[];
}

/** Which one: by its own number, or by that of a level below. */
export type Which = { offerId: number } | { actionId: number } | { sessionId: number };

/** A formation of a body, or undefined: that of another body does not exist for it. */
export async function findFormation(
  db: Knex,
  structureId: number,
  which: Which,
): Promise<CatalogueFormation | undefined> {
  const { sql, value } = isOffer(which);
  const [row] = await query<CatalogueFormation[]>(
    db,
    `select o.id, o.structure_id as "structureId", o.external_number as number, o.state, o.version, o.title,
            o.created_at as "createdAt", o.updated_at as "updatedAt", o.confirmed_at as "confirmedAt",
            o.published_at as "publishedAt", o.lheo,
            (select coalesce(json_agg(a.external_number), '[]') from offer_actions a where a.offer_id = o.id) as numbers,
            (select coalesce(json_agg(json_build_object('id', a.id, 'number', a.external_number, 'lheo', a.lheo,
                      'numbers', (select coalesce(json_agg(s.external_number), '[]') from offer_sessions s where s.action_id = a.id),
                      'sessions', (select coalesce(json_agg(json_build_object('id', s.id, 'number', s.external_number,
                          'state', s.state, 'cancelledReason', s.cancelled_reason, 'capacity', s.capacity,
                          'seatsHeld', s.seats_held, 'waiting', s.waiting, 'lheo', s.lheo)
                          order by s.position, s.id), '[]')
                        from offer_sessions s where s.action_id = a.id and s.state <> 'archived'))
                      order by a.position, a.id), '[]')
               from offer_actions a where a.offer_id = o.id and a.archived_at is null) as actions
       from offers o where o.structure_id = :structureId and ${sql}`,
    { structureId, value },
  );
  return row;
}

/** SQL: the formation `o` is the one that is meant. */
function isOffer(which: Which): { sql: string; value: number } {
  if ('offerId' in which) return { sql: 'o.id = :value', value: which.offerId };
  if ('actionId' in which)
    return {
      sql: 'o.id = (select offer_id from offer_actions where id = :value and archived_at is null)',
      value: which.actionId,
    };
  return {
    sql: `o.id = (select offer_id from offer_sessions where id = :value and state <> 'archived')`,
    value: which.sessionId,
  };
}

/** The body whose formation it is, whichever. */
export async function findOwner(db: Knex, which: Which): Promise<number | undefined> {
  const { sql, value } = isOffer(which);
  const [row] = await query<{ structureId: number }[]>(
    db,
    `select o.structure_id as "structureId" from offers o where ${sql}`,
    { value },
  );
  return row?.structureId;
}

/** What the list is narrowed to. */
export interface CatalogueFilter {
  state: OfferState | '';
  department: string;
  programmeId: number | null;
  /** « à confirmer », « sans session à venir », « à vérifier ». */
  needs: 'confirmation' | 'sessions' | 'points' | '';
  words: string;
}

/** A line of the list. */
export interface CatalogueLine {
  id: number;
  number: string;
  title: string;
  state: OfferState;
  actions: number;
  comingSessions: number;
  waiting: number;
  confirmedAt: Date | null;
  mustConfirm: boolean;
  /** How many things in it are worth a look. */
  warnings: number;
}

/** Lines of a body's catalogue, the last changed first. */
export async function findCatalogue(
  db: Knex,
  structureId: number,
  { state, department, programmeId, needs, words }: CatalogueFilter,
  { today, confirmedSince }: { today: string; confirmedSince: Date },
  { limit, offset }: Slice,
): Promise<Paged<CatalogueLine>> {
  const coming = `exists (select from offer_sessions s
     where s.offer_id = o.id and s.state = 'open' and (s.ends_on is null or s.ends_on >= cast(:today as date)))`;
  const filters = [
    state ? 'o.state = :state' : `o.state <> 'archived'`,
    department
      ? 'exists (select from offer_actions a where a.offer_id = o.id and a.archived_at is null and a.department = :department)'
      : '',
    programmeId
      ? 'exists (select from offer_actions a where a.offer_id = o.id and a.archived_at is null and a.programme_id = :programmeId)'
      : '',
    needs === 'confirmation' ? `o.state = 'published' and o.confirmed_at < :confirmedSince` : '',
    needs === 'points' ? 'o.warnings > 0' : '',
    needs === 'sessions' ? `o.state = 'published' and not ${coming}` : '',
    words
      ? '(findable_words(o.title) like all (word_patterns(:words)) or lower(o.external_number) = lower(:words))'
      : '',
  ].filter(Boolean);
  return paged(
    await query<(CatalogueLine & { total: number })[]>(
      db,
      `select o.id, o.external_number as number, o.title, o.state, o.confirmed_at as "confirmedAt",
              o.state = 'published' and o.confirmed_at < :confirmedSince as "mustConfirm", o.warnings,
              (select count(*) from offer_actions a where a.offer_id = o.id and a.archived_at is null) as actions,
              (select count(*) from offer_sessions s
                where s.offer_id = o.id and s.state = 'open' and (s.ends_on is null or s.ends_on >= cast(:today as date)))
                as "comingSessions",
              (select coalesce(sum(s.waiting), 0)::int from offer_sessions s where s.offer_id = o.id) as waiting,
              count(*) over () as total
         from offers o
        where o.structure_id = :structureId and ${filters.join(' and ')}
        order by o.updated_at desc, o.id desc limit :limit offset :offset`,
      { structureId, state, department, programmeId, words, today, confirmedSince, limit, offset },
    ),
  );
}

/** The programmes and départements that a body's actions have, for the filter; and the programmes that are open. */
export async function findChoices(
  db: Knex,
  structureId: number,
  today: string,
): Promise<{
  programmes: { id: number; code: string; label: string; isOpen: boolean }[];
  departments: string[];
}> {
  const [row] = await query<
    [{ programmes: { id: number; code: string; label: string; isOpen: boolean }[]; departments: string[] }]
  >(
    db,
    `select (select coalesce(json_agg(json_build_object('id', id, 'code', code, 'label', label, 'isOpen',
                      cast(:today as date) between coalesce(active_from, '-infinity') and coalesce(active_to, 'infinity'))
                      order by family, label, id), '[]') from programmes) as programmes,
            (select coalesce(json_agg(distinct a.department order by a.department), '[]')
               from offer_actions a join offers o on o.id = a.offer_id
              where o.structure_id = :structureId and a.archived_at is null and a.department is not null) as departments`,
    { structureId, today },
  );
  return row;
}

/** The body as its formations name it. */
export interface BodyFacts {
  siret: string;
  name: string;
  declaration: string | null;
  email: string | null;
  phone: string | null;
  address: string;
  postcode: string;
  city: string;
}

/** What a first formation begins from: the structure, and the profile that it filled in for its documents. */
export async function findBody(db: Knex, structureId: number): Promise<BodyFacts> {
  const [row] = await query<[BodyFacts]>(
    db,
    `select s.siret, s.name, s.address, s.postcode, s.city, p.activity_number as declaration, case when length(p.email) <= 160 then p.email end as email, case when length(p.phone) <= 25 then p.phone end as phone
       from structures s left join training_body_profiles p on p.structure_id = s.id where s.id = ?`,
    [structureId],
  );
  return row;
}

/** The highest number that RafaelPro gave to a formation of this body; 0 before the first. */
export async function lastOwnNumber(db: Knex, structureId: number): Promise<number> {
  const [row] = await query<[{ last: number }]>(
    db,
    String.raw`select coalesce(max(cast(substring(external_number from '^NA-\d+-(\d{1,8})$') as int)), 0) as last
       from offers where structure_id = ? and external_number like 'NA-%'`,
    [structureId],
  );
  return row.last;
}
