import type { Knex } from 'knex';
import { type Paged, paged, type Slice } from '../../portal/paged.ts';
import { literal } from '../../portal/structure-search/terms.ts';
import type { Field } from '../../portal/structure-updates/rules.ts';
import type { StructureUpdateState } from '../../portal/structure-updates/service.ts';

/** A line of the agency's queue. */
export interface ListedUpdate {
  id: number;
  state: StructureUpdateState;
  structureName: string;
  siret: string;
  postcode: string;
  city: string;
  fields: Field[];
  requesterName: string | null;
  requestedAt: Date;
  deciderName: string | null;
  decidedAt: Date | null;
  isOverdue: boolean;
}

/**
 * Requests to correct a structure: those that wait from the oldest, so that overdue ones come first; decided ones
 * from the latest.
 * @param wanted `state` undefined for all; `search`: part of the structure's names, its SIRET (spaces allowed) or the
 *   requester's name; `overdueBefore`: the moment before which a request has waited too long
 */
export async function findStructureUpdates(
  db: Knex,
  wanted: { state?: StructureUpdateState; search: string; overdueBefore: Date },
  { limit, offset }: Slice,
): Promise<Paged<ListedUpdate>> {
  const digits = wanted.search.replace(/\s/g, '');
  const { rows } = await db.raw<{ rows: (ListedUpdate & { total: number })[] }>(
    `select q.id, q.state, s.name as "structureName", s.siret, s.postcode, s.city,
            (select json_agg(c.field) from structure_update_changes c where c.request_id = q.id) as fields,
            u.first_name || ' ' || u.last_name as "requesterName", q.requested_at as "requestedAt",
            d.first_name || ' ' || d.last_name as "deciderName", q.decided_at as "decidedAt",
            q.state = 'pending' and q.requested_at < :overdueBefore as "isOverdue", count(*) over () as total
       from structure_update_requests q
       join structures s on s.id = q.structure_id
       left join users u on u.id = q.requested_by
       left join users d on d.id = q.decided_by
      where (cast(:state as text) is null or q.state = :state)
        and (s.search_text like lower(immutable_unaccent(:like))
             or lower(immutable_unaccent(concat_ws(' ', s.city, u.first_name, u.last_name, u.first_name)))
                  like lower(immutable_unaccent(:like))
             or (:digits <> '' and s.siret like :digitsLike))
      order by q.state = 'pending' desc, case when q.state = 'pending' then q.requested_at end, q.decided_at desc, q.id
      limit :limit offset :offset`,
    {
      state: wanted.state ?? null,
      overdueBefore: wanted.overdueBefore,
      like: `%${literal(wanted.search)}%`,
      digits: /^\d+$/.test(digits) ? digits : '',
      digitsLike: `${literal(digits)}%`,
      limit,
      offset,
    } as unknown as Record<string, Knex.RawBinding>,
  );
  return paged(rows);
}
