import pg from 'pg';
import { inject } from 'vitest';
import { hashPassword } from '#platform/security/passwords.ts';
import { fillCatalogue, type Sizes } from '../../bench/catalogue/fill.ts';
import { createTestSite, type TestSite } from './app.ts';
import { administer, copyOf } from './database.ts';
import { TEST_PASSWORD } from './people.ts';

/** A tenth of the size at which the application must hold: large enough for the server to prefer its indexes. */
export const AT_SIZE: Sizes = { actions: 2000, sessions: 6000, people: 10_000, enrolments: 60_000 };

const FILLED = 'test_at_size';
const BEING_FILLED = 'test_at_size_being_filled';

/**
 * A site of its own whose catalogue has {@link AT_SIZE}, all people with {@link TEST_PASSWORD}: a copy of a database that
 * whoever asks first fills, and that the others of the run find. Its moment is the computer's.
 */
export async function createSiteAtSize(): Promise<TestSite> {
  const server = new pg.Client({ connectionString: addressOf('postgres') });
  await server.connect();
  try {
    // Not the lock under which databases are copied: only those who need this one wait for it.
    await server.query('select pg_advisory_lock(2)');
    const { rowCount } = await server.query('select from pg_database where datname = $1', [FILLED]);
    if (rowCount === 0) await fill();
  } finally {
    await server.end();
  }
  return createTestSite({ from: FILLED });
}

async function fill(): Promise<void> {
  await administer(async (client) => {
    // Left by somebody who was stopped in the middle.
    await client.query(`drop database if exists ${BEING_FILLED} with (force)`);
    await client.query(copyOf(nameOf(inject('templateUrl')), BEING_FILLED));
  });
  await fillCatalogue(addressOf(BEING_FILLED), AT_SIZE, new Date(), await hashPassword(TEST_PASSWORD));
  // It has its name only once it is whole.
  await administer((client) => client.query(`alter database ${BEING_FILLED} rename to ${FILLED}`));
}

const nameOf = (address: string): string => new URL(address).pathname.slice(1);
const addressOf = (database: string): string =>
  Object.assign(new URL(inject('templateUrl')), { pathname: `/${database}` }).href;
