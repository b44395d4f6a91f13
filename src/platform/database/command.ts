import knex, { type Knex } from 'knex';
import pg from 'pg';
import knexConfig from '../../../knexfile.ts';
import { ourConnection } from './connection.ts';
import { PreparingDialect } from './preparing.ts';

/** A command that cannot be done; the message is for whoever typed it. */
export class CommandError extends Error {
  override name = 'CommandError';
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'aucun serveur n’y répond',
  ECONNRESET: 'le serveur a coupé la connexion',
  ETIMEDOUT: 'le serveur ne répond pas',
  ENOTFOUND: 'ce nom d’hôte est inconnu',
  EAI_AGAIN: 'ce nom d’hôte est introuvable pour le moment',
  '28P01': 'le mot de passe est refusé',
  '28000': 'ce rôle est refusé',
  '3D000': 'cette base n’existe pas',
  '53300': 'le serveur a déjà toutes ses connexions',
  '57P03': 'le serveur démarre ou s’arrête',
};

/**
 * Opens the connection of a command.
 * @param url of the database, as the environment gives it
 * @throws CommandError that says what is wrong with the address, without its password
 */
export async function connectCommand(url: string): Promise<pg.Client> {
  const address = parsed(url);
  const client = new pg.Client({
    connectionString: ourConnection(url, 'command'),
    connectionTimeoutMillis: 10_000,
  });
  // A connection that is cut later fails the statement under way, which is told there.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new CommandError(
      `Base de données inaccessible (${address.host}${address.pathname})\u00a0: ${problemOf(error)}.`,
    );
  }
}

/**
 * The same for a command whose work is that of the pages: one connection, without their time-outs, to be destroyed.
 * @throws CommandError as {@link connectCommand}
 */
export async function openCommand(url: string): Promise<Knex> {
  await (await connectCommand(url)).end();
  return knex({
    ...knexConfig,
    client: PreparingDialect,
    connection: { connectionString: ourConnection(url, 'command') },
    pool: { min: 0, max: 1 },
  });
}

/** What a command says of an error: a sentence for those that whoever typed it can mend. */
export function commandMessage(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (code === '42P01') {
    return 'Cette base n’a pas les tables de l’application\u00a0: démarrez l’application une fois, ou vérifiez l’adresse.';
  }
  if (code === '42501') {
    return 'Seul le propriétaire des tables peut faire cela\u00a0: donnez son adresse dans DATABASE_OWNER_URL.';
  }
  return error instanceof CommandError || code === undefined ? message : `${message} (${code})`;
}

function parsed(url: string): URL {
  try {
    const address = new URL(url);
    if (/^postgres(ql)?:$/.test(address.protocol)) return address;
  } catch {
    // Told below.
  }
  throw new CommandError(
    'L’adresse de la base est mal formée\u00a0: attendu postgres://rôle:mot-de-passe@hôte:5432/base.',
  );
}

function problemOf(error: unknown): string {
  const {
    code = '',
    message,
    errors,
  } = error as { code?: string; message: string; errors?: { code?: string }[] };
  const known = PROBLEMS[code] ?? PROBLEMS[errors?.[0]?.code ?? ''];
  if (known) return known;
  return /timeout/i.test(message) ? 'le serveur ne répond pas' : message;
}
