import type { Request } from 'express';
import { mayOpen, type NoEntry, type Person, type Service } from '../services/rules.ts';

/** What a service asks for with somebody's sign-in. */
export interface Asked {
  /** That they prove again who they are (`prompt=login`). */
  proof: boolean;
  /** That they have proved it within this many seconds (`max_age`); undefined where it does not ask. */
  maxAge: number | undefined;
  /** When it asked, if it was before this request (milliseconds since 1970): what was proved since then will do. */
  since: number | undefined;
}

/** What stands between somebody and a service: signing in, a right, a second factor, or proving again who they are. */
export type Missing = { step: 'signIn' | 'factor' | 'proof' } | { step: 'entry'; verdict: NoEntry };

/** The next step, or undefined for whoever may go on. @param person undefined for a visitor */
export function missing(
  { assurance }: Pick<Request, 'assurance'>,
  service: Service,
  person: Person | undefined,
  { proof, maxAge, since }: Asked,
  now: Date,
): Missing | undefined {
  if (!person) return { step: 'signIn' };
  const verdict = mayOpen(service, person);
  if (verdict !== true) return { step: 'entry', verdict };
  if (service.needsSecondFactor && !assurance.withFactor) return { step: 'factor' };
  const { confirmedAt } = assurance;
  const isOld = maxAge !== undefined && now.getTime() - confirmedAt > maxAge * 1000;
  if ((proof || isOld) && !(since !== undefined && confirmedAt > since)) return { step: 'proof' };
  return undefined;
}

/** @param params of a request for authorization, checked by the library */
export const askedBy = (params: Readonly<Record<string, unknown>>, since: number | undefined): Asked => ({
  proof: String(params.prompt ?? '')
    .split(' ')
    .includes('login'),
  maxAge: params.max_age === undefined ? undefined : Number(params.max_age),
  since,
});
