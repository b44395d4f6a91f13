import type { Request, Response } from 'express';
import { actorOf, findActor } from '#access/actor.ts';
import { confirmedToChange } from '#access/assurance.ts';
import { anyone, signedIn } from '#access/policies.ts';
import { codeNeeded } from '#identity/second-factor/service.ts';
import { awaitCode, openSession } from '#identity/sign-in/open-session.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { DomainError, NotFound } from '#platform/errors.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { type GatedRouter, gatedRouter, linkHolder } from '#platform/web/gate.ts';
import { createLimit, placeOf } from '#platform/web/limits.ts';
import type { Proof } from '#platform/web/session.ts';
import { addressOf } from '#platform/web/views/address.ts';
import { render } from '#platform/web/views/render.ts';
import { findKnownStructure } from '#structures/structure-requests/service.ts';
import { createProConnect, NotTold, type Told, type UnderWay } from './client.ts';
import { keptHere } from './kept.ts';
import {
  findIdentity,
  isLinkUsable,
  linkIdentity,
  matchIdentity,
  noteUse,
  sendLink,
  unlinkIdentity,
  useLink,
} from './service.ts';

const PAGE = '/connexion/proconnect';
const ACCOUNT = '/mon-compte/proconnect';
const QUARTER = 15 * 60;

/** « S’identifier avec ProConnect »: sign-in by the State's federation of professional accounts. */
export function proConnectSite(dependencies: Dependencies): GatedRouter {
  const { config, clock, db, pool } = dependencies;
  const site = gatedRouter();
  const perPlace = createLimit(pool, 'proconnect', 120, QUARTER);
  const perAccount = createLimit(pool, 'proconnect-link', 5, 60 * 60);
  const kept = keptHere(config);
  const proConnect = config.proconnect && createProConnect(config.proconnect, config.publicUrl);
  const on = () => {
    if (!proConnect) throw new NotFound();
    return proConnect;
  };
  const markOf = (state: string) => state.slice(0, 8).replace(/\W/g, '');

  site.get(PAGE, anyone, async (req, res) => {
    await perPlace.consume(placeOf(req));
    const next = localPath(firstOf(req.query.suite as string));
    const { url, underWay } = await on().begin(next).catch(saidTo(res));
    kept.underWay.keep(res, underWay, clock.now(), markOf(underWay.state));
    res.set('Cache-Control', 'no-store').redirect(303, url);
  });

  site.get(`${PAGE}/retour`, anyone, async (req, res) => {
    res.set('Cache-Control', 'no-store');
    await perPlace.consume(placeOf(req));
    const mark = markOf(firstOf(req.query.state as string));
    const underWay = kept.underWay.read(req, clock.now(), mark);
    if (!underWay) throw new Unasked();
    // Once, whatever comes of it: the same answer brought again is none.
    kept.underWay.forget(res, mark);
    if (req.query.error !== undefined) {
      res.flash(
        'Vous n’avez pas été identifié par ProConnect. Recommencez, ou utilisez votre mot de passe.',
        'warning',
      );
      return res.redirect(303, `/connexion?suite=${encodeURIComponent(underWay.next)}`);
    }
    const told = await on()
      .finish(new URL(req.originalUrl, config.publicUrl).search, underWay)
      .catch(saidTo(res));
    await receive(req, res, told, underWay);
  });

  /** Somebody has come back whom ProConnect has named: in, or to what is still needed for it. */
  async function receive(req: Request, res: Response, told: Told, { next }: UnderWay): Promise<void> {
    const match = await matchIdentity({ db }, told, told.email);
    if (match.kind === 'linked') return letIn(req, res, told, match.userId, next);
    kept.told.keep(res, told, clock.now());
    if (match.kind === 'nobody') {
      const known = told.siret === undefined ? undefined : await findKnownStructure(dependencies, told.siret);
      const structure = known && !known.isClosed ? known.id : undefined;
      return res.redirect(303, addressOf('/account-requests/add', { structure }));
    }
    res.redirect(303, match.isClosed ? `${PAGE}/ferme` : `${PAGE}/relier?suite=${encodeURIComponent(next)}`);
  }

  async function letIn(req: Request, res: Response, told: Told, userId: number, next: string): Promise<void> {
    const actor = await findActor(dependencies, userId);
    if (!actor) return res.redirect(303, `${PAGE}/ferme`);
    const proved = { userId, generation: actor.sessionGeneration };
    const given: Proof[] = ['proconnect', ...(told.withFactor ? (['proconnect_mfa'] as const) : [])];
    const session = { proconnect: kept.seal(told.idToken) };
    const mark = told.withFactor ? undefined : await codeNeeded(dependencies, userId);
    await noteUse(db, told, clock.now());
    if (mark !== undefined) {
      await awaitCode(req, proved, mark, clock.now(), { given, kept: session });
      return res.redirect(303, `/connexion/code?suite=${encodeURIComponent(next)}`);
    }
    if (await openSession(dependencies, req, proved, given, session)) return res.redirect(303, next);
    res.redirect(303, `${PAGE}/ferme`);
  }

  site.get(`${PAGE}/ferme`, anyone, (_req, res) => {
    on();
    render(res.status(403), 'sso/proconnect/closed', { title: 'Votre compte est fermé', section: '' });
  });

  /** Whom ProConnect has named in this browser a moment ago. @throws Unasked when it has not, or too long ago */
  const toldTo = (req: Request): Told => {
    on();
    const told = kept.told.read(req, clock.now());
    if (!told) throw new Unasked();
    return told;
  };

  // Of an account with the same address: nothing is linked before its owner has proved that it is theirs.
  site.get(`${PAGE}/relier`, anyone, (req, res) => {
    const told = toldTo(req);
    const next = localPath(firstOf(req.query.suite as string));
    render(res.set('Cache-Control', 'no-store'), 'sso/proconnect/link', {
      title: 'Relier ProConnect à votre compte',
      section: '',
      told,
      next,
      isOwn: isSame(req.user?.email, told.email),
      other: req.user && !isSame(req.user.email, told.email) ? req.user.email : undefined,
      back: `${PAGE}/relier?suite=${encodeURIComponent(next)}`,
    });
  });

  site.post(`${PAGE}/relier`, confirmedToChange(signedIn), async (req, res) => {
    const told = toldTo(req);
    await linkIdentity(dependencies, actorOf(req).userId, told);
    kept.told.forget(res);
    res.flash('ProConnect est relié à votre compte.');
    res.redirect(303, localPath(firstOf(req.body.suite)));
  });

  site.post(`${PAGE}/lien`, anyone, async (req, res) => {
    const told = toldTo(req);
    await perPlace.consume(placeOf(req));
    const match = await matchIdentity({ db }, told, told.email);
    if (match.kind === 'sameEmail' && !match.isClosed) {
      await perAccount.consume(String(match.userId));
      await sendLink(dependencies, match.userId, told);
    }
    res.flash(
      'Un e-mail vient de partir à l’adresse de votre compte\u00a0: ouvrez son lien pour relier ProConnect.',
    );
    res.redirect(303, '/connexion');
  });

  site.get(`${PAGE}/lien/:token`, linkHolder, async (req, res) => {
    on();
    const isUsable = await isLinkUsable(dependencies, String(req.params.token));
    render(res.status(isUsable ? 200 : 410).set('Cache-Control', 'no-store'), 'sso/proconnect/use-link', {
      title: isUsable ? 'Relier ProConnect à votre compte' : 'Ce lien ne fonctionne plus',
      section: '',
      isUsable,
    });
  });

  site.post(`${PAGE}/lien/:token`, linkHolder, async (req, res) => {
    on();
    await perPlace.consume(placeOf(req));
    if (!(await useLink(dependencies, String(req.params.token)))) {
      return res.redirect(303, `${PAGE}/lien/${encodeURIComponent(String(req.params.token))}`);
    }
    kept.told.forget(res);
    res.flash('ProConnect est relié à votre compte\u00a0: identifiez-vous avec ProConnect.');
    res.redirect(303, '/connexion');
  });

  // Opened twice: on the way to ProConnect, and when it sends the browser back, with what it was given to say so.
  site.get(`${PAGE}/sortie`, anyone, async (req, res) => {
    const { idToken, state = '', next = '/connexion' } = kept.leaving.read(req, clock.now()) ?? {};
    if (idToken === undefined || !proConnect) {
      kept.leaving.forget(res);
      return res.redirect(303, state !== '' && req.query.state === state ? next : '/connexion');
    }
    const url = await proConnect.endUrl(idToken, state).catch(() => undefined);
    if (!url) {
      kept.leaving.forget(res);
      res.flash(
        'Votre session est fermée ici. ProConnect ne répond pas\u00a0: fermez-y aussi votre session.',
        'warning',
      );
      return res.redirect(303, '/connexion');
    }
    kept.leaving.keep(res, { state, next }, clock.now());
    // A page, as forms of this site lead nowhere else: browsers would follow no redirect of one to another site.
    render(res.set({ 'Cache-Control': 'no-store', Refresh: `0; url=${url}` }), 'sso/proconnect/leaving', {
      title: 'Vous quittez ProConnect',
      section: '',
      url,
    });
  });

  site.get(ACCOUNT, signedIn, async (req, res) => {
    on();
    render(res, 'sso/proconnect/account', {
      title: 'ProConnect',
      section: 'account',
      identity: await findIdentity(db, actorOf(req).userId, config.proconnect?.issuer ?? ''),
    });
  });

  site.post(`${ACCOUNT}/delier`, confirmedToChange(signedIn), async (req, res) => {
    on();
    await unlinkIdentity(dependencies, actorOf(req).userId, config.proconnect?.issuer ?? '', req.sessionID);
    res.flash('ProConnect n’est plus relié à votre compte.');
    res.redirect(303, ACCOUNT);
  });

  /** For `.catch`: what ProConnect did not say, in words, with the other way in. */
  const saidTo =
    (res: Response) =>
    (error: unknown): never => {
      if (!(error instanceof NotTold)) throw error;
      dependencies.log.warn({ err: error.cause ?? error }, 'sign-in by ProConnect did not come about');
      if (error.isDown) res.set('Retry-After', '60');
      throw new Refused(error.isDown);
    };

  return site;
}

const isSame = (one: string | undefined, other: string) => one?.toLowerCase() === other.toLowerCase();

/** Nothing was asked of ProConnect in this browser, or too long ago, or the answer has been used. */
class Unasked extends DomainError {
  override name = 'Unasked';
  constructor() {
    super(
      403,
      'Recommencez avec ProConnect',
      'Cette réponse de ProConnect ne correspond à aucune demande de ce navigateur, ou elle date\u00a0: personne n’a été identifié.',
    );
    this.leadingTo('/connexion', 'Revenir à la page d’identification');
  }
}

/** What came from ProConnect is not to be believed, or nothing came. */
class Refused extends DomainError {
  override name = 'Refused';
  constructor(isDown: boolean) {
    super(
      isDown ? 503 : 403,
      isDown ? 'ProConnect ne répond pas' : 'ProConnect n’a pas pu vous identifier',
      isDown
        ? 'Réessayez dans une minute, ou identifiez-vous avec votre mot de passe.'
        : 'Sa réponse n’est pas valable\u00a0: personne n’a été identifié. Recommencez\u00a0; si cela continue, identifiez-vous avec votre mot de passe et prévenez-nous.',
    );
    this.leadingTo('/connexion', 'Revenir à la page d’identification');
  }
}

declare module 'express-session' {
  interface SessionData {
    /** The ID token of the sign-in, sealed: ProConnect asks for it when somebody signs out. */
    proconnect: string;
  }
}
