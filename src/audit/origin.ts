import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestHandler } from 'express';

/** Where what happens comes from: a request, with who made it when they are signed in. */
export interface Origin {
  userId: number | null;
  ip: string | null;
  requestId: string | null;
}

const current = new AsyncLocalStorage<Origin>();

/** Remembers where each request comes from, for the entries that it leaves in the audit journal. */
export function rememberOrigin(): RequestHandler {
  return (req, _res, next) => {
    const origin = { userId: req.user?.userId ?? null, ip: req.ip ?? null, requestId: String(req.id ?? '') };
    current.run(origin, next);
  };
}

/** Where the code that calls comes from; undefined in a job, which nobody asked for at that moment. */
export const originOf = (): Origin | undefined => current.getStore();
