import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { anyone } from '#access/policies.ts';
import { signOut } from '#identity/sign-in/sign-out.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { DomainError } from '#platform/errors.ts';
import { LONGEST_PATH } from '#platform/web/forms/local-path.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { openedOnly } from '../opened-only.ts';
import { refusals, UnknownService } from '../refusal.ts';
import { readAddress, withParameter } from '../services/addresses.ts';
import { mayOpen, type Service, serviceAt } from '../services/rules.ts';
import { findServiceAt, listServices, personAndServices } from '../services/service.ts';
import { listOpenServices } from '../visits/service.ts';
import { letFormsLeadTo } from '../waiting.ts';
import { askings } from './asking.ts';
import { BASES, isOn, parameters } from './parameters.ts';
import { giveTicket } from './service.ts';

const CONFIRM = '/mon-compte/confirmer';

/** What browsers open of CAS: the way in, and the way out. */
export function casSite(deps: Dependencies): GatedRouter {
  const { config } = deps;
  const site = gatedRouter();
  const asked = askings(deps);
  const { refuseEntry, refuseCircle } = refusals(deps);

  /** Sends somebody to a page on which they prove who they are; what they prove from now on counts as given for this. */
  function ask(req: Request, res: Response, page: string, service = ''): void {
    // The address of the service stays as it was written: it may have a « ? » of its own.
    const kept = req.originalUrl.replace(/(?<=[?&])depuis=[^&]*(&|$)/g, '').replace(/[?&]$/, '');
    const back = `${kept}${kept.includes('?') ? '&' : '?'}depuis=${asked.begin(req, res, service)}`;
    if (back.length > LONGEST_PATH) throw new Unreadable();
    res.redirect(303, `${page}?suite=${encodeURIComponent(back)}`);
  }

  /** Whether somebody has proved who they are since they were sent to do so for this service, which was not long ago. */
  function hasProved(req: Request, service: string, given = ''): boolean {
    const since = asked.since(req, service, given);
    return since !== undefined && req.assurance.confirmedAt >= since;
  }

  async function signIn(req: Request, res: Response): Promise<void> {
    const given = parameters(req, 'service', 'renew', 'gateway', 'method', 'depuis');
    if (!given) throw new Unreadable();
    if (!given.service) return req.user ? greet(res) : ask(req, res, '/connexion');
    const url = readAddress(given.service, config.environment === 'production');
    const { person, services } = req.user
      ? await personAndServices(deps, req.user.userId)
      : { person: undefined, services: await listServices(deps) };
    const service = url && serviceAt(services, url, config);
    if (!service) throw new UnknownService(given.service);

    const renew = isOn(given.renew);
    // Where the service asks for both, nobody passes unasked.
    const unasked = isOn(given.gateway) && !renew;
    const passBy = () => res.redirect(302, url.href);
    if (!person) return unasked ? passBy() : ask(req, res, '/connexion', given.service);
    const verdict = mayOpen(service, person);
    if (verdict !== true) return unasked ? passBy() : refuseEntry(req, res, service, verdict);
    const { withFactor, confirmedAt } = req.assurance;
    const isFresh = hasProved(req, given.service, given.depuis);
    if ((service.needsSecondFactor && !withFactor) || (renew && !isFresh)) {
      return unasked ? passBy() : ask(req, res, pageToProve(req, service), given.service);
    }
    const { signInId = '', signedInAt = 0 } = req.session;
    const made = await giveTicket(deps, {
      serviceId: service.id,
      serviceUrl: url.href,
      userId: person.userId,
      signInId,
      isFresh,
      mustBeFresh: renew,
      withSecondFactor: withFactor,
      authenticatedAt: new Date(confirmedAt || signedInAt),
    });
    if (made === 'proofUsed') return ask(req, res, CONFIRM, given.service);
    if (made === 'tooMany') return refuseCircle(req, service);
    if (given.method !== 'POST') return res.redirect(302, withParameter(url, 'ticket', made.ticket));
    letFormsLeadTo(res, url.origin);
    render(res, 'sso/cas/continue', {
      title: `Continuer vers ${service.name}`,
      section: '',
      scripts: ['js/send-at-once.js'],
      service,
      serviceUrl: url.href,
      ticket: made.ticket,
    });
  }

  /** Ends the portal's session, and by it those of its services; then on to a registered address, or to sign-in. */
  async function leave(req: Request, res: Response): Promise<void> {
    const { service = '' } = parameters(req, 'service') ?? {};
    const [told, found] = await Promise.all([
      listOpenServices(deps, req.session.signInId),
      findServiceAt(deps, service),
    ]);
    const next = await signOut(deps, req, res, found?.url.href);
    if (found) return res.redirect(302, next);
    const words = [
      'Votre session est fermée.',
      ...(told.length > 0 ? [`Ces services en sont prévenus\u00a0: ${told.join(', ')}.`] : []),
      ...(service ? [unknownReturn(service)] : []),
    ];
    res.flash(words.join(' '), service ? 'warning' : 'success');
    res.redirect(303, next);
  }

  for (const base of BASES) {
    site.get(`${base}/login`, anyone, openedOnly, signIn);
    site.get(`${base}/logout`, anyone, openedOnly, leave);
  }
  return site;
}

/** Of what was given only the origin is said: nobody writes to our pages. */
function unknownReturn(service: string): string {
  const { origin = 'null' } = URL.parse(service) ?? {};
  const shown = origin === 'null' || origin.length > 200 ? '' : ` (${origin})`;
  return `Le service d’où vous venez a donné une adresse de retour qui n’est pas enregistrée${shown}\u00a0: vous restez ici.`;
}

/** Where somebody who is signed in proves again who they are; with what the service wants, if they have it. */
function pageToProve(req: Request, { needsSecondFactor }: Service): string {
  const { hasSecondFactor, hasPasskey } = actorOf(req);
  return needsSecondFactor && !hasSecondFactor && !hasPasskey
    ? '/mon-compte/double-authentification'
    : CONFIRM;
}

function greet(res: Response): void {
  res.flash('Vous êtes identifié.');
  res.redirect(303, '/');
}

/** A parameter is given twice, or the address is longer than any way back. */
class Unreadable extends DomainError {
  override name = 'Unreadable';
  constructor() {
    super(
      400,
      'Demande illisible',
      'Le service d’où vous venez a envoyé une demande que le portail ne comprend pas. Revenez-y et recommencez\u00a0; si cela continue, prévenez-le.',
    );
  }
}
