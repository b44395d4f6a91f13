import express, { type Express, type Request, type RequestHandler, type Router } from 'express';
import { DomainError, Forbidden, NotFound } from '../errors.ts';
import { holdsWords } from './forms/typed.ts';

/** What a policy answers: yes, or why not. `signIn` sends a visitor to sign in and back, `redirect` to what is missing. */
export type Decision = 'allow' | 'signIn' | 'notFound' | { forbidden: string } | { redirect: string };

/** A named rule that says who may use a route. */
export interface Policy {
  name: string;
  decide(actor: Express.User | undefined, request: Request): Decision | Promise<Decision>;
}

/** Whoever holds the secret link of the address: the token itself is checked by the page, which explains a bad one. */
export const linkHolder: Policy = { name: 'linkHolder', decide: () => 'allow' };

/** Another program, without a browser or a session: what it sends proves itself (a ticket, a code, a client's secret). */
export const serviceCall: Policy = { name: 'serviceCall', decide: () => 'allow' };

const POLICY = Symbol('policy');
type GateHandler = RequestHandler & { [POLICY]: Policy };

type Handlers = [RequestHandler, ...RequestHandler[]];

/** A router whose routes cannot be declared without a policy. */
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
  const heads = new Set<string | undefined>();
  const parts: (GatedRouter | RequestHandler)[] = [];
  const declare = (method: 'get' | 'post', path: string, policy: Policy, handlers: Handlers) => {
    heads.add(headOf(path));
    router[method](path, gate(policy), ...handlers);
  };
  const site: GatedRouter = {
    router,
    get: (path, policy, ...handlers) => declare('get', path, policy, handlers),
    post: (path, policy, ...handlers) => declare('post', path, policy, handlers),
    use: (...others) => {
      parts.push(...others);
      for (const part of others) router.use('router' in part ? part.router : part);
    },
  };
  headsOf.set(site, () => new Set([...heads, ...parts.flatMap((part) => [...everyHeadOf(part)])]));
  skipOthers(site);
  return site;
}

/** What the addresses of each site begin with; undefined for what may be at any. */
const headsOf = new WeakMap<object, () => ReadonlySet<string | undefined>>();

const everyHeadOf = (part: GatedRouter | RequestHandler): ReadonlySet<string | undefined> =>
  headsOf.get(part)?.() ?? new Set([undefined]);

/** The first part of an address, or of a route's; undefined where it may be any of several. */
function headOf(path: string): string | undefined {
  const [head = ''] = path.slice(1).split('/', 1);
  return /^[\w.~-]*$/.test(head) ? head.toLowerCase() : undefined;
}

/**
 * Lets a request by that no route of a site can be for. Routes are tried one after the other, each by a pattern: of some
 * hundred sites, all but a few have nothing under the first part of an address.
 */
function skipOthers(site: GatedRouter): void {
  const router = site.router as Router & { handle(...args: Parameters<RequestHandler>): void };
  const handle = router.handle.bind(router);
  let heads: ReadonlySet<string | undefined> | undefined;
  router.handle = (req, res, next) => {
    heads ??= everyHeadOf(site);
    const head = headOf(req.path);
    if (head === undefined || heads.has(undefined) || heads.has(head)) handle(req, res, next);
    else next();
  };
}

function gate(policy: Policy): GateHandler {
  const handler: RequestHandler = async (req, res, next) => {
    const decision = await policy.decide(req.user, req);
    // A page shown to somebody signed in must not be shown again from a cache after they have left; one shown to a visitor
    // may hold the token of their forms, and is no other visitor's. Routes whose answer is everybody's say so.
    res.set('Cache-Control', req.user ? 'private, no-store' : 'private, no-cache');
    if (decision === 'allow') return next();
    // Led elsewhere, whoever typed something would lose it: the page says where to go, and gives the words back.
    const wouldLose = req.method === 'POST' && !req.is('multipart/form-data') && holdsWords(req.body);
    if (decision === 'signIn') {
      if (wouldLose) throw new SignInNeeded();
      const back = req.method === 'GET' ? `?suite=${encodeURIComponent(req.originalUrl)}` : '';
      return res.redirect(303, `/connexion${back}`);
    }
    if (decision === 'notFound') throw new NotFound();
    if ('redirect' in decision) {
      if (wouldLose) throw new StepMissing(decision.redirect);
      return res.redirect(303, decision.redirect);
    }
    throw new Forbidden(decision.forbidden);
  };
  return Object.assign(handler, { [POLICY]: policy });
}

/** A form with words in it was sent by nobody known. */
class SignInNeeded extends DomainError {
  override name = 'SignInNeeded';
  constructor() {
    super(
      403,
      'Identifiez-vous pour continuer',
      'Rien n’a été enregistré\u00a0: cette page demande un compte.',
      {
        reopen: true,
      },
    );
  }
}

/** A form with words in it was sent before something that its policy asks for first. */
class StepMissing extends DomainError {
  override name = 'StepMissing';
  constructor(href: string) {
    super(
      403,
      'Une vérification est nécessaire',
      'Rien n’a été enregistré\u00a0: confirmez d’abord qui vous êtes.',
    );
    this.leadingTo(href, 'Continuer');
  }
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

/**
 * The policy of the route that would take a request, without sending one.
 * @param path without its query
 * @returns undefined when there is no such route
 */
export function policyAt(app: Express, method: 'get' | 'post', path: string): string | undefined {
  return policyIn(app.router as unknown as { stack: Layer[] }, method, path);
}

function policyIn({ stack }: { stack: Layer[] }, method: string, path: string): string | undefined {
  for (const layer of stack) {
    if (layer.handle.stack) {
      const found = policyIn(layer.handle as { stack: Layer[] }, method, path);
      if (found) return found;
    }
    const first = layer.route?.stack.find((handler) => handler.method === method);
    if (first && isMatch(layer, path)) return layer.route?.stack[0]?.handle[POLICY]?.name;
  }
  return undefined;
}

function isMatch(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    // Bytes that are no text.
    return false;
  }
}

interface Layer {
  match(path: string): boolean;
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
