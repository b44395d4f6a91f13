import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runCompanion } from '#demo/companion.ts';

/**
 * What is measured beside the application: a server in a process of its own, which says its address.
 * @param open makes what answers, and knows how to let go of what that holds
 */
export const serve = (
  open: () => Promise<{ app: RequestListener; close?(): Promise<void> }>,
): Promise<void> =>
  runCompanion(async () => {
    const { app, close } = await open();
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return {
      ready: `http://127.0.0.1:${port}`,
      stop: async () => {
        server.closeAllConnections();
        server.close();
        await close?.();
      },
    };
  });
