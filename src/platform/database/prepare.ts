import pg from 'pg';
import type { Logger } from 'pino';
import { openDatabase, withSettings } from './connection.ts';
import { migrate } from './migrate.ts';
import { ensureApplicationRole, grantToApplication, mayChangeHistory } from './roles.ts';

/** Any number that no other lock of the application uses. */
const PREPARE_LOCK = 20_261_121;

interface DatabaseAddresses {
  /** Where the application works. */
  databaseUrl: string;
  /** The same database as the owner of its tables, for the migrations; the application's own when left out. */
  ownerUrl?: string;
}

/**
 * Brings the schema to the present version as its owner, and sees to it that the application works as another role,
 * which cannot change what is written once (the audit journal, the history of enrolments).
 * With two addresses, that role is the user of `databaseUrl`. With one, it is a role that every connection of the
 * application takes on as it opens; where the server refuses to make one, the application works as the owner, the
 * log says so, and only the tables' triggers stand guard.
 * @returns the address that the application connects with
 */
export async function prepareDatabase(addresses: DatabaseAddresses, log: Logger): Promise<string> {
  const { databaseUrl, ownerUrl = databaseUrl } = addresses;
  const owner = openDatabase(ownerUrl, log, 'owner');
  try {
    const client = await owner.pool.connect();
    try {
      // Of two processes that start together the second finds the work done; the lock ends with the connection.
      await client.query('select pg_advisory_lock($1)', [PREPARE_LOCK]);
      await migrate(owner.db, owner.pool);
      const url = await openToApplication(client, { databaseUrl, ownerUrl }, log);
      if (await asConnected(url, mayChangeHistory)) log.warn(UNPROTECTED);
      return url;
    } finally {
      client.release();
    }
  } finally {
    await owner.close();
  }
}

const UNPROTECTED =
  'this database role could change the audit journal: give the application a role of its own (DATABASE_URL) and the owner of the tables another (DATABASE_OWNER_URL)';

async function openToApplication(
  owner: pg.ClientBase,
  { databaseUrl, ownerUrl }: Required<DatabaseAddresses>,
  log: Logger,
): Promise<string> {
  const user = databaseUrl === ownerUrl ? undefined : await asConnected(databaseUrl, userOf);
  if (user !== undefined && user !== (await userOf(owner))) {
    await grantToApplication(owner, user);
    return databaseUrl;
  }
  try {
    const role = await ensureApplicationRole(owner);
    await grantToApplication(owner, role);
    const url = takingRole(databaseUrl, role);
    // A pooler in between may refuse the option, or drop it.
    if ((await asConnected(url, userOf)) === role) return url;
    log.warn({ role }, 'connections do not take on the application’s database role');
  } catch (error) {
    log.warn({ err: error }, 'the application’s database role could not be made or taken on');
  }
  return databaseUrl;
}

/** The same address, whose connections begin as `role`; `reset role` leads back to it, `set role none` does not. */
export function takingRole(databaseUrl: string, role: string): string {
  return withSettings(databaseUrl, { role }, 'over');
}

async function userOf(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ name: string }>('select current_user as name');
  return rows[0]?.name ?? '';
}

async function asConnected<T>(url: string, ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}
