import type { Knex } from 'knex';
import type { Doer } from '#enrolment/doer.ts';
import { changeCapacity, rescheduleSession } from '#enrolment/session-changes/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import type { Asked, Deciding, Done, TakenBack } from '#requests/request.ts';
import { newSlots } from '../sessions/moves.ts';
import { addSession, getSession } from '../sessions/service.ts';
import { checkProposed } from './checks.ts';
import { acceptedMessage, refusedMessage, withdrawnMessage } from './mails.ts';
import type { Proposal } from './repository.ts';
import { findProposer, getProposal } from './repository.ts';
import { changesOf } from './rules.ts';

type Work = Deciding<Asked, void>;

/**
 * Accepts a proposal: the session is created, or changed by the very use cases of the agency's own pages, so that the
 * people concerned are told and the queue moves.
 * @throws Conflict when a rule stands against it today, or the session was changed since
 */
export async function acceptProposal({ deps, trx, requestId, at, userId }: Work): Promise<Done> {
  const proposal = await getProposal(trx, requestId);
  const { isChange, actionId, form, modality } = proposal;
  if (!proposal.actionIsTheirs) {
    throw new Conflict(
      'Cette action est archivée, ou confiée à un autre organisme\u00a0: refusez la proposition.',
    );
  }
  const sessionId = isChange
    ? await applyChange(deps, proposal, { role: 'agency', userId, way: 'page' })
    : await addSession(deps, actionId, checkProposed(deps, form, modality, undefined));
  const proposer = await findProposer(trx, proposal);
  if (proposer) await deps.mail.enqueue(trx, acceptedMessage(proposer, proposal, sessionId, at));
  return {
    said: isChange
      ? 'La session est changée\u00a0: les personnes concernées et l’organisme sont prévenus.'
      : 'La session est créée\u00a0: l’organisme est prévenu.',
    columns: { created_session_id: isChange ? null : sessionId },
  };
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

/** Refuses a proposal; the reason is sent to whoever proposed. */
export async function refuseProposal({ deps, trx, requestId, at, reason }: Work): Promise<Done> {
  const proposal = await getProposal(trx, requestId);
  const proposer = await findProposer(trx, proposal);
  if (proposer) await deps.mail.enqueue(trx, refusedMessage(proposer, proposal, reason, at));
  return { said: 'La proposition est refusée. Le motif est envoyé par e-mail.' };
}

/** Tells whoever proposed that somebody else of the body, named in `parameters`, takes the proposal back. */
export async function tellWithdrawn({
  deps,
  trx,
  requestId,
  at,
  userId,
  parameters,
}: TakenBack<Asked>): Promise<void> {
  const proposal = await getProposal(trx, requestId);
  const proposer = await findProposer(trx, proposal);
  if (proposer && proposer.id !== userId) {
    await deps.mail.enqueue(trx, withdrawnMessage(proposer, proposal, String(parameters.byName), at));
  }
}
