import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config.ts';
import { startCompanion } from './companion.ts';

/** What the application needs and nobody configured: a database and a mail server, on this computer. */
export interface Demo {
  databaseUrl: string;
  smtpUrl: string;
  mailboxUrl: string;
  stop(): Promise<void>;
}

/** Starts the embedded PostgreSQL and the mailbox; their data are kept in `config.demo.directory` (DOMAIN §11). */
export async function startDemo({ demo }: Config): Promise<Demo> {
  const directory = path.resolve(demo.directory);
  mkdirSync(directory, { recursive: true });
  const database = await startCompanion(new URL('./postgres-process.ts', import.meta.url), [
    path.join(directory, 'postgres'),
  ]);
  const mailbox = await startCompanion(new URL('./mailbox-process.ts', import.meta.url), [
    path.join(directory, 'mail'),
    String(demo.mailboxPort),
    String(demo.smtpPort),
  ]).catch(async (error) => {
    await database.stop();
    throw error;
  });
  return {
    databaseUrl: database.ready,
    smtpUrl: mailbox.ready,
    mailboxUrl: `http://localhost:${demo.mailboxPort}`,
    async stop() {
      await mailbox.stop();
      await database.stop();
    },
  };
}
