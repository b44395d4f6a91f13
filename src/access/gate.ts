import express, { type Express, type Request, type RequestHandler, type Router } from 'express';
import { Forbidden, NotFound } from '../platform/errors.ts';
import type { Actor } from './actor.ts';

/** What a policy answers: yes, or why not. `signIn` sends a visitor to sign in and back, `redirect` to what is missing. */
export type Decision = 'allow' | 'signIn' | 'notFound' | { forbidden: string } | { redirect: string };

/** A named rule that says who may use a route. */
export interface Policy {
  name: string;
  decide(actor: Actor | undefined, request: Request): Decision | Promise<Decision>;
}

const POLICY = Symbol('policy');
type GateHandler = RequestHandler & { [POLICY]: Policy };

type Handlers = [RequestHandler, ...RequestHandler[]];

/** A router whose routes cannot be declared without a policy (ARCHITECTURE §3). */
export interface GatedRouter {
  get(path: string, policy: Policy, ...handlers: Handlers): void;
  post(path: string, policy: Policy, ...handlers: Handlers): void;
  /** Mounts other gated routers, or a middleware that answers nothing by itself. */
  use(...parts: (GatedRouter | RequestHandler)[]): void;
  readonly router: Router;
}

/** Makes an empty {@link GatedRouter}. */
export function gatedRouter(): GatedRouter {
  const router = express.Router();
  return {
    router,
    get: (path, policy, ...handlers) => void router.get(path, gate(policy), ...handlers),
    post: (path, policy, ...handlers) => void router.post(path, gate(policy), ...handlers),
    use: (...parts) => {
      for (const part of parts) router.use('router' in part ? part.router : part);
    },
  };
}

function gate(policy: Policy): GateHandler {
  const handler: RequestHandler = async (req, res, next) => {
    const decision = await policy.decide(req.user, req);
    // A page shown to somebody signed in must not be shown again from a cache after they have left; one shown to a visitor
    // may hold the token of their forms, and is no other visitor's. Routes whose answer is everybody's say so.
    res.set('Cache-Control', req.user ? 'private, no-store' : 'private, no-cache');
    if (decision === 'allow') return next();
    if (decision === 'signIn') {
      const back = req.method === 'GET' ? `?suite=${encodeURIComponent(req.originalUrl)}` : '';
      return res.redirect(303, `/connexion${back}`);
    }
    if (decision === 'notFound') throw new NotFound();
    if ('redirect' in decision) return res.redirect(303, decision.redirect);
    throw new Forbidden(decision.forbidden);
  };
  return Object.assign(handler, { [POLICY]: policy });
}

/** One route of the running application, for the start-up check and for the test that walks them all. */
export interface ListedRoute {
  method: string;
  path: string;
  policy: string | undefined;
}

/** Every route of an application, in the order in which they are tried. */
export function listRoutes(app: Express): ListedRoute[] {
  return routesOf(app.router as unknown as { stack: Layer[] });
}

/** @throws Error naming the routes that no gate guards; the application must not start then */
export function refuseUngatedRoutes(app: Express): void {
  const ungated = listRoutes(app).filter((route) => !route.policy);
  if (ungated.length > 0) {
    throw new Error(`routes without a gate: ${ungated.map((r) => `${r.method} ${r.path}`).join(', ')}`);
  }
}

interface Layer {
  route?: { path: string; stack: { method: string; handle: Partial<GateHandler> }[] };
  handle: { stack?: Layer[] };
}

function routesOf({ stack }: { stack: Layer[] }): ListedRoute[] {
  return stack.flatMap((layer) => {
    if (layer.handle.stack) return routesOf(layer.handle as { stack: Layer[] });
    if (!layer.route) return [];
    const methods = new Set(layer.route.stack.map((handler) => handler.method));
    const first = layer.route.stack[0];
    return [...methods].map((method) => ({
      method: (method ?? 'all').toUpperCase(),
      path: layer.route?.path ?? '',
      policy: first?.handle[POLICY]?.name,
    }));
  });
}
