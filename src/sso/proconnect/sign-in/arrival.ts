import type { Request, Response } from 'express';
import { codeNeeded } from '#identity/second-factor/service.ts';
import { awaitCode, openSession } from '#identity/sign-in/open-session.ts';
import { recordRefusal } from '#identity/sign-in/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { type DatedProofs, renewSession } from '#platform/web/session.ts';
import { addressOf } from '#platform/web/views/address.ts';
import { findKnownStructure } from '#structures/structure-requests/service.ts';
import type { Told } from '../client.ts';
import { keptHere } from '../kept.ts';
import { type Linked, matchIdentity, noteUse } from '../linking/service.ts';
import { linkPage, PAGE } from '../paths.ts';
import { OpensAnother } from './refusals.ts';

const CLOSED = `${PAGE}/ferme`;

/**
 * Somebody has come back whom ProConnect has named: they are let in, or led to what is still needed for it. A session that
 * is open stays that person's: nobody finds another account in its place.
 * @param next where they were going
 * @returns the page that comes next
 * @throws OpensAnother where they are signed in, and the identity opens another account
 */
export async function receive(
  deps: Dependencies,
  req: Request,
  res: Response,
  told: Told,
  next: string,
): Promise<string> {
  const match = await matchIdentity(deps, told, told.email);
  if (match.kind === 'linked') {
    if (!req.user) return letIn(deps, req, told, match, next);
    if (req.user.userId !== match.userId) throw new OpensAnother(req.user.email);
    await confirm(deps, req, told, match);
    return next;
  }
  keptHere(deps.config).told.keep(res, told, deps.clock.now());
  if (req.user) return linkPage(next);
  if (match.kind === 'sameEmail') return match.isClosed ? refuseClosed(deps, match.userId) : linkPage(next);
  const known = told.siret === undefined ? undefined : await findKnownStructure(deps, told.siret);
  return addressOf('/account-requests/add', {
    structure: known && !known.isClosed ? known.id : undefined,
  });
}

async function letIn(
  deps: Dependencies,
  req: Request,
  told: Told,
  owner: Linked,
  next: string,
): Promise<string> {
  const { userId, generation, isTrusted } = owner;
  if (owner.isClosed) return refuseClosed(deps, userId);
  const { clock } = deps;
  const now = clock.now();
  const kept = { ...keptHere(deps.config).session(told), proofs: proofsOf(told, isTrusted, now) };
  await noteUse(deps.db, told, now);
  const mark = told.withFactor && isTrusted ? undefined : await codeNeeded(deps, userId);
  if (mark !== undefined) {
    await awaitCode(req, { userId, generation }, mark, now, { given: [], kept });
    return `/connexion/code?suite=${encodeURIComponent(next)}`;
  }
  return (await openSession(deps, req, { userId, generation }, [], kept)) ? next : CLOSED;
}

/** Somebody who is signed in has said once more, by ProConnect, who they are. */
async function confirm({ db, clock, config }: Dependencies, req: Request, told: Told, owner: Linked) {
  const now = clock.now();
  await noteUse(db, told, now);
  const { proofs = {} } = req.session;
  const given = Object.entries(proofsOf(told, owner.isTrusted, now)) as [keyof DatedProofs, number][];
  const later = given.filter(([proof, at]) => at >= (proofs[proof] ?? 0));
  await renewSession(req, {
    ...keptHere(config).session(told),
    proofs: { ...proofs, ...Object.fromEntries(later) },
  });
}

async function refuseClosed(deps: Dependencies, userId: number): Promise<string> {
  await recordRefusal(deps, userId, 'account');
  return CLOSED;
}

/**
 * What ProConnect has proved, dated by when the person proved it there: a session that was open there already lets them
 * in, and is no proof of now. Where it says nothing of that moment, it was never, to whatever asks for a late one.
 */
function proofsOf({ withFactor, provedAt = 0 }: Told, isTrusted: boolean, now: Date): DatedProofs {
  const at = Math.min(provedAt, now.getTime());
  return { proconnect: at, ...(withFactor && isTrusted ? { proconnect_mfa: at } : {}) };
}
