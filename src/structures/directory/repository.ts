import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';
import { filterOf, type SearchFilter } from '../search/service.ts';

/** Whom a colleague of another structure may write to or call. */
export interface DirectoryReferent {
  name: string;
  email: string;
  phone: string | null;
}

/** A structure of the « Annuaire ». */
export interface DirectoryEntry {
  id: number;
  name: string;
  acronym: string | null;
  kind: string;
  city: string;
  department: string;
  /** In alphabetical order; nobody else of the structure is ever shown. */
  referents: DirectoryReferent[];
  /** Whether the structure is a member this year. */
  isMember: boolean;
}

const ENTRY = `
  select s.id, s.name, s.acronym, s.kind, s.city, s.department,
         exists (select from memberships m where m.structure_id = s.id and m.year = ?) as "isMember",
         coalesce((select json_agg(json_build_object('name', full_name(u), 'email', u.email,
                                                     'phone', coalesce(u.phone, u.mobile))
                                   order by u.last_name, u.first_name, u.id)
                     from affiliations a
                     join affiliation_rights r on r.affiliation_id = a.id and r."right" = 'referent'
                     join users u on u.id = a.user_id
                    where a.structure_id = s.id), '[]') as referents`;

/** The structures of these ids, in that order. */
export async function findEntries(db: Knex, ids: number[], year: number): Promise<DirectoryEntry[]> {
  return query<DirectoryEntry[]>(
    db,
    `${ENTRY} from structures s where s.id = any(?) order by array_position(?, s.id)`,
    [year, ids, ids],
  );
}

/**
 * A page of all open structures that a filter leaves, by name.
 * @param today the day on which a structure must be open, `YYYY-MM-DD`
 */
export async function findAllEntries(
  db: Knex,
  filter: SearchFilter,
  { year, today }: { year: number; today: string },
  page: Slice,
): Promise<Paged<DirectoryEntry>> {
  const { sql, bindings } = filterOf(filter);
  const rows = await query<(DirectoryEntry & { total: number })[]>(
    db,
    `${ENTRY}, count(*) over () as total
       from structures s
      where (s.closed_on is null or s.closed_on > cast(? as date)) and ${sql}
      order by s.name, s.id
      limit ? offset ?`,
    [year, today, ...bindings, page.limit, page.offset],
  );
  return paged(rows);
}
