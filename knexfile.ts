import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';
import { ownerDatabaseUrl } from '#platform/config.ts';

/** How migrations are found; the connection is that of the commands, read when it is asked for, or comes from whoever extends this. */
const knexConfig: Knex.Config = {
  client: 'pg',
  connection: () => ({ connectionString: ownerDatabaseUrl(process.env) ?? '' }),
  migrations: {
    directory: fileURLToPath(new URL('./migrations', import.meta.url)),
    loadExtensions: ['.ts'],
    extension: 'ts',
  },
};

export default knexConfig;
