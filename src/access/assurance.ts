import type { Request, RequestHandler } from 'express';
import type { Config } from '../config.ts';
import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { Fields } from '../platform/web/forms/body.ts';
import type { Actor } from './actor.ts';
import type { Decision, Policy } from './gate.ts';

/** Sensitive pages of the agency ask again who is there after this long. */
export const CONFIRMED_FOR_MS = 15 * 60 * 1000;

/** How sure the application is of who makes a request. */
export interface Assurance {
  /** Whether agency managers must have a second factor (`AGENCY_SECOND_FACTOR`). */
  agencyNeedsFactor: boolean;
  /** Whether the person gave their password, a code or a passkey within the last 15 minutes. */
  recentlyConfirmed: boolean;
  /** Whether a passkey was used in this session: two factors at once, as it asks who is there. */
  withPasskey: boolean;
  /** Whether the password is not enough to confirm: of a manager whose only second factor is a passkey. */
  passkeyNeeded: boolean;
}

/** Works out the {@link Assurance} of each request, from the session and the clock. */
export function assurance({ config, clock }: { config: Config; clock: Clock }): RequestHandler {
  return (req, res, next) => {
    const age = clock.now().getTime() - (req.session.confirmedAt ?? 0);
    const agencyNeedsFactor = config.agencySecondFactor === 'required';
    const { isAgencyManager, hasPasskey, hasSecondFactor } = req.user ?? {};
    req.assurance = {
      agencyNeedsFactor,
      recentlyConfirmed: age <= CONFIRMED_FOR_MS,
      withPasskey: Boolean(hasPasskey) && req.session.passkeyId !== undefined,
      passkeyNeeded: Boolean(agencyNeedsFactor && isAgencyManager && hasPasskey && !hasSecondFactor),
    };
    res.locals.assurance = req.assurance;
    next();
  };
}

/** What the agency's powers ask of a manager: a second factor, where the configuration says so. */
export function asAgency(actor: Actor, { method, originalUrl, assurance }: Request): Decision {
  if (!assurance.agencyNeedsFactor || actor.hasSecondFactor || assurance.withPasskey) return 'allow';
  const page = actor.hasPasskey ? CONFIRM : '/mon-compte/double-authentification';
  return { redirect: `${page}${method === 'GET' ? back(originalUrl) : ''}` };
}

/**
 * The same policy, for what gives or takes away a second factor: a manager who has a passkey and nothing else uses it
 * first. Whoever has found out the password would otherwise give themself another factor, and the agency with it.
 */
export function notByPasswordAlone(policy: Policy): Policy {
  return {
    name: `notByPasswordAlone(${policy.name})`,
    async decide(actor, request) {
      const decision = await policy.decide(actor, request);
      const { passkeyNeeded, withPasskey } = request.assurance;
      if (decision !== 'allow' || !passkeyNeeded || withPasskey) return decision;
      return { redirect: `${CONFIRM}${request.method === 'GET' ? back(request.originalUrl) : ''}` };
    },
  };
}

/**
 * The same policy, for what decides: where managers need a second factor, it is asked for again when the last
 * confirmation is old. A form sent meanwhile is kept, and goes on once the code is given.
 */
export function recentlyConfirmed(policy: Policy): Policy {
  return {
    name: `recentlyConfirmed(${policy.name})`,
    async decide(actor, request) {
      const decision = await policy.decide(actor, request);
      if (decision !== 'allow' || !request.assurance.agencyNeedsFactor) return decision;
      return whenConfirmed(request);
    },
  };
}

/** The same policy, for everybody: what changes how a person signs in is asked of no browser left open. */
export function confirmedToChange(policy: Policy): Policy {
  const inner = notByPasswordAlone(policy);
  return {
    name: `confirmedToChange(${policy.name})`,
    async decide(actor, request) {
      const decision = await inner.decide(actor, request);
      return decision === 'allow' ? whenConfirmed(request) : decision;
    },
  };
}

function whenConfirmed(request: Request): Decision {
  const { assurance, method, originalUrl, body } = request;
  if (assurance.recentlyConfirmed) return 'allow';
  // A file is not kept: it is chosen again once the code is given.
  if (method !== 'POST' || request.is('multipart/form-data'))
    return { redirect: `${CONFIRM}${back(originalUrl)}` };
  throw new ConfirmationNeeded(originalUrl, body);
}

const CONFIRM = '/mon-compte/confirmer';
const back = (url: string) => `?suite=${encodeURIComponent(url)}`;

/** A form was sent that must wait until the person has said again who they are; the page holds its fields. */
export class ConfirmationNeeded extends DomainError {
  override name = 'ConfirmationNeeded';
  constructor(next: string, body: Fields) {
    super(
      403,
      'Confirmez votre identité',
      'Votre dernière vérification date de plus de quinze minutes. Votre saisie est gardée et sera envoyée ensuite.',
      { confirmation: { next, kept: keptFields(body) } },
    );
  }
}

const CONFIRMATION_FIELDS = [
  '_csrf',
  '_envoi',
  'verification',
  'cle_verification',
  'suite_verification',
  'envoi_verification',
];

/** The fields that belong to the form on its way; those that confirm are named otherwise, so that none is mixed up. */
export function keptFields(body: Fields): { name: string; value: string }[] {
  return Object.entries(body)
    .filter(([name]) => !CONFIRMATION_FIELDS.includes(name))
    .flatMap(([name, values]) =>
      [values ?? []].flat().map((value) => ({ name, value: String(value).replaceAll('\0', '') })),
    );
}

declare global {
  namespace Express {
    interface Request {
      assurance: Assurance;
    }
  }
}
