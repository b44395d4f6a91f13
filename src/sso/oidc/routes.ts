import type { NextFunction, Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { confirmPage, factorPage } from '#access/assurance.ts';
import { anyone, signedIn } from '#access/policies.ts';
import { signOut } from '#identity/sign-in/sign-out.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { DomainError } from '#platform/errors.ts';
import { parisYear } from '#platform/french/time.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit, isLimit, placeOf } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { openedOnly } from '../opened-only.ts';
import { refusals } from '../refusal.ts';
import { findService, getPerson } from '../services/service.ts';
import { letFormsLeadTo } from '../waiting.ts';
import { type Leaving, readLeaving } from './end-session.ts';
import { missing } from './entry.ts';
import { keepFound } from './found.ts';
import { PATHS, resumePath } from './paths.ts';
import { answerByLibrary } from './provider.ts';
import { findEntry } from './repository.ts';
import { findWaiting, type Waiting } from './waiting.ts';

/** OpenID Connect, as browsers go through it. */
export function oidcSite(dependencies: Dependencies): GatedRouter {
  const { db, clock, pool } = dependencies;
  const site = gatedRouter();
  const answer = answerByLibrary(dependencies);
  const { refuseEntry, refuseCircle } = refusals(dependencies);
  // Each request of a visitor is kept until they have signed in; a whole institution may be behind one address.
  const visitors = createLimit(pool, 'oidc-visitors', 300, 60);
  // A service that does not keep its own session asks again and again.
  const rounds = createLimit(pool, 'oidc-rounds', 10, 60);

  site.get(PATHS.authorization, anyone, openedOnly, seldom, answer);

  async function seldom(req: Request, _res: Response, next: NextFunction): Promise<void> {
    const key = firstOf(req.query.client_id as string);
    if (!req.user) await visitors.consume(placeOf(req));
    else {
      await rounds.consume(`${req.session.signInId} ${key}`).catch(async (refusal: unknown) => {
        const service = isLimit(refusal) ? await findService(dependencies, { key }) : undefined;
        if (!service) throw refusal;
        await refuseCircle(req, service);
      });
      await readEntry(req, req.user.userId, key);
    }
    next();
  }

  /** What the library asks for next, in one statement. */
  async function readEntry(req: Request, userId: number, key: string): Promise<void> {
    const { signInId } = req.session;
    if (signInId === undefined) return;
    const entry = await findEntry(db, { key, userId, signInId, year: parisYear(clock.now()) });
    keepFound(req, entry);
  }

  site.get('/oidc/authorize/:uid', anyone, openedOnly, ofSession, answer);

  /** Each step that is missing leads back here, and from here to the library. */
  site.get('/oidc/interaction/:uid', signedIn, openedOnly, ofSession, async (req, res) => {
    const uid = String(req.params.uid);
    const waiting: Waiting = res.locals.waiting;
    const actor = actorOf(req);
    const person = await getPerson(db, actor.userId, clock.now());
    const next = missing(req, waiting.service, person, waiting.asked, clock.now());
    switch (next?.step) {
      case undefined:
        return res.redirect(303, resumePath(uid));
      case 'entry':
        return refuseEntry(req, res, waiting.service, next.verdict);
      case 'factor':
        return res.redirect(303, factorPage(actor, req.originalUrl));
      default:
        return res.redirect(303, confirmPage(req.originalUrl));
    }
  });

  /** What was asked while somebody else was signed in, or in a session that is over, is asked anew of who is there. */
  async function ofSession(req: Request, res: Response, next: NextFunction): Promise<void> {
    const waiting = await findWaiting(dependencies, String(req.params.uid));
    if (!waiting) throw new TooLate();
    res.locals.waiting = waiting;
    if (waiting.signInId === undefined || waiting.signInId === req.session.signInId) return next();
    res.redirect(303, waiting.again);
  }

  site.get(PATHS.end_session, anyone, openedOnly, async (req, res) => {
    const leaving = await readLeaving(dependencies, req, req.query);
    if (!req.user || leaving.isOwn) return leave(req, res, leaving);
    if (leaving.next !== undefined) letFormsLeadTo(res, new URL(leaving.next).origin);
    render(res, 'sso/oidc/end-session', {
      title: 'Se déconnecter',
      section: '',
      service: leaving.service,
      fields: leaving.fields,
    });
  });

  site.post('/oidc/session/end/confirm', anyone, async (req, res) =>
    leave(req, res, await readLeaving(dependencies, req, req.body)),
  );

  async function leave(req: Request, res: Response, { next }: Leaving): Promise<void> {
    const to = req.user ? await signOut(dependencies, req, res, next) : next;
    if (next === undefined) res.flash('Votre session est fermée.');
    res.redirect(303, to ?? '/connexion');
  }

  return site;
}

/** The person took longer than a request is kept, or its service is no longer where it was to be answered. */
class TooLate extends DomainError {
  override name = 'TooLate';
  constructor() {
    super(400, 'Cette demande a expiré', 'Retournez sur le site du service et recommencez.');
  }
}
