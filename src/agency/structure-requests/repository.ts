import type { Knex } from 'knex';
import { type Paged, paged, type Slice } from '../../portal/paged.ts';
import type { StructureRequestState } from '../../portal/structure-requests/service.ts';
import { literal } from '../../portal/structure-search/terms.ts';

/** A line of the agency's queue. */
export interface ListedRequest {
  id: number;
  state: StructureRequestState;
  name: string;
  siret: string;
  postcode: string;
  city: string;
  personName: string;
  email: string;
  createdAt: Date;
  decidedAt: Date | null;
  deciderName: string | null;
}

/**
 * Requests to add a structure: those that wait from the oldest, decided ones from the latest.
 * @param state one state, or undefined for all
 * @param search part of the name, the sigle, the SIRET (spaces allowed), the requester's name or e-mail
 */
export async function findStructureRequests(
  db: Knex,
  { state, search }: { state?: StructureRequestState; search: string },
  { limit, offset }: Slice,
): Promise<Paged<ListedRequest>> {
  const digits = search.replace(/\s/g, '');
  const { rows } = await db.raw<{ rows: (ListedRequest & { total: number })[] }>(
    `select r.id, r.state, r.name, r.siret, r.postcode, r.city, r.first_name || ' ' || r.last_name as "personName",
            r.email, r.created_at as "createdAt", r.decided_at as "decidedAt",
            d.first_name || ' ' || d.last_name as "deciderName", count(*) over () as total
       from structure_requests r left join users d on d.id = r.decided_by
      where (cast(:state as text) is null or r.state = :state)
        and (lower(immutable_unaccent(concat_ws(' ', r.name, r.acronym, r.brand, r.city, r.first_name, r.last_name,
                                                 r.first_name, cast(r.email as text))))
               like lower(immutable_unaccent(:like))
             or (:digits <> '' and r.siret like :digitsLike))
      order by r.state = 'pending' desc, case when r.state = 'pending' then r.created_at end, r.decided_at desc, r.id
      limit :limit offset :offset`,
    {
      state: state ?? null,
      like: `%${literal(search)}%`,
      digits: /^\d+$/.test(digits) ? digits : '',
      digitsLike: `${literal(digits)}%`,
      limit,
      offset,
    } as unknown as Record<string, Knex.RawBinding>,
  );
  return paged(rows);
}
