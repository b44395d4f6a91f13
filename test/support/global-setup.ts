import { rmSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startCompanion } from '#demo/companion.ts';
import { prepareDatabase } from '#platform/database/prepare.ts';
import { createLog } from '#platform/log.ts';
import { makeClusterDirectory, SPARING } from './cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated database that each test file clones. */
    templateUrl: string;
    /** The same as the application opens it. */
    applicationUrl: string;
  }
}

/** One PostgreSQL for the whole run, with one migrated template: a file's own database is a copy of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = makeClusterDirectory();
  const postgres = await startCompanion(new URL('../../src/demo/postgres-process.ts', import.meta.url), [
    path.join(directory, 'postgres'),
    ...SPARING,
    ...['-c', 'max_connections=300'],
  ]);
  project.provide('templateUrl', postgres.ready);
  const applicationUrl = await prepareDatabase({ databaseUrl: postgres.ready }, createLog('warn'));
  project.provide('applicationUrl', applicationUrl);
  return async () => {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
