import { lookup as resolve } from 'node:dns';
import { request as plain, type RequestOptions } from 'node:http';
import { request as secure } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Config } from '#platform/config.ts';

/** What nobody's service is behind: this computer, its network, and what clouds answer about a computer itself. */
const OURS = new BlockList();
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
] as const)
  OURS.addSubnet(net, prefix, 'ipv4');
// Of IPv6 also what stands for an address of IPv4, on a network that translates it: that could be any of these.
for (const [net, prefix] of [
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fe80::', 10],
] as const)
  OURS.addSubnet(net, prefix, 'ipv6');

const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  PRIVATE.addSubnet(net, prefix, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fec0::', 10, 'ipv6');
PRIVATE.addSubnet('ff00::', 8, 'ipv6');

/** The address must not be asked: it leads to this computer or its network. */
export class Forbidden extends Error {
  override name = 'Forbidden';
  constructor(host: string) {
    super(`${host} leads into the own network`);
  }
}

/** How strict outgoing requests are: this computer is asked outside production only, its network where it is allowed. */
export type Network = Pick<Config, 'environment' | 'ssoPrivateNetwork'>;

function isAllowed(address: string, { environment, ssoPrivateNetwork }: Network): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  // « ::ffff:127.0.0.1 » is looked at as what it stands for: BlockList does.
  if (OURS.check(address, family)) return environment !== 'production';
  return ssoPrivateNetwork === 'allowed' || !PRIVATE.check(address, family);
}

/** What came back; the body, where it was wanted, cut at some kilobytes. */
export interface Answer {
  status: number;
  /** Where a redirect leads, which nobody followed. */
  location?: string;
  body: string;
}

const MOST_BYTES = 64 * 1024;

/**
 * Sends one request to a service, and follows no redirect. The name is resolved once, and the connection made to an
 * address that was looked at: no second answer of a name server leads elsewhere.
 * @param timeoutMs for all of it, a silent server included
 * @throws Forbidden, or the error of the network
 */
export function ask(
  network: Network,
  url: URL,
  {
    method,
    body = '',
    headers = {},
    timeoutMs,
  }: { method: 'GET' | 'POST'; body?: string; headers?: Record<string, string>; timeoutMs: number },
): Promise<Answer> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && !isAllowed(host, network)) return Promise.reject(new Forbidden(host));
  const lookup: LookupFunction = (name, options, done) =>
    resolve(name, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '', 0);
      const refused = found.find(({ address }) => !isAllowed(address, network));
      if (refused) return done(new Forbidden(name), '', 0);
      if (options.all) return (done as unknown as (error: null, all: typeof found) => void)(null, found);
      done(null, found[0]?.address ?? '', found[0]?.family ?? 4);
    });
  const options: RequestOptions = {
    method,
    lookup,
    agent: false,
    headers: {
      ...headers,
      ...(method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    },
    signal: AbortSignal.timeout(timeoutMs),
  };
  return new Promise((resolveWith, reject) => {
    const request = (url.protocol === 'https:' ? secure : plain)(url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MOST_BYTES) chunks.push(chunk);
        else response.destroy();
      });
      response.on('close', () =>
        resolveWith({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}
