import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, DomainError, Forbidden, NotFound } from '#platform/errors.ts';
import { formatDay, formatTime, parisDay } from '#platform/french/time.ts';
import { each } from '#platform/jobs/each.ts';
import {
  delegatedMessage,
  delegationBeginsMessage,
  delegationEndsMessage,
  gaveDelegationMessage,
} from './mails.ts';
import * as repository from './repository.ts';
import { type EndReason, type Period, periodFault } from './rules.ts';

export type { Delegation } from './repository.ts';

/** As many colleagues as a list to choose from shows; in a larger structure an e-mail is typed. */
export const MOST_COLLEAGUES = 300;

/** Nobody is told of a beginning or an end at night, in Paris. */
const EARLIEST = '07:00';

/** A field of the form that the rules refuse, in words for the page. */
export class DelegationRefused extends DomainError {
  override name = 'DelegationRefused';
  readonly field: 'personne' | 'du' | 'au';
  constructor(field: 'personne' | 'du' | 'au', message: string) {
    super(422, 'Délégation impossible', message);
    this.field = field;
  }
}

/** What somebody gave or was given for a structure, and to whom they may give. */
export async function listDelegations(
  { db, clock }: Dependencies,
  who: { userId: number; structureId: number },
): Promise<{
  delegations: repository.Delegation[];
  colleagues: { id: number; name: string; jobTitle: string | null }[];
}> {
  const today = parisDay(clock.now()).toString();
  const { userId, structureId } = who;
  return repository.findDelegationsAndColleagues(db, {
    userId,
    structureId,
    today,
    most: MOST_COLLEAGUES + 1,
  });
}

/** To whom a validator delegates, and over which days. */
export interface NewDelegation extends Period {
  structureId: number;
  byUserId: number;
  /** The number of the colleague, or their e-mail. */
  to: { userId: number } | { email: string };
}

/**
 * A Valideur RH names somebody of the structure who decides in their place over some days (both included). One person at
 * a time; whoever stands in for somebody cannot pass it on, having no right of their own.
 * @throws DelegationRefused naming the field; Forbidden when they are no validator there (any longer)
 */
export async function delegate(deps: Dependencies, asked: NewDelegation): Promise<repository.Delegation> {
  const { db, clock, mail } = deps;
  const { structureId, byUserId, to, startsOn, endsOn } = asked;
  return db.transaction(async (trx) => {
    const known =
      'userId' in to
        ? await repository.findMember(trx, structureId, to.userId)
        : await repository.findMemberByEmail(trx, structureId, to.email);
    if (!known) {
      throw new DelegationRefused(
        'personne',
        'Choisissez une personne de la structure dont le compte est ouvert.',
      );
    }
    if (known.id === byUserId) {
      throw new DelegationRefused('personne', 'Choisissez une autre personne que vous-même.');
    }
    await lock(trx, { people: [byUserId, known.id], structures: [structureId] });
    const giver = await repository.findMember(trx, structureId, byUserId);
    if (!giver?.isValidator) throw new Forbidden('Vous n’êtes plus Valideur RH de cette structure.');
    const receiver = await repository.findMember(trx, structureId, known.id);
    if (!receiver) {
      throw new DelegationRefused(
        'personne',
        'Cette personne vient de quitter la structure\u00a0: choisissez-en une autre.',
      );
    }
    const now = clock.now();
    const today = parisDay(now).toString();
    const fault = periodFault({ startsOn, endsOn }, today);
    if (fault) throw new DelegationRefused(fault.day === 'first' ? 'du' : 'au', fault.message);
    const other = await repository.findOverlapping(trx, giver.affiliationId, { startsOn, endsOn });
    if (other) {
      throw new DelegationRefused(
        'du',
        `${other.delegate.name} vous remplace déjà du ${formatDay(other.startsOn)} au ${formatDay(other.endsOn)}\u00a0: choisissez d’autres jours, ou arrêtez d’abord cette délégation.`,
      );
    }
    const isToday = startsOn === today;
    const id = await repository.insertDelegation(trx, {
      startsOn,
      endsOn,
      delegatorAffiliationId: giver.affiliationId,
      delegateAffiliationId: receiver.affiliationId,
      at: now,
      isToday,
    });
    const delegation = (await repository.findDelegation(trx, id)) as repository.Delegation;
    await recordAudit(trx, {
      action: 'hr_delegation.created',
      at: now,
      actorId: byUserId,
      personId: receiver.id,
      structureId,
      details: { firstDay: startsOn, lastDay: endsOn },
    });
    await mail.enqueue(trx, delegatedMessage(delegation, isToday));
    await mail.enqueue(trx, gaveDelegationMessage(delegation));
    return delegation;
  });
}

/**
 * Ends a delegation before its term: whoever gave it, or whoever was given it. The other is told.
 * @throws NotFound for somebody else's; Conflict when it has ended meanwhile
 */
export async function revokeDelegation(
  deps: Dependencies,
  { id, byUserId, structureId }: { id: number; byUserId: number; structureId: number },
): Promise<repository.Delegation> {
  return deps.db.transaction(async (trx) => {
    await lock(trx, { structures: [structureId] });
    const delegation = await repository.findDelegation(trx, id);
    const isTheirs =
      delegation?.structureId === structureId &&
      [delegation.delegator.id, delegation.delegate.id].includes(byUserId);
    if (!delegation || !isTheirs) throw new NotFound('Cette délégation n’existe pas, ou a pris fin.');
    if (!(await end(deps, trx, delegation, 'revoked', byUserId))) {
      throw new Conflict('Cette délégation vient de prendre fin.');
    }
    return delegation;
  });
}

/**
 * Ends what somebody gave or was given, in the transaction that takes the ground from it: they leave the structure, their
 * account closes, or their right of Valideur RH is taken away. Called before that, under the lock of the structure; what
 * is not ended here goes with the right all the same, without a word.
 * @param structureId of one structure; of all when left out
 */
export async function endDelegationsOf(
  deps: Dependencies,
  trx: Knex.Transaction,
  {
    userId,
    structureId,
    because,
    byUserId,
  }: { userId: number; structureId?: number; because: EndReason; byUserId?: number },
): Promise<void> {
  // Without the right of their own, somebody may still stand in for another.
  const given = because === 'right_taken';
  for (const delegation of await repository.findToEnd(trx, { userId, structureId, given })) {
    await end(deps, trx, delegation, because, byUserId);
  }
}

async function end(
  { clock, mail }: Dependencies,
  trx: Knex.Transaction,
  delegation: repository.Delegation,
  because: EndReason,
  byUserId?: number,
): Promise<boolean> {
  if (!(await repository.removeDelegation(trx, delegation.id))) return false;
  const { delegator, delegate: standIn, structureId } = delegation;
  await recordAudit(trx, {
    action: 'hr_delegation.ended',
    at: clock.now(),
    ...(byUserId === undefined ? {} : { actorId: byUserId }),
    personId: standIn.id,
    structureId,
    details: { because },
  });
  for (const party of [standIn, delegator]) {
    if (party.id !== byUserId) await mail.enqueue(trx, delegationEndsMessage(party, delegation, because));
  }
  return true;
}

/**
 * Tells of the delegations that begin today and of those whose last day has passed, once each; a scheduled job. They
 * begin and end by their dates all the same, whenever it runs.
 * @returns how many were told of
 */
export async function followDelegations(deps: Dependencies): Promise<number> {
  const { db, clock, mail } = deps;
  const now = clock.now();
  if (formatTime(now) < EARLIEST) return 0;
  const today = parisDay(now).toString();
  let told = 0;
  const tellOfEnd = async (id: number) => {
    told += await db.transaction(async (trx) => {
      const delegation = await repository.findDelegation(trx, id);
      return delegation && (await end(deps, trx, delegation, 'over')) ? 1 : 0;
    });
  };
  const tellOfStart = async (id: number) => {
    told += await db.transaction(async (trx) => {
      // Marked first: the row is then ours until the end, and was there after whoever had it before.
      if (!(await repository.markStartTold(trx, id, now))) return 0;
      const delegation = await repository.findDelegation(trx, id);
      if (!delegation) return 0;
      await mail.enqueue(
        trx,
        delegationBeginsMessage(delegation, await repository.countWaiting(trx, delegation)),
      );
      return 1;
    });
  };
  const [over, begun] = [await repository.findOver(db, today), await repository.findBegun(db, today)];
  const turns = [...over.map((id) => () => tellOfEnd(id)), ...begun.map((id) => () => tellOfStart(id))];
  await each(turns, (turn) => turn(), deps);
  return told;
}
