import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Approvals, KindRules, KindUse } from './rules.ts';

/** A kind of action as the agency edits it. */
export interface Kind extends KindRules {
  id: number;
  label: string;
  version: number;
}

const APPROVALS = `
  case when k.needs_hr_approval then 'employeur_et_prestataire'
       when k.needs_provider_approval then 'prestataire' else 'aucune' end`;
const COLUMNS = `
  k.id, k.label, k.reserved, k.counts_as_formation as "countsAsFormation",
  k.counts_in_yearly_total as "countsInYearlyTotal", k.is_training as "isTraining", ${APPROVALS} as approvals, k.lock_version as version`;

/** Every kind in the order of the agency, with how many actions it has. */
export async function findKinds(db: Knex): Promise<(Kind & { actions: number })[]> {
  return query<(Kind & { actions: number })[]>(
    db,
    `select ${COLUMNS}, (select count(*) from actions a where a.kind_id = k.id) as actions
       from action_kinds k order by k.position, k.id`,
  );
}

export async function findKind(db: Knex, id: number): Promise<(Kind & { actions: number }) | undefined> {
  const rows = await query<(Kind & { actions: number })[]>(
    db,
    `select ${COLUMNS}, (select count(*) from actions a where a.kind_id = k.id) as actions
       from action_kinds k where k.id = ?`,
    [id],
  );
  return rows[0];
}

export async function findUse(db: Knex, id: number): Promise<KindUse> {
  const rows = await query<[KindUse]>(
    db,
    `select count(*) as actions,
            coalesce(sum((select count(*) from enrolments e
                           where e.action_id = a.id and is_live(e.state))), 0)::int as live
       from actions a where a.kind_id = ?`,
    [id],
  );
  return rows[0];
}

/** Whether another kind has this name, whatever its case and accents. */
export async function isLabelTaken(trx: Knex, label: string, exceptId: number): Promise<boolean> {
  const row = await trx('action_kinds')
    .whereNot({ id: exceptId })
    .whereRaw('lower(immutable_unaccent(label)) = lower(immutable_unaccent(?))', [label])
    .first('id');
  return row !== undefined;
}

export const findCodes = (trx: Knex): Promise<string[]> => trx('action_kinds').pluck('code');

const rowOf = ({
  label,
  reserved,
  countsAsFormation,
  countsInYearlyTotal,
  isTraining,
  approvals,
}: Omit<Kind, 'id' | 'version'>) => ({
  label,
  reserved,
  counts_as_formation: countsAsFormation,
  counts_in_yearly_total: countsInYearlyTotal,
  is_training: isTraining,
  needs_hr_approval: approvals === ('employeur_et_prestataire' satisfies Approvals),
  needs_provider_approval: approvals !== ('aucune' satisfies Approvals),
});

export async function insertKind(
  trx: Knex,
  kind: Omit<Kind, 'id' | 'version'>,
  place: { code: string; position: number },
): Promise<number> {
  const [row] = await trx('action_kinds').insert({ ...rowOf(kind), ...place }, 'id');
  return row.id;
}

/** @returns whether that version was still the saved one */
export async function updateKind(trx: Knex, { id, version, ...kind }: Kind): Promise<boolean> {
  const updated = await trx('action_kinds')
    .where({ id, lock_version: version })
    .update({ ...rowOf(kind), lock_version: version + 1 });
  return updated === 1;
}

/** Takes away a kind that no action has. @returns how many */
export const deleteUnusedKind = (trx: Knex, id: number): Promise<number> =>
  trx('action_kinds')
    .where({ id })
    .whereRaw('not exists (select from actions where kind_id = action_kinds.id)')
    .delete();
