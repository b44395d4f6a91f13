import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';

/** Which accounts the page lists: warned that they will be closed, or closed and still to be anonymised. */
export type InactiveState = 'warned' | 'closed';

/** An account that nobody uses, as the agency lists it. */
export interface InactiveAccount {
  id: number;
  firstName: string;
  lastName: string;
  email: string;
  lastActiveAt: Date;
  warnedAt: Date | null;
  noticeFrom: Date | null;
  /** The warning did not leave. */
  isUndelivered: boolean;
  closedAt: Date | null;
  structures: { id: number; name: string; hasReferent: boolean }[];
}

const WHICH: Readonly<Record<InactiveState, string>> = {
  warned: 'u.closed_at is null and w.warned_at > u.last_active_at',
  closed: 'u.closed_at is not null and u.anonymised_at is null',
};

/**
 * Accounts that nobody uses, the longest ago first.
 * @param search part of a name or of an e-mail; empty for everybody
 */
export async function findInactiveAccounts(
  db: Knex,
  { state, search }: { state: InactiveState; search: string },
  { limit, offset }: Slice,
): Promise<Paged<InactiveAccount>> {
  const rows = await query<(InactiveAccount & { total: number })[]>(
    db,
    `select u.id, u.first_name as "firstName", u.last_name as "lastName", u.email,
            u.last_active_at as "lastActiveAt", w.warned_at as "warnedAt", coalesce(w.notice_from, e.sent_at) as "noticeFrom",
            coalesce(e.status in ('failing', 'undeliverable'), false) as "isUndelivered",
            u.closed_at as "closedAt", count(*) over () as total,
            coalesce((
              select json_agg(json_build_object(
                       'id', s.id, 'name', s.name,
                       'hasReferent', exists (
                         select from affiliations o
                           join affiliation_rights x on x.affiliation_id = o.id and x."right" = 'referent'
                          where o.structure_id = s.id)) order by s.name, s.id)
                from affiliations a join structures s on s.id = a.structure_id
               where a.user_id = u.id), '[]') as structures
       from users u left join inactivity_warnings w on w.user_id = u.id left join emails e on e.id = w.email_id
      where ${WHICH[state]}
        and person_words(u.first_name, u.last_name, u.email) like words_pattern(:search)
      order by coalesce(u.closed_at, u.last_active_at), u.id
      limit :limit offset :offset`,
    { search, limit, offset },
  );
  return paged(rows);
}
