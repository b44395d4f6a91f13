import type { Knex } from 'knex';
import type { Doer } from '../../../parcourspro/enrolment/doer.ts';
import { changeCapacity, rescheduleSession } from '../../../parcourspro/enrolment/sessions/service.ts';
import type { Dependencies } from '../../../platform/dependencies.ts';
import { Conflict } from '../../../platform/errors.ts';
import { decideOnce, requireManager } from '../../../requests/deciders.ts';
import { newSlots } from '../sessions/moves.ts';
import { addSession, getSession } from '../sessions/service.ts';
import { audit, checkProposed, lockProposal, pending } from './checks.ts';
import { acceptedMessage, refusedMessage } from './mails.ts';
import type { Proposal } from './repository.ts';
import * as repository from './repository.ts';
import { changesOf } from './rules.ts';

/** Who of the agency decides on which proposal. */
export interface ProposalDecision {
  id: number;
  byUserId: number;
}

/**
 * Accepts a proposal: the session is created, or changed by the very use cases of the agency's own pages, so that the
 * people concerned are told and the queue moves.
 * @returns the session
 * @throws Conflict when a rule stands against it today, or the session was changed since; as {@link withdrawProposal}
 */
export function acceptProposal(
  deps: Dependencies,
  decision: ProposalDecision,
): Promise<{ sessionId: number }> {
  return decide(deps, decision, async (trx, proposal) => {
    const within = { ...deps, db: trx };
    const by: Doer = { role: 'agency', userId: decision.byUserId, way: 'page' };
    const at = deps.clock.now();
    if (!proposal.actionIsTheirs) {
      throw new Conflict(
        'Cette action est archivée, ou confiée à un autre organisme\u00a0: refusez la proposition.',
      );
    }
    const sessionId = proposal.isChange
      ? await applyChange(within, proposal, by)
      : await addSession(
          within,
          proposal.actionId,
          checkProposed(deps, proposal.form, proposal.modality, undefined),
        );
    await repository.endProposal(trx, proposal.id, {
      state: 'accepted',
      at,
      by: decision.byUserId,
      createdSessionId: proposal.isChange ? undefined : sessionId,
    });
    const proposer = await repository.findProposer(trx, proposal);
    if (proposer) await deps.mail.enqueue(trx, acceptedMessage(proposer, proposal, sessionId, at));
    await audit(deps, trx, 'session_proposal.accepted', proposal, decision.byUserId);
    return { sessionId };
  });
}

async function applyChange(
  deps: Dependencies & { db: Knex },
  { sessionId, sessionVersion, actionId, form, modality, comment }: Proposal,
  by: Doer,
): Promise<number> {
  if (sessionId === null) throw new Conflict('Cette session n’existe plus\u00a0: refusez la proposition.');
  const session = await getSession(deps, { actionId, id: sessionId });
  if (session.version !== sessionVersion) {
    throw new Conflict(
      'La session a été changée depuis cette proposition\u00a0: refusez-la, et demandez-en une nouvelle à l’organisme.',
    );
  }
  const wanted = checkProposed(deps, form, modality, session);
  const changes = changesOf(session, wanted);
  const { opensAt, closesAt, capacity, waitingCapacity } = wanted;
  const registration = { opensAt, closesAt };
  if (changes.dates) {
    await rescheduleSession(deps, sessionId, by, { slots: newSlots(wanted), registration, reason: comment });
  }
  if (changes.capacity || (changes.registration && !changes.dates)) {
    await changeCapacity(deps, sessionId, by, { capacity, waitingCapacity, registration });
  }
  return sessionId;
}

/** Refuses a proposal; the reason is sent to whoever proposed. @throws as {@link acceptProposal}, but for the rules */
export function refuseProposal(
  deps: Dependencies,
  decision: ProposalDecision,
  reason: string,
): Promise<void> {
  return decide(deps, decision, async (trx, proposal) => {
    const at = deps.clock.now();
    await repository.endProposal(trx, proposal.id, { state: 'refused', at, by: decision.byUserId, reason });
    const proposer = await repository.findProposer(trx, proposal);
    if (proposer) await deps.mail.enqueue(trx, refusedMessage(proposer, proposal, reason, at));
    await audit(deps, trx, 'session_proposal.refused', proposal, decision.byUserId);
  });
}

const decide = <T>(
  deps: Dependencies,
  { id, byUserId }: ProposalDecision,
  apply: (trx: Knex.Transaction, proposal: Proposal) => Promise<T>,
): Promise<T> =>
  decideOnce(
    deps,
    {
      find: (db) => repository.findProposal(db, id),
      lock: lockProposal,
      pending,
      authorise: (trx, { proposedBy }) => requireManager(trx, byUserId, { userId: proposedBy }),
    },
    apply,
  );
