import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';

/** A theme of the catalogue. */
export interface Theme {
  id: number;
  label: string;
  version: number;
  /** How many actions have it, archived ones too. */
  actions: number;
}

const COLUMNS = `t.id, t.label, t.lock_version as version,
  (select count(*) from actions a where a.theme_id = t.id) as actions`;

/** Every theme in the order of the agency. */
export async function findThemes(db: Knex): Promise<Theme[]> {
  return query<Theme[]>(db, `select ${COLUMNS} from themes t order by t.position, t.id`);
}

export async function findTheme(db: Knex, id: number): Promise<Theme | undefined> {
  const rows = await query<Theme[]>(db, `select ${COLUMNS} from themes t where t.id = ?`, [id]);
  return rows[0];
}

/** Whether another theme has this name, whatever its case and accents. */
export async function isLabelTaken(trx: Knex, label: string, exceptId: number): Promise<boolean> {
  const row = await trx('themes')
    .whereNot({ id: exceptId })
    .whereRaw('lower(immutable_unaccent(label)) = lower(immutable_unaccent(?))', [label])
    .first('id');
  return row !== undefined;
}

export const findSlugs = (trx: Knex): Promise<string[]> => trx('themes').pluck('slug');

export async function insertTheme(
  trx: Knex,
  theme: { label: string; slug: string; position: number },
): Promise<number> {
  const [row] = await trx('themes').insert(theme, 'id');
  return row.id;
}

/** @returns whether that version was still the saved one */
export async function renameTheme(trx: Knex, id: number, version: number, label: string): Promise<boolean> {
  const updated = await trx('themes')
    .where({ id, lock_version: version })
    .update({ label, lock_version: version + 1 });
  return updated === 1;
}

/** Gives every action of a theme to another. @returns how many */
export const moveActions = (trx: Knex, from: number, to: number): Promise<number> =>
  trx('actions').where({ theme_id: from }).update({ theme_id: to });

/** Takes away a theme that no action has. @returns how many */
export const deleteUnusedTheme = (trx: Knex, id: number): Promise<number> =>
  trx('themes')
    .where({ id })
    .whereRaw('not exists (select from actions where theme_id = themes.id)')
    .delete();
