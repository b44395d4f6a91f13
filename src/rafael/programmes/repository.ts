import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';

/** What the agency writes of a programme; days as `YYYY-MM-DD`. */
export interface ProgrammeInput {
  code: string;
  label: string;
  family: string;
  activeFrom: string | null;
  activeTo: string | null;
  /** Whether nobody enters without a prescription. */
  needsPrescription: boolean;
}

/** A programme of the agency, which actions name. */
export interface Programme extends ProgrammeInput {
  id: number;
  version: number;
  /** How many actions have it, archived ones too. */
  actions: number;
}

const COLUMNS = `
  p.id, p.code, p.label, p.family, cast(p.active_from as text) as "activeFrom", cast(p.active_to as text) as "activeTo",
  p.needs_prescription as "needsPrescription", p.lock_version as version`;

/** Every programme, family by family. */
export const findProgrammes = (db: Knex): Promise<Programme[]> =>
  query<Programme[]>(
    db,
    `select ${COLUMNS}, coalesce(a.actions, 0) as actions
       from programmes p
       left join (select programme_id, count(*) as actions from offer_actions where programme_id is not null
                   group by programme_id) a on a.programme_id = p.id
      order by p.family, p.label, p.id`,
  );

export async function findProgramme(db: Knex, id: number): Promise<Programme | undefined> {
  const rows = await query<Programme[]>(
    db,
    `select ${COLUMNS}, (select count(*) from offer_actions a where a.programme_id = p.id) as actions
       from programmes p where p.id = :id`,
    { id },
  );
  return rows[0];
}

/** Whether another programme has this code. */
export async function isCodeTaken(trx: Knex, code: string, exceptId: number): Promise<boolean> {
  return (await trx('programmes').where({ code }).whereNot({ id: exceptId }).first('id')) !== undefined;
}

const rowOf = (programme: ProgrammeInput) => ({
  code: programme.code,
  label: programme.label,
  family: programme.family,
  active_from: programme.activeFrom,
  active_to: programme.activeTo,
  needs_prescription: programme.needsPrescription,
});

export async function insertProgramme(trx: Knex, programme: ProgrammeInput, at: Date): Promise<number> {
  const [row] = await trx('programmes').insert({ ...rowOf(programme), created_at: at }, 'id');
  return row.id;
}

/** @returns whether that version was still the saved one */
export async function updateProgramme(
  trx: Knex,
  { id, version }: Pick<Programme, 'id' | 'version'>,
  programme: ProgrammeInput,
): Promise<boolean> {
  const updated = await trx('programmes')
    .where({ id, lock_version: version })
    .update({ ...rowOf(programme), lock_version: version + 1 });
  return updated === 1;
}

/** Takes away a programme that no action has. @returns how many */
export const deleteUnusedProgramme = (trx: Knex, id: number): Promise<number> =>
  trx('programmes')
    .where({ id })
    .whereRaw('not exists (select from offer_actions where programme_id = programmes.id)')
    .delete();
