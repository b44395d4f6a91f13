import type { Knex } from 'knex';
import { type Paged, paged, type Slice } from '../../portal/paged.ts';
import { literal } from '../../portal/structure-search/terms.ts';

/** A request for membership, as the agency lists it. */
export interface AgencyMembershipRequest {
  id: number;
  year: number;
  state: 'pending' | 'accepted' | 'refused';
  structureName: string;
  siret: string;
  city: string;
  requesterName: string | null;
  requestedAt: Date;
  /** The text of the charter that was accepted; null before it had versions. */
  charterVersion: string | null;
  deciderName: string | null;
  decidedAt: Date | null;
  refusalReason: string | null;
}

/** What the list is narrowed to; empty and null narrow nothing. */
export interface MembershipFilter {
  state: string;
  year: number | null;
  q: string;
}

/** Requests of a state, year and structure: those that wait first, the oldest first. */
export async function findMembershipRequests(
  db: Knex,
  { state, year, q }: MembershipFilter,
  { limit, offset }: Slice,
): Promise<Paged<AgencyMembershipRequest>> {
  const { rows } = await db.raw<{ rows: (AgencyMembershipRequest & { total: number })[] }>(
    `select q.id, q.year, q.state, s.name as "structureName", s.siret, s.city,
            u.first_name || ' ' || u.last_name as "requesterName", q.requested_at as "requestedAt",
            q.charter_version as "charterVersion",
            d.first_name || ' ' || d.last_name as "deciderName", q.decided_at as "decidedAt",
            q.refusal_reason as "refusalReason", count(*) over () as total
       from membership_requests q
       join structures s on s.id = q.structure_id
       left join users u on u.id = q.requested_by
       left join users d on d.id = q.decided_by
      where (:state = '' or q.state = :state)
        and q.year = coalesce(cast(:year as int), q.year)
        and (s.search_text like lower(immutable_unaccent(:words)) or s.siret like :digits)
      order by q.state = 'pending' desc, case when q.state = 'pending' then q.requested_at end, q.decided_at desc, q.id
      limit :limit offset :offset`,
    {
      state,
      year,
      words: `%${literal(q)}%`,
      digits: `${literal(q.replace(/[\s\u00a0]/g, ''))}%`,
      limit,
      offset,
    } as unknown as Record<string, Knex.RawBinding>,
  );
  return paged(rows);
}
