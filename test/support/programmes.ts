import type { Knex } from 'knex';

/** A programme as the database has it. */
export interface ProgrammeRow {
  id: number;
  code: string;
  label: string;
  family: string;
  active_from: string | null;
  active_to: string | null;
  needs_prescription: boolean;
  lock_version: number;
}

let serial = 0;

/** Makes a programme, open without limit unless told otherwise. @returns its number */
export async function createProgramme(
  db: Knex,
  at: Date,
  fields: Partial<Omit<ProgrammeRow, 'id'>> = {},
): Promise<number> {
  serial += 1;
  const [row] = await db('programmes').insert(
    { code: `PRF-${serial}`, label: `Programme ${serial}`, created_at: at, ...fields },
    'id',
  );
  return row.id;
}

/** All of them, by their codes. */
export const programmesIn = (db: Knex): PromiseLike<ProgrammeRow[]> => db('programmes').orderBy('code');
