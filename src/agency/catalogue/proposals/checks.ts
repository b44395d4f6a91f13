import type { Knex } from 'knex';
import { recordAudit } from '../../../audit/service.ts';
import { lock } from '../../../platform/database/locks.ts';
import type { Dependencies } from '../../../platform/dependencies.ts';
import { Conflict, NotFound } from '../../../platform/errors.ts';
import { RequestDecided } from '../../../requests/deciders.ts';
import type { ManagedSession, SessionContent } from '../sessions/service.ts';
import type { Proposal } from './repository.ts';
import { changesOf, changesSomething, readProposed } from './rules.ts';

const outcomes = { accepted: 'acceptée', refused: 'refusée', withdrawn: 'retirée' } as const;

/** Why nothing can be proposed for a session; undefined when a change can. */
export function whyNotChangeable(
  { isCancelled, startsAt }: Pick<ManagedSession, 'isCancelled' | 'startsAt'>,
  now: Date,
): string | undefined {
  if (isCancelled) return 'Cette session est annulée\u00a0: rétablissez-la d’abord.';
  return startsAt <= now ? 'Cette session a déjà commencé\u00a0: elle ne se change plus.' : undefined;
}

/**
 * The session that a proposal describes: the same check when it is made and when it is accepted.
 * @throws Conflict with what stands against it today, and where it changes nothing
 */
export function checkProposed(
  deps: Pick<Dependencies, 'clock'>,
  form: Readonly<Record<string, string>>,
  modality: string,
  session: ManagedSession | undefined,
): SessionContent {
  const refusal = session && whyNotChangeable(session, deps.clock.now());
  if (refusal) throw new Conflict(refusal);
  const read = readProposed(form, modality, deps, session);
  if (!read.ok) throw new Conflict(Object.values(read.errors).join(' '), 'Proposition impossible');
  if (session && !changesSomething(changesOf(session, read.content))) {
    throw new Conflict('Cette proposition ne change rien à la session.');
  }
  return read.content;
}

/** The proposal when it waits. @throws RequestDecided when it does not; NotFound when there is none */
export function pending(proposal: Proposal | undefined): Proposal {
  if (!proposal) throw new NotFound();
  if (proposal.state === 'pending') return proposal;
  const { state, deciderName, decidedAt } = proposal;
  throw new RequestDecided('Cette proposition', {
    decision: outcomes[state],
    by: deciderName,
    at: decidedAt,
  });
}

/** Locks what a proposal is about, in the one order of the application, then the proposal. */
export const lockProposal = (trx: Knex.Transaction, { id, actionId, providerId }: Proposal): Promise<void> =>
  lock(trx, { structures: [providerId], actions: [actionId], sessionsOf: [actionId], proposals: [id] });

/** Notes what became of a proposal in the journal. */
export const audit = (
  { clock }: Dependencies,
  trx: Knex.Transaction,
  action:
    | 'session_proposal.created'
    | 'session_proposal.withdrawn'
    | 'session_proposal.accepted'
    | 'session_proposal.refused',
  { id, providerId }: Proposal,
  actorId: number,
): Promise<void> =>
  recordAudit(trx, {
    action,
    at: clock.now(),
    actorId,
    structureId: providerId,
    subject: { kind: 'session_proposal', id },
  });
