import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { LheoElement } from '../lheo/tree.ts';

/** Which formations leave. */
export type Exported =
  /** All that a body has and has not archived. */
  | { structureId: number }
  /** What is published, of every body, or changed since a moment. */
  | { publishedSince: Date | null };

/** A formation as it is kept: each level without the one below. */
export interface KeptFormation {
  id: number;
  lheo: LheoElement;
  isDraft: boolean;
  /** Whether its body has the people to contact named to everybody. */
  showsContacts: boolean;
  actions: { lheo: LheoElement; sessions: LheoElement[] }[];
}

// A formation `o` with its actions and their sessions; an action without a session says nothing to LHÉO.
const KEPT = `o.id, o.lheo, o.state = 'draft' as "isDraft",
            exists (select from offer_contacts_shown c where c.structure_id = o.structure_id) as "showsContacts",
            (select coalesce(json_agg(json_build_object('lheo', a.lheo, 'sessions', a.sessions) order by a.position), '[]')
               from (select a.position, a.lheo,
                            (select json_agg(s.lheo order by s.position) from offer_sessions s
                              where s.action_id = a.id and s.state <> 'archived') as sessions
                       from offer_actions a where a.offer_id = o.id and a.archived_at is null) a
              where a.sessions is not null) as actions`;

/** Formations by their ids. */
export const findKept = (db: Knex, ids: readonly number[]): Promise<KeptFormation[]> =>
  query<KeptFormation[]>(db, `select ${KEPT} from offers o where o.id = any(cast(? as int[]))`, [
    ids as number[],
  ]);

/** The formations that come after one, in the order of their ids. */
export async function findExported(
  db: Knex,
  which: Exported,
  { after, limit }: { after: number; limit: number },
): Promise<KeptFormation[]> {
  const { filter, bindings } = filterOf(which);
  return query<KeptFormation[]>(
    db,
    `select ${KEPT}
       from offers o where ${filter} and o.id > :after order by o.id limit :limit`,
    { ...bindings, after, limit },
  );
}

export async function countExported(db: Knex, which: Exported): Promise<number> {
  const { filter, bindings } = filterOf(which);
  const [row] = await query<[{ count: number }]>(
    db,
    `select count(*) as count from offers o where ${filter}`,
    bindings,
  );
  return row.count;
}

function filterOf(which: Exported): { filter: string; bindings: Record<string, unknown> } {
  if ('structureId' in which) {
    const { structureId } = which;
    return { filter: `o.structure_id = :structureId and o.state <> 'archived'`, bindings: { structureId } };
  }
  const { publishedSince } = which;
  if (publishedSince === null) return { filter: `o.state = 'published'`, bindings: {} };
  return {
    filter: `o.state = 'published' and o.updated_at >= :publishedSince`,
    bindings: { publishedSince },
  };
}

/** By what a reader knows that the feed is as it was. */
export interface FeedState {
  isOpen: boolean;
  /** The last change of any formation; null where there is none. */
  changedAt: Date | null;
  published: number;
  /** Who has contacts named, since when. */
  contacts: string;
}

export async function readFeedState(db: Knex): Promise<FeedState> {
  const [row] = await query<[FeedState]>(
    db,
    `select public_feed as "isOpen", (select max(updated_at) from offers) as "changedAt",
            (select count(*) from offers where state = 'published') as published,
            (select coalesce(string_agg(structure_id || ' ' || extract(epoch from since), ',' order by structure_id), '')
               from offer_contacts_shown) as contacts
       from rafael_settings`,
  );
  return row;
}

export async function showsContacts(db: Knex, structureId: number): Promise<boolean> {
  const [row] = await query<[{ shown: boolean }]>(
    db,
    'select exists (select from offer_contacts_shown where structure_id = ?) as shown',
    [structureId],
  );
  return row.shown;
}

/** @returns whether that changed anything */
export async function setContactsShown(
  trx: Knex,
  structureId: number,
  shown: boolean,
  at: Date,
): Promise<boolean> {
  const changed = shown
    ? await execute(
        trx,
        `insert into offer_contacts_shown (structure_id, since) values (:structureId, :at)
         on conflict (structure_id) do nothing`,
        { structureId, at },
      )
    : await execute(trx, 'delete from offer_contacts_shown where structure_id = ?', [structureId]);
  return changed > 0;
}
