import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service on this computer that hears of logouts. */
export interface Listener {
  url: string;
  /** The bodies that came, in their order. */
  heard: { path: string; body: string; headers: IncomingMessage['headers'] }[];
  /** What it does from now on with what comes, once it is read: 204 where nothing is said. */
  answer(how: (res: ServerResponse, body: string) => void): void;
  close(): Promise<void>;
}

/** Starts one. */
export async function startListener(): Promise<Listener> {
  const heard: Listener['heard'] = [];
  let how = (res: ServerResponse, _body: string): void => void res.writeHead(204).end();
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req.setEncoding('utf8')) body += chunk;
    heard.push({ path: req.url ?? '', body, headers: req.headers });
    how(res, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    heard,
    answer: (next) => {
      how = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
