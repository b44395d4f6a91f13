import type { Knex } from 'knex';

/** Somebody of the agency who is written to. */
export interface Manager {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  name: string;
}

/** Every manager of the agency, oldest account first. A closed account is none. */
export const findManagers = (db: Knex): Promise<Manager[]> =>
  db('users')
    .where({ is_agency_manager: true })
    .orderBy('id')
    .select('id', 'email', {
      firstName: 'first_name',
      lastName: 'last_name',
      name: db.raw(`full_name(users)`),
    });
