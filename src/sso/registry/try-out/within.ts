import { createServer, type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import express, { type ErrorRequestHandler } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { oidcMachineSite } from '../../oidc/machine-routes.ts';

/** As `fetch`, of one address. */
export type Ask = (url: string, options?: RequestInit) => Promise<Response>;

/**
 * Asks what services ask of OpenID Connect, by HTTP and within this process: whatever name the portal has outside, and
 * whatever stands in front of it, the answers are those of the addresses that services call.
 */
export function askWithin(deps: Dependencies): Ask {
  const failed: ErrorRequestHandler = (error, _req, res, _next) => {
    deps.log.error({ err: error }, 'call of a service that is tried out failed');
    res.status(500).end();
  };
  const app = express().disable('x-powered-by').use(oidcMachineSite(deps).router).use(failed);
  const server = createServer(app);
  return async (url, options) => {
    const asked = new Request(url, options);
    const { pathname, search, host } = new URL(asked.url);
    const body = Buffer.from(await asked.arrayBuffer());
    const [here, there] = duplexPair();
    server.emit('connection', there);
    return answerTo(here, body, {
      method: asked.method,
      path: pathname + search,
      headers: { ...Object.fromEntries(asked.headers), host, 'content-length': body.length },
    });
  };
}

function answerTo(connection: Duplex, body: Buffer, options: RequestOptions): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, agent: false, createConnection: () => connection }, (answer) => {
      answer.toArray().then((chunks: Buffer[]) => {
        const { statusCode = 500, headers } = answer;
        resolve(new Response(bodyOf(statusCode, chunks), { status: statusCode, headers: plain(headers) }));
      }, reject);
    });
    sent.once('error', reject).end(body);
  });
}

/** Some answers must have no body, not even an empty one. */
const bodyOf = (status: number, chunks: readonly Buffer[]) =>
  status === 204 || status === 304 ? null : Buffer.concat(chunks);

const plain = (headers: IncomingHttpHeaders) =>
  Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
