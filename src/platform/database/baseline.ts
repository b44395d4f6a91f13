import type { Knex } from 'knex';

/**
 * A migration of the schema that an installation begins with. Nothing is before it: it cannot be taken back.
 * @param sql as PostgreSQL reads it; a question mark is one, and stands for no binding
 */
export const baseline = (sql: string) => ({
  up: async (knex: Knex): Promise<void> => {
    await knex.raw(sql.replaceAll('?', '\\?'));
  },
  down: (): Promise<void> => Promise.reject(new Error('before the baseline there is no database')),
});
