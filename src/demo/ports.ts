import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Tries a port of the loopback.
 * @returns the port, or undefined when it is taken
 */
export function portIfFree(wanted: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/**
 * A free port below those that the system gives out by itself (from 32768 on, or higher): one of those may be given to
 * any connection between this look and the port's use, or while what listened there is started again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await portIfFree(randomInt(10_000, 32_000));
    if (port !== undefined) return port;
  }
}
