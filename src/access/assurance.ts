import type { Request, RequestHandler } from 'express';
import type { Config } from '../config.ts';
import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { Fields } from '../platform/web/body.ts';
import type { Actor } from './actor.ts';
import type { Decision, Policy } from './gate.ts';

/** Sensitive pages of the agency ask again who is there after this long. */
export const CONFIRMED_FOR_MS = 15 * 60 * 1000;

/** How sure the application is of who makes a request. */
export interface Assurance {
  /** Whether agency managers must have a second factor (`AGENCY_SECOND_FACTOR`). */
  agencyNeedsFactor: boolean;
  /** Whether the person gave their password or a code within the last 15 minutes. */
  recentlyConfirmed: boolean;
}

/** Works out the {@link Assurance} of each request, from the session and the clock. */
export function assurance({ config, clock }: { config: Config; clock: Clock }): RequestHandler {
  return (req, _res, next) => {
    const age = clock.now().getTime() - (req.session.confirmedAt ?? 0);
    req.assurance = {
      agencyNeedsFactor: config.agencySecondFactor === 'required',
      recentlyConfirmed: age <= CONFIRMED_FOR_MS,
    };
    next();
  };
}

/** What the agency's powers ask of a manager: a second factor, where the configuration says so. */
export function asAgency(actor: Actor, { method, originalUrl, assurance }: Request): Decision {
  if (!assurance.agencyNeedsFactor || actor.hasSecondFactor) return 'allow';
  return { redirect: `/mon-compte/double-authentification${method === 'GET' ? back(originalUrl) : ''}` };
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
      const { agencyNeedsFactor, recentlyConfirmed: isRecent } = request.assurance;
      if (decision !== 'allow' || !agencyNeedsFactor || isRecent) return decision;
      if (request.method !== 'POST') return { redirect: `/mon-compte/confirmer${back(request.originalUrl)}` };
      throw new ConfirmationNeeded(request.originalUrl, request.body);
    },
  };
}

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

/** The fields that belong to the form on its way; those that confirm are named otherwise, so that none is mixed up. */
export function keptFields(body: Fields): { name: string; value: string }[] {
  return Object.entries(body)
    .filter(([name]) => !['_csrf', 'verification', 'suite_verification', 'envoi_verification'].includes(name))
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
