import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The address of the demo's database, which listens on the loopback alone. */
export const demoDatabaseUrl = (port: number): string =>
  `postgres://parcours:parcours@127.0.0.1:${port}/parcourspro`;

/**
 * Where the database of a demo that is running listens, as its server wrote it down.
 * @param directory `DEMO_DIR`
 * @returns undefined where no demo runs on this folder
 */
export function runningDemoUrl(directory: string): string | undefined {
  try {
    const [, , , port] = readFileSync(path.join(directory, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    return Number(port) > 0 ? demoDatabaseUrl(Number(port)) : undefined;
  } catch {
    return undefined;
  }
}
