import type { Request, Response } from 'express';
import type { Knex } from 'knex';
import { deciders } from '#access/recipients.ts';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { checkNewPassword } from '#platform/security/password-strength.ts';
import { hashPassword, verifyPassword } from '#platform/security/passwords.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { forgetEnded } from '#requests/forgetting.ts';
import {
  accountExistsMessage,
  acknowledgementMessage,
  alreadyPendingMessage,
  confirmMessage,
  toDecideMessage,
} from './mails.ts';
import { VOUCHED } from './personal-data.ts';
import type { KnownEmail, OpenStructure, RequestKeys, StoredRequest } from './repository.ts';
import * as repository from './repository.ts';
import { CONFIRMATION_HOURS } from './rules.ts';

export { requireDecider } from './deciders.ts';
export type { OpenStructure, StoredRequest } from './repository.ts';
export { affiliate as attachPerson } from './repository.ts';

/** What a person fills in on « Demande de création de compte ». */
export interface AccountRequestInput {
  structure: OpenStructure;
  email: string;
  password: string;
  civility: string;
  lastName: string;
  firstName: string;
  jobTitle: string;
  phone: string | null;
  mobile: string | null;
  /** Who says that the person is who they say, and has this e-mail address. */
  vouched?: Vouched | undefined;
}

/** Somebody else’s word for who makes a request. */
export interface Vouched {
  /** Who says so, in words. */
  by: string;
  /** Where, and under which name, the person is known there. */
  issuer: string;
  subject: string;
  email: string;
  firstName: string;
  lastName: string;
  /** Of the structure for which they work, where that is told. */
  siret: string | undefined;
}

declare module '#platform/dependencies.ts' {
  interface Feature {
    /** The word of somebody else for whoever makes a request for an account. */
    vouching?: {
      /** The one that comes with this browser, if there is one. */
      read(deps: Dependencies, req: Request): Vouched | undefined;
      /** Has the browser forget it: the request is sent, and the next one may be another person's. */
      forget(deps: Dependencies, res: Response): void;
    };
  }
}

/** A structure that an account may be attached to; undefined when it is unknown or closed. */
export function findChosenStructure(
  { db, clock }: Dependencies,
  structureId: number,
): Promise<OpenStructure | undefined> {
  return repository.findOpenStructure(db, structureId, parisDay(clock.now()).toString());
}

/** Whether the password may be chosen: not built on what everybody can know of the person. */
export function checkRequestedPassword(input: AccountRequestInput): true | string {
  const { structure, email, lastName, firstName } = input;
  return checkNewPassword(input.password, [
    email,
    lastName,
    firstName,
    structure.name,
    structure.acronym ?? '',
  ]);
}

/**
 * Takes a request (domain.md §3). Whether or not the e-mail is known, the work, the statements and the answer are
 * the same; only the e-mail that leaves tells, and only to its owner:
 * - unknown: a link to confirm, and an earlier unconfirmed request of that e-mail ends as `withdrawn`;
 * - an account has it: that it exists, with the ways to sign in;
 * - a request waits for its decision: that it does, and nothing changes.
 *
 * Where somebody else vouches for the person and their address, there is nothing to confirm: whoever decides is told.
 * @returns whether it waits for its decision already
 */
export async function submitAccountRequest(deps: Dependencies, input: AccountRequestInput): Promise<boolean> {
  const { db, clock, mail } = deps;
  const now = clock.now();
  const token = newToken();
  const passwordHash = await hashPassword(input.password);
  const { vouched } = input;
  return db.transaction(async (trx) => {
    await repository.lockEmail(trx, input.email);
    // As in a confirmation.
    if (vouched) await lock(trx, { structures: [input.structure.id] });
    const known = await repository.findKnownEmail(trx, input.email);
    const replaced = await repository.withdrawUnconfirmed(trx, input.email);
    for (const one of replaced) await recordRequest(trx, 'account_request.withdrawn', one, now);
    const id = await repository.insertRequestIf(trx, known.userId === null && known.pending === null, {
      structureId: input.structure.id,
      email: input.email,
      passwordHash,
      civility: input.civility,
      lastName: input.lastName,
      firstName: input.firstName,
      jobTitle: input.jobTitle,
      phone: input.phone,
      mobile: input.mobile,
      tokenHash: hashToken(token),
      tokenExpiresAt: new Date(now.getTime() + CONFIRMATION_HOURS * 3_600_000),
      createdAt: now,
      vouchedBy: vouched?.by ?? null,
      vouchedIssuer: vouched?.issuer ?? null,
      vouchedSubject: vouched?.subject ?? null,
      vouchedName: vouched ? `${vouched.firstName} ${vouched.lastName}`.trim() : null,
      vouchedSiret: vouched?.siret ?? null,
    });
    await recordAudit(trx, {
      action: id === undefined ? 'account_request.turned_away' : 'account_request.created',
      at: now,
      personId: known.userId ?? undefined,
      structureId: input.structure.id,
      subject: id === undefined ? undefined : { kind: 'account_request', id },
    });
    const request = vouched && id !== undefined ? await repository.findById(trx, id) : undefined;
    if (!request) {
      await mail.enqueue(trx, answerTo(deps, input, known, token));
      return false;
    }
    await makePending(deps, trx, request, now);
    return true;
  });
}

/** A request whose e-mail address is proved waits for its decision: its author and whoever decides are told. */
async function makePending(
  { mail, config }: Dependencies,
  trx: Knex.Transaction,
  request: StoredRequest,
  now: Date,
): Promise<void> {
  await repository.markPending(trx, request.id, now);
  await recordRequest(trx, 'account_request.confirmed', request, now);
  await mail.enqueue(trx, acknowledgementMessage(request, now, request.structureHasReferent, config));
  for (const decider of await deciders(trx, request.structureId)) {
    await mail.enqueue(trx, toDecideMessage(decider, request, now));
  }
}

function answerTo(
  { config }: Dependencies,
  input: AccountRequestInput,
  known: KnownEmail,
  token: string,
): Message {
  if (known.userId !== null) return accountExistsMessage(input.email, config);
  if (known.pending) return alreadyPendingMessage(input.email, known.pending, config);
  const { structure } = input;
  return confirmMessage({ email: input.email, structureName: structure.name, siret: structure.siret }, token);
}

/** What a confirmation link is worth today. */
export type ConfirmationLink =
  | {
      kind: 'usable' | 'confirmed' | 'decided' | 'replaced' | 'expired' | 'hasAccount';
      request: StoredRequest;
    }
  | { kind: 'unknown' };

/** Reads a confirmation link; changes nothing. */
export async function readConfirmationLink(
  { db, clock }: Dependencies,
  token: string,
): Promise<ConfirmationLink> {
  const request = await repository.findByToken(db, hashToken(token));
  return request ? { kind: worthOf(request, clock.now()), request } : { kind: 'unknown' };
}

function worthOf(request: StoredRequest, now: Date): Exclude<ConfirmationLink['kind'], 'unknown'> {
  if (request.state === 'pending') return 'confirmed';
  if (request.state === 'accepted' || request.state === 'refused') return 'decided';
  if (request.hasAccount) return 'hasAccount';
  if (request.state === 'withdrawn') return 'replaced';
  return request.state === 'expired' || request.tokenExpiresAt <= now ? 'expired' : 'usable';
}

/** What became of a confirmation. */
export type Confirmation = ConfirmationLink | { kind: 'wrongPassword'; request: StoredRequest };

/**
 * Confirms a request: it becomes `pending`, its author gets the acknowledgement, and whoever decides is told.
 * The link proves who reads the mailbox, the password who made the request: somebody else may have asked for an
 * account with this e-mail and a password of theirs. An account made meanwhile with that e-mail ends the request.
 * @returns `usable` when this call confirmed it; any other kind when it did not
 */
export async function confirmAccountRequest(
  deps: Dependencies,
  token: string,
  password: string,
): Promise<Confirmation> {
  const { db, clock } = deps;
  const now = clock.now();
  const found = await repository.findByToken(db, hashToken(token));
  if (!found) return { kind: 'unknown' };
  // The hash of a request never changes, so the slow check needs no lock; the link is weighed again under the locks.
  const isAuthor = await verifyPassword(found.passwordHash ?? undefined, password);
  return db.transaction(async (trx): Promise<Confirmation> => {
    await repository.lockEmail(trx, found.email);
    // As in a decision: whoever becomes référent at this moment is then told of this request, by one or by the other.
    await lock(trx, { structures: [found.structureId] });
    await lock(trx, { accountRequests: [found.id] });
    const request = (await repository.findById(trx, found.id)) ?? found;
    const kind = worthOf(request, now);
    if (kind === 'usable' && !isAuthor) return { kind: 'wrongPassword', request };
    if (kind === 'hasAccount' && request.state === 'email_unconfirmed') {
      await repository.withdrawUnconfirmed(trx, request.email);
      await recordRequest(trx, 'account_request.withdrawn', request, now);
    }
    if (kind !== 'usable') return { kind, request };

    await makePending(deps, trx, request, now);
    return { kind, request };
  });
}

/** Keeps the promise of the confirmation's e-mail: a request that nobody confirmed in time is forgotten. A scheduled job. */
export async function forgetUnconfirmedRequests({ db, clock }: Dependencies): Promise<void> {
  const now = clock.now();
  await db.transaction(async (trx) => {
    for (const one of await repository.forgetUnconfirmed(trx, now)) {
      await recordRequest(trx, 'account_request.expired', one, now);
    }
  });
}

/** Forgets who made the requests that opened no account and ended a year ago; an account lives its own life. A scheduled job. */
export const forgetEndedRequests = (deps: Dependencies): Promise<void> =>
  forgetEnded(
    deps,
    'account_requests',
    ['job_title', 'phone', 'mobile', ...VOUCHED],
    `state in ('refused', 'withdrawn', 'expired') and coalesce(decided_at, confirmed_at, created_at) < :before
       and email <> ''`,
  );

// Nobody has an account yet: the entry names the request, which the agency can look up.
const recordRequest = (
  trx: Knex,
  action: `account_request.${'confirmed' | 'withdrawn' | 'expired'}`,
  { id, structureId }: RequestKeys,
  at: Date,
) => recordAudit(trx, { action, at, structureId, subject: { kind: 'account_request', id } });
