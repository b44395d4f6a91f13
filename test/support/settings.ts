import type { Knex } from 'knex';

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

export const settingsOf = (db: Knex): PromiseLike<Settings> => db('enrolment_settings').first();

export async function setSettings(db: Knex, fields: Partial<Settings>): Promise<void> {
  await db('enrolment_settings').update(fields);
}
