import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';
import type { LheoIssue } from '../../lheo/issues.ts';
import type { Applied } from '../apply/service.ts';
import type { Change } from '../plan/changes.ts';
import type { PlanCounts } from '../plan/service.ts';

export type ImportState = 'planned' | 'applied' | 'stale' | 'failed';

/** An import, as lists and its own page tell it. */
export interface ImportRow {
  id: number;
  /** Null for a file of several bodies. */
  structureId: number | null;
  structureName: string | null;
  fileName: string;
  size: number;
  version: string;
  state: ImportState;
  complete: boolean;
  publish: boolean;
  counts: PlanCounts & { applied?: Applied };
  /** Who brought it; null for the command, or somebody who is forgotten. */
  by: string | null;
  createdAt: Date;
  appliedAt: Date | null;
  purgedAt: Date | null;
}

const COLUMNS = `i.id, i.structure_id as "structureId", s.name as "structureName", i.file_name as "fileName",
  i.size, i.lheo_version as version, i.state, i.complete, i.publish, i.counts,
  nullif(concat_ws(' ', u.first_name, u.last_name), '') as by, i.created_at as "createdAt",
  i.applied_at as "appliedAt", i.purged_at as "purgedAt"`;
const FROM = `offer_imports i left join structures s on s.id = i.structure_id left join users u on u.id = i.created_by`;

/** Whose imports: those of a body, or all of them for the agency. */
export type Scope = { structureId: number } | 'agency';

const within = (scope: Scope): { filter: string; bindings: Record<string, unknown> } =>
  scope === 'agency'
    ? { filter: 'true', bindings: {} }
    : { filter: 'i.structure_id = :structureId', bindings: { structureId: scope.structureId } };

export async function findImport(db: Knex, importId: number, scope: Scope): Promise<ImportRow | undefined> {
  const { filter, bindings } = within(scope);
  const [row] = await query<ImportRow[]>(
    db,
    `select ${COLUMNS} from ${FROM} where i.id = :importId and ${filter}`,
    { ...bindings, importId },
  );
  return row;
}

/** The newest first. */
export async function findImports(
  db: Knex,
  scope: Scope,
  { limit, offset }: Slice,
): Promise<Paged<ImportRow & { total: number }>> {
  const { filter, bindings } = within(scope);
  return paged(
    await query<(ImportRow & { total: number })[]>(
      db,
      `select ${COLUMNS}, count(*) over () as total from ${FROM} where ${filter}
        order by i.created_at desc, i.id desc limit :limit offset :offset`,
      { ...bindings, limit, offset },
    ),
  );
}

/** What a plan's page shows of its lines. */
export type View = 'new' | 'changed' | 'unchanged' | 'missing' | 'rejected' | 'warned';

/** A line of a plan, without its tree. */
export interface ItemRow {
  position: number;
  line: number | null;
  number: string;
  title: string;
  /** Its body, where the file has several. */
  structureName: string | null;
  offerId: number | null;
  changes: Change[];
  changedFields: number;
  issues: LheoIssue[];
  /** For what is missing: somebody has or waits for a seat there. */
  isTaken: boolean;
}

export async function findItems(
  db: Knex,
  importId: number,
  view: View,
  { limit, after, offset = 0 }: { limit: number; after?: number; offset?: number },
): Promise<ItemRow[]> {
  const filter = view === 'warned' ? `i.verdict <> 'rejected' and i.issues <> '[]'` : 'i.verdict = :view';
  return query<ItemRow[]>(
    db,
    `select i.position, i.line, i.external_number as number, i.title, s.name as "structureName",
            i.offer_id as "offerId", i.changes, i.changed_fields as "changedFields", i.issues,
            i.verdict = 'missing' and exists (select from offer_sessions t
              where t.offer_id = i.offer_id and t.state = 'open' and t.seats_held + t.waiting > 0) as "isTaken"
       from offer_import_items i left join structures s on s.id = i.structure_id
      where i.import_id = :importId and ${filter} and i.position > :after
      order by i.position limit :limit offset :offset`,
    { importId, limit, offset, after: after ?? 0, ...(view === 'warned' ? {} : { view }) },
  );
}

/** The SIRET of a structure, which says whether a file is theirs. */
export async function siretOf(db: Knex, structureId: number): Promise<string> {
  const [row] = await query<[{ siret: string }]>(db, 'select siret from structures where id = ?', [
    structureId,
  ]);
  return row.siret;
}
