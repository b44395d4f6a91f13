import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';

/** How migrations are found; the connection comes from DATABASE_URL, or from whoever extends this. */
const knexConfig: Knex.Config = {
  client: 'pg',
  connection: process.env.DATABASE_URL,
  migrations: {
    directory: fileURLToPath(new URL('./migrations', import.meta.url)),
    loadExtensions: ['.ts'],
    extension: 'ts',
  },
};

export default knexConfig;
