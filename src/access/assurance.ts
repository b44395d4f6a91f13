import type { Request, RequestHandler } from 'express';
import type { Clock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import { DomainError } from '#platform/errors.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import type { Decision, Policy } from '#platform/web/gate.ts';
import type { Actor } from './actor.ts';

/** Sensitive pages of the agency ask again who is there after this long. */
export const CONFIRMED_FOR_MS = 15 * 60 * 1000;

/** How sure the application is of who makes a request: told by what was given in this session, not by the account. */
export interface Assurance {
  /** Whether agency managers must have a second factor (`AGENCY_SECOND_FACTOR`). */
  agencyNeedsFactor: boolean;
  /**
   * Whether the person gave the strongest that they have within the last 15 minutes: a code or a passkey, or the
   * password where they have neither.
   */
  recentlyConfirmed: boolean;
  /** When that was given last (milliseconds since 1970); 0 for never. */
  confirmedAt: number;
  /**
   * Whether a code or a passkey was given in this session, and the account still has what it came from; or ProConnect
   * said that a second factor was given there, which stands for that of the account.
   */
  withFactor: boolean;
  /** Whether only a passkey can confirm: the person has no other factor, and the password is not enough. */
  passkeyNeeded: boolean;
}

/** Works out the {@link Assurance} of each request, from the session and the clock. */
export function assurance({ config, clock }: { config: Config; clock: Clock }): RequestHandler {
  return (req, res, next) => {
    const { hasPasskey = false, hasSecondFactor = false } = req.user ?? {};
    const {
      password = 0,
      code = 0,
      recovery_code = 0,
      passkey = 0,
      proconnect = 0,
      proconnect_mfa: givenElsewhere,
    } = req.session.proofs ?? {};
    const factorAt = Math.max(
      hasSecondFactor ? Math.max(code, recovery_code) : 0,
      hasPasskey ? passkey : 0,
      givenElsewhere ?? 0,
    );
    const confirmedAt = hasSecondFactor || hasPasskey ? factorAt : Math.max(password, proconnect, factorAt);
    req.assurance = {
      agencyNeedsFactor: config.agencySecondFactor === 'required',
      recentlyConfirmed: clock.now().getTime() - confirmedAt <= CONFIRMED_FOR_MS,
      confirmedAt,
      // Given elsewhere at a moment that is not told, it is there all the same; only late enough for nothing.
      withFactor: factorAt > 0 || givenElsewhere !== undefined,
      passkeyNeeded: hasPasskey && !hasSecondFactor,
    };
    res.locals.assurance = req.assurance;
    next();
  };
}

/** What the agency's powers ask of a manager: a second factor given in this session, where the configuration says so. */
export function asAgency(actor: Actor, { method, originalUrl, assurance }: Request): Decision {
  if (!assurance.agencyNeedsFactor || assurance.withFactor) return 'allow';
  return { redirect: factorPage(actor, method === 'GET' ? originalUrl : undefined) };
}

/** The page where somebody gives a second factor, or gets one. @param url where they go on to, if to a page */
export function factorPage(actor: Actor, url: string | undefined): string {
  const page = actor.hasSecondFactor || actor.hasPasskey ? CONFIRM : '/mon-compte/double-authentification';
  return `${page}${url === undefined ? '' : back(url)}`;
}

/** The page where somebody proves again who they are. @param url where they go on to */
export const confirmPage = (url: string): string => `${CONFIRM}${back(url)}`;

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

/**
 * The same policy, for everybody: what changes how a person signs in, and what ends their sessions, is asked of no
 * browser left open, nor of whoever has found out the password of somebody with a second factor.
 */
export function confirmedToChange(policy: Policy): Policy {
  return {
    name: `confirmedToChange(${policy.name})`,
    async decide(actor, request) {
      const decision = await policy.decide(actor, request);
      return decision === 'allow' ? whenConfirmed(request) : decision;
    },
  };
}

/**
 * {@link confirmedToChange} where the form itself asks for the password: only a factor has to be given before it. The
 * fields of such a form are not kept, for a page never holds a password.
 */
export function factorToChange(policy: Policy): Policy {
  return {
    name: `factorToChange(${policy.name})`,
    async decide(actor, request) {
      const decision = await policy.decide(actor, request);
      const hasFactor = actor?.hasSecondFactor || actor?.hasPasskey;
      if (decision !== 'allow' || !hasFactor || request.assurance.recentlyConfirmed) return decision;
      return { redirect: confirmPage(request.originalUrl) };
    },
  };
}

function whenConfirmed(request: Request): Decision {
  const { assurance, method, originalUrl, body } = request;
  if (assurance.recentlyConfirmed) return 'allow';
  // A file is not kept: it is chosen again once the code is given.
  if (method !== 'POST' || request.is('multipart/form-data')) return { redirect: confirmPage(originalUrl) };
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
