import { hashToken, newToken } from '#platform/security/secrets.ts';

/** The hashes of what is lent at this moment, by the key of the service. */
const lent = new Map<string, Set<string>>();

/**
 * Lends a secret of a service for as long as some work takes, to what stands in its place in this very process: that of the
 * service itself is kept nowhere. It is told to nobody else, and good for nothing afterwards.
 */
export async function withLentSecret<T>(key: string, work: (secret: string) => Promise<T>): Promise<T> {
  const secret = newToken();
  const hash = hashToken(secret);
  const ofService = lent.get(key) ?? new Set();
  lent.set(key, ofService.add(hash));
  try {
    return await work(secret);
  } finally {
    ofService.delete(hash);
    if (ofService.size === 0) lent.delete(key);
  }
}

/** Whether a secret, by its hash, is lent of a service at this moment. */
export const isLent = (key: string, hash: string): boolean => lent.get(key)?.has(hash) ?? false;
