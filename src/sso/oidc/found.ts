import type { IncomingMessage } from 'node:http';
import type { Person, Service } from '../services/service.ts';
import type { NamedVisit } from '../visits/service.ts';
import type { OidcRecord } from './repository.ts';

/**
 * What of the portal a request of OpenID Connect is about. The library asks for each part by itself, when it comes to it;
 * one statement has read them together by then. What a request has not read is looked for at that moment.
 */
export interface Found {
  service?: Service | null;
  /** Of the secrets that the service may show. */
  secretHashes?: string[];
  person?: Person | null;
  /** The visit that is open; null where none is. */
  visit?: NamedVisit | null;
  /** The code that a service brings with its call. */
  code?: OidcRecord & { idHash: string };
  /** The hash of the code that is exchanged for a token. */
  spending?: string;
}

const found = new WeakMap<IncomingMessage, Found>();

/** What a request has read so far. */
export const foundOf = (request: IncomingMessage): Found => found.get(request) ?? {};

/** Keeps what was read for the rest of a request. */
export const keepFound = (request: IncomingMessage, part: Found): void => {
  found.set(request, { ...found.get(request), ...part });
};
