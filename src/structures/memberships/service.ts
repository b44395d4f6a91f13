import type { Knex } from 'knex';
import { holders, managers } from '#access/recipients.ts';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { parisDay } from '#platform/french/time.ts';
import { each } from '#platform/jobs/each.ts';
import { nameOf, type Recipient } from '#platform/mail/recipient.ts';
import { endRequest, findRequests, noteEnd } from '#requests/decide.ts';
import { requireManager } from '#requests/deciders.ts';
import { acceptedMessage, renewalMessage, requestedMessage, toDecideMessage } from './mails.ts';
import type { Candidate } from './repository.ts';
import * as repository from './repository.ts';
import { type MembershipRequest, membershipOf, membershipRequest, tellReferents } from './request.ts';
import { openYears, renewalSeason } from './rules.ts';

export type { Candidate } from './repository.ts';
export { membershipBadge } from './rules.ts';

const today = ({ clock }: Pick<Dependencies, 'clock'>) => parisDay(clock.now()).toString();

/** The structures whose membership this person may ask for. */
export function listCandidates(deps: Dependencies, userId: number): Promise<Candidate[]> {
  return repository.findCandidates(deps.db, userId, today(deps));
}

/** Who asks, for which structure and year. */
export interface MembershipInput {
  structureId: number;
  year: number;
  /** The text that the person accepts. */
  charterVersion: string;
  person: Recipient & { userId: number };
}

/**
 * Asks for the membership of a structure (domain.md §5), the charter accepted. The structure is locked first: of two
 * référents who ask at the same moment, the second learns of the first.
 * @throws NotFound when the person is not, or no longer, référent of that structure
 * @throws Conflict when the year is not open, or is settled or asked for already
 */
export async function requestMembership(deps: Dependencies, input: MembershipInput): Promise<void> {
  const { db, clock, mail } = deps;
  const { structureId, year, charterVersion, person } = input;
  await db.transaction(async (trx) => {
    await lock(trx, { structures: [structureId] });
    const [candidate] = await repository.findCandidates(trx, person.userId, today(deps), structureId);
    if (!candidate) throw new NotFound();
    const now = clock.now();
    if (!openYears(now).includes(year)) {
      throw new Conflict(`Les demandes d’adhésion pour ${year} ne sont pas ouvertes.`);
    }
    if (candidate.memberYears.includes(year)) {
      throw new Conflict(`Votre structure est déjà adhérente pour ${year}.`);
    }
    if (candidate.requestedYears.includes(year)) {
      throw new Conflict(`Une demande d’adhésion pour ${year} est déjà en cours.`);
    }
    const id = await repository.insertRequest(trx, {
      structureId,
      year,
      charterVersion,
      userId: person.userId,
      at: now,
    });
    await recordAudit(trx, {
      action: 'membership_request.created',
      at: now,
      actorId: person.userId,
      structureId,
      subject: { kind: 'membership_request', id },
      details: { year },
    });
    const membership = { structureName: candidate.name, siret: candidate.siret, year };
    await mail.enqueue(trx, requestedMessage(person, membership));
    for (const manager of await managers(trx)) {
      await mail.enqueue(trx, toDecideMessage(manager, membership, { id, byName: nameOf(person), at: now }));
    }
  });
}

/**
 * Records memberships that the agency imports, in its transaction; the structures must be locked. Requests that waited
 * for one of them are accepted by it, and their référents told.
 * @returns how many requests, and how many référents were told of them
 * @throws Forbidden when whoever imports no longer works for the agency
 */
export async function recordImported(
  { mail }: Pick<Dependencies, 'mail'>,
  trx: Knex.Transaction,
  memberships: readonly { structureId: number; year: number }[],
  { at, byUserId }: { at: Date; byUserId: number },
): Promise<{ accepted: number; told: number }> {
  await requireManager(trx, byUserId);
  if (memberships.length === 0) return { accepted: 0, told: 0 };
  await repository.recordMemberships(trx, memberships, at, byUserId);
  const requests = await findRequests<MembershipRequest>(
    trx,
    membershipRequest,
    `q.state = 'pending' and (q.structure_id, q.year) in (
       select * from unnest(cast(:structures as int[]), cast(:years as int[])))`,
    repository.pairsOf(memberships),
  );
  const ending = { state: 'accepted', at, userId: byUserId };
  let told = 0;
  for (const request of requests) {
    await endRequest(trx, membershipRequest, request.id, ending);
    told += await tellReferents({ mail }, trx, membershipOf(request), acceptedMessage);
    await noteEnd(trx, membershipRequest, request, ending);
  }
  return { accepted: requests.length, told };
}

/**
 * Reminds the référents of last year's members to renew: in November for next year, in January for this one, once
 * each. A scheduled job; a structure without a référent is looked at again, in case one comes.
 * @returns how many structures
 */
export async function remindRenewals(deps: Dependencies): Promise<number> {
  const { db, clock, mail, log } = deps;
  const now = clock.now();
  const due = renewalSeason(now);
  if (!due) return 0;
  const key = { ...due, today: today(deps) };
  let reminded = 0;
  const remind = ({ id }: { id: number }) =>
    db.transaction(async (trx) => {
      await lock(trx, { structures: [id] });
      const [structure] = await repository.findToRemind(trx, key, id);
      const referents = await holders(trx, 'referent', id);
      if (!structure || referents.length === 0) return;
      await repository.recordReminder(trx, { structureId: id, ...due, at: now });
      const membership = { structureName: structure.name, siret: structure.siret, year: due.year };
      for (const referent of referents) await mail.enqueue(trx, renewalMessage(referent, membership));
      reminded += 1;
    });
  await each(await repository.findToRemind(db, key), remind, { log });
  return reminded;
}
