import { chmodSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Flags of a PostgreSQL for tests. One that is stopped in order, or killed, keeps what was written all the same. */
export const SPARING = [
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
].flatMap((flag) => ['-c', flag]);

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

/** A folder of its own for the data of a PostgreSQL, to be removed by whoever asked for it. */
export function makeClusterDirectory(): string {
  const directory = mkdtempSync(path.join(parentDirectory(), 'parcourspro-test-'));
  // Run as root, the server belongs to another user, who must be able to enter.
  chmodSync(directory, 0o755);
  return directory;
}
