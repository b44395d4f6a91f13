import type { Knex } from 'knex';
import { first } from './rows.ts';

/** The agency's settings of enrolment. */
export interface Settings {
  yearly_actions: number;
  yearly_formations: number;
  structure_seats_per_formation: number;
  staggered_until: string | null;
  staggered_live_requests: number | null;
  late_withdrawal_days: number;
  lock_version: number;
}

/** @throws when there are none */
export const settingsOf = async (db: Knex): Promise<Settings> => first(await db('enrolment_settings'));

export async function setSettings(db: Knex, fields: Partial<Settings>): Promise<void> {
  await db('enrolment_settings').update(fields);
}
