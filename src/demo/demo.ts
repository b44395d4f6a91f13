import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Config, ConfigError } from '#platform/config.ts';
import { fileProblem } from '#platform/files/problems.ts';
import { type Companion, startCompanion } from './companion.ts';

/** What the application needs and nobody configured: a database and a mail server, on this computer. */
export interface Demo {
  databaseUrl: string;
  smtpUrl: string;
  mailboxUrl: string;
  /** The small service that signs in through the portal. */
  serviceUrl: string;
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL and the mailbox; their data are kept in `config.demo.directory` (domain.md §11).
 * @throws ConfigError when the demo of that folder already runs, when nothing can be written there, or when a port is
 * taken
 */
export async function startDemo({ demo, publicUrl }: Config): Promise<Demo> {
  const directory = path.resolve(demo.directory);
  const release = claim(madeFolder(directory));
  const started: Companion[] = [];
  const stop = async () => {
    for (const companion of started.reverse()) await companion.stop();
    release();
  };
  try {
    const database = await startCompanion(new URL('./postgres-process.ts', import.meta.url), [
      path.join(directory, 'postgres'),
    ]);
    started.push(database);
    const mailbox = await startCompanion(new URL('./mailbox-process.ts', import.meta.url), [
      path.join(directory, 'mail'),
      String(demo.mailboxPort),
      String(demo.smtpPort),
    ]);
    started.push(mailbox);
    const service = await startCompanion(new URL('./service/process.ts', import.meta.url), [
      publicUrl,
      String(demo.servicePort),
    ]);
    started.push(service);
    return {
      databaseUrl: database.ready,
      smtpUrl: mailbox.ready,
      serviceUrl: service.ready,
      mailboxUrl: `http://localhost:${demo.mailboxPort}`,
      stop,
    };
  } catch (error) {
    await stop();
    const message = (error as Error).message;
    if (!message.includes('EADDRINUSE')) throw error;
    throw new ConfigError(
      `Un des ports de la démonstration (boîte aux lettres : ${demo.mailboxPort} et ${demo.smtpPort}, service : ${demo.servicePort}) est déjà utilisé. ` +
        'Choisissez-en d’autres : MAILBOX_PORT=1081 MAILBOX_SMTP_PORT=1026 SERVICE_PORT=3081 npm start',
    );
  }
}

function madeFolder(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
    return directory;
  } catch (error) {
    throw new ConfigError(`DEMO_DIR : rien ne peut être gardé dans ${directory} (${fileProblem(error)}).`);
  }
}

/** One application per folder: a second one would take the database from under the first. */
function claim(directory: string): () => void {
  const file = path.join(directory, 'application.pid');
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (holder && holder !== process.pid && isRunning(holder)) {
    throw new ConfigError(`La démonstration de ${directory} tourne déjà (processus ${holder}).`);
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // The number of a killed application may since have gone to another program.
    const commandLine = `/proc/${pid}/cmdline`;
    return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('main.ts');
  } catch {
    return false;
  }
}
