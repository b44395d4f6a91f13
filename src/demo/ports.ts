import { createServer } from 'node:net';

/**
 * Tries a port of the loopback.
 * @param wanted 0 for any free one
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
