import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startCompanion } from '../../src/demo/companion.ts';
import { prepareDatabase } from '../../src/platform/database/prepare.ts';
import { createLog } from '../../src/platform/log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated database that each test file clones. */
    templateUrl: string;
    /** The same as the application opens it. */
    applicationUrl: string;
  }
}

/** Where Linux keeps files in memory. */
const IN_MEMORY = '/dev/shm';
/** More than the clusters of a run have ever held, with room for the log that is written ahead. */
const ROOM_BYTES = 6 * 1024 ** 3;

/**
 * Where the run's databases live: in memory where there is room, since each file of tests copies a database of some
 * 1,500 files, which takes a disk up to ten times as long.
 */
function parentDirectory(): string {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ROOM_BYTES ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** One PostgreSQL for the whole run, with one migrated template: a file's own database is a copy of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(path.join(parentDirectory(), 'parcourspro-test-'));
  // Run as root, the server belongs to another user, who must be able to enter.
  chmodSync(directory, 0o755);
  const postgres = await startCompanion(new URL('../../src/demo/postgres-process.ts', import.meta.url), [
    path.join(directory, 'postgres'),
    ...[
      'max_connections=300',
      // What a test writes need not survive a power cut, nor be sent elsewhere.
      'fsync=off',
      'synchronous_commit=off',
      'full_page_writes=off',
      'wal_level=minimal',
      'max_wal_senders=0',
      // In memory, reading oneself takes less than asking another process to.
      'io_method=sync',
      // A database lives for some seconds: what is to be analysed, its test has analysed.
      'autovacuum=off',
    ].flatMap((flag) => ['-c', flag]),
  ]);
  project.provide('templateUrl', postgres.ready);
  const applicationUrl = await prepareDatabase({ databaseUrl: postgres.ready }, createLog('warn'));
  project.provide('applicationUrl', applicationUrl);
  return async () => {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
