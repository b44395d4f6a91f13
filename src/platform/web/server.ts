import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';

/**
 * How long a connection without a request stays open, in milliseconds. Longer than a proxy keeps its own (60 s for
 * nginx): the proxy is then the one that closes, and never sends a request into a connection that we are closing.
 */
const KEEP_ALIVE_MS = 75_000;
/** How long a request under way may take once the application is asked to stop. */
const LAST_REQUESTS_MS = 5_000;

/** The application, listening. */
export interface WebServer {
  server: Server;
  /** Answers what is under way, and closes each connection behind it. */
  stop(): Promise<void>;
}

/**
 * Listens until stopped.
 * @throws the error of the system where it cannot (`EADDRINUSE`: somebody else listens there)
 */
export async function startWebServer(app: RequestListener, port: number, host: string): Promise<WebServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: KEEP_ALIVE_MS + 1_000 });
  const underWay = new Set<ServerResponse>();
  let stopping = false;
  server.on('request', (_req, res) => {
    underWay.add(res);
    if (stopping) closesAfter(res);
    res.once('close', () => {
      underWay.delete(res);
      // What was sent before it could say « close » has left its connection waiting for another request.
      if (stopping) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.on('request', app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    server,
    stop: () =>
      new Promise((resolve) => {
        stopping = true;
        for (const res of underWay) closesAfter(res);
        // A client that takes its time does not keep the rest from stopping in order.
        const patience = setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS);
        server.close(() => {
          clearTimeout(patience);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function closesAfter(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader('Connection', 'close');
}
