import { managers } from '#access/recipients.ts';
import { recordAudit } from '#audit/service.ts';
import type { Doer } from '#enrolment/doer.ts';
import { lockForSession } from '#enrolment/locks.ts';
import { mayStillAct } from '#enrolment/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, Forbidden } from '#platform/errors.ts';
import { withdraw } from '#requests/decide.ts';
import { sessionFields } from '../sessions/form.ts';
import { getSession } from '../sessions/service.ts';
import { checkProposed } from './checks.ts';
import { toDecideMessage } from './mails.ts';
import type { ProposableAction } from './repository.ts';
import * as repository from './repository.ts';
import { sessionProposal } from './request.ts';

export { whyNotChangeable } from './checks.ts';
export type { ProposableAction, Proposal, ProposalState } from './repository.ts';
export { findActionOf, findProposable, findProposals, getProposal } from './repository.ts';

/** Proposals of one body that wait at once: more is a list to send by another way. */
export const MOST_PENDING = 20;

/** What a training body proposes. */
export interface ProposalInput {
  action: ProposableAction;
  providerId: number;
  /** The session to change; a new one when left out. */
  sessionId?: number;
  /** The fields of the form, checked. */
  form: Readonly<Record<string, string>>;
  comment: string;
  formKey: string;
}

/**
 * Proposes a session, or a change of one, to the agency. The action is locked first: of two proposals for one session
 * the second learns of the first.
 * @returns its number; undefined when this form has proposed it already
 * @throws Conflict when a rule stands against it today, or as many wait as may; Forbidden when the person may no
 *   longer act for the body
 */
export async function propose(
  deps: Dependencies,
  by: Doer,
  { action, providerId, sessionId, form, comment, formKey }: ProposalInput,
): Promise<number | undefined> {
  const { db, clock, mail } = deps;
  return db.transaction(async (trx) => {
    await lockForSession(trx, { structureIds: [providerId], actionId: action.id });
    if (await repository.isKnownKey(trx, formKey)) return undefined;
    const keys = { userId: 0, structureId: 0, actionId: action.id, sessionId: sessionId ?? 0 };
    const [own] = await repository.findProposable(trx, providerId, action.id);
    if (!own || !(await mayStillAct(trx, by, keys))) {
      throw new Forbidden(
        'Vous ne pouvez plus proposer de session pour cette action. Rien n’a été enregistré.',
      );
    }
    const now = clock.now();
    const session =
      sessionId === undefined
        ? undefined
        : await getSession({ db: trx }, { actionId: action.id, id: sessionId });
    checkProposed(deps, form, own.modality, session);
    const pending = await repository.findPending(trx, providerId, sessionId ?? null);
    if (pending.aboutSession) {
      throw new Conflict(
        'Une proposition attend déjà pour cette session\u00a0: retirez-la pour en faire une autre.',
      );
    }
    if (pending.count >= MOST_PENDING) {
      throw new Conflict(
        `Vous avez déjà ${MOST_PENDING} propositions en attente\u00a0: attendez une réponse, ou retirez-en une.`,
      );
    }
    const id = await repository.insertProposal(trx, {
      providerId,
      actionId: action.id,
      session: session ? { id: session.id, version: session.version, fields: sessionFields(session) } : null,
      form,
      comment,
      by: by.userId as number,
      at: now,
      formKey,
    });
    if (id === undefined) return undefined;
    const proposal = await repository.getProposal(trx, id);
    for (const one of await managers(trx)) {
      if (one.id !== by.userId) await mail.enqueue(trx, toDecideMessage(one, proposal, now));
    }
    await recordAudit(trx, {
      action: 'session_proposal.created',
      at: now,
      actorId: by.userId,
      structureId: providerId,
      subject: { kind: 'session_proposal', id },
    });
    return id;
  });
}

/**
 * Takes a proposal back.
 * @throws NotFound for another body's; RequestDecided when it no longer waits; Forbidden when the person may no more
 */
export async function withdrawProposal(
  deps: Dependencies,
  { userId, name: byName }: { userId: number; name: string },
  { id: requestId, providerId: structureId }: { id: number; providerId: number },
): Promise<void> {
  await withdraw(deps, sessionProposal, { requestId, structureId, userId, parameters: { byName } });
}
