import type { Knex } from 'knex';
import { managers } from '../../../access/recipients.ts';
import type { Doer } from '../../../parcourspro/enrolment/doer.ts';
import { lockForSession } from '../../../parcourspro/enrolment/locks.ts';
import { mayStillAct } from '../../../parcourspro/enrolment/service.ts';
import type { Dependencies } from '../../../platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '../../../platform/errors.ts';
import { decideOnce } from '../../../requests/deciders.ts';
import { sessionFields } from '../sessions/form.ts';
import { getSession } from '../sessions/service.ts';
import { audit, checkProposed, lockProposal, pending } from './checks.ts';
import { toDecideMessage, withdrawnMessage } from './mails.ts';
import type { ProposableAction, Proposal } from './repository.ts';
import * as repository from './repository.ts';

export { whyNotChangeable } from './checks.ts';
export { acceptProposal, refuseProposal } from './decisions.ts';
export type { ProposableAction, Proposal, ProposalState } from './repository.ts';
export { findActionOf, findProposable, findProposals } from './repository.ts';

/** Proposals of one body that wait at once: more is a list to send by another way. */
export const MOST_PENDING = 20;

/** @throws NotFound when there is none of this number, or it is another body's */
export async function getProposal(db: Knex, id: number, providerId?: number): Promise<Proposal> {
  const proposal = await repository.findProposal(db, id);
  if (!proposal || (providerId !== undefined && proposal.providerId !== providerId)) throw new NotFound();
  return proposal;
}

/** The same with the session that it would change. @throws NotFound when there is none of this number */
export async function getProposalFile(
  db: Knex,
  id: number,
): Promise<NonNullable<Awaited<ReturnType<typeof repository.findProposalFile>>>> {
  const file = await repository.findProposalFile(db, id);
  if (!file) throw new NotFound();
  return file;
}

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
    const proposal = await getProposal(trx, id);
    for (const one of await managers(trx)) {
      if (one.id !== by.userId) await mail.enqueue(trx, toDecideMessage(one, proposal, now));
    }
    await audit(deps, trx, 'session_proposal.created', proposal, by.userId as number);
    return id;
  });
}

/**
 * Takes a proposal back: anybody of the body may, so that a wrong one does not outlive who sent it.
 * @throws NotFound for another body's; RequestDecided when it no longer waits; Forbidden when the person may no more
 */
export async function withdrawProposal(
  deps: Dependencies,
  by: Doer & { name: string },
  { id, providerId }: { id: number; providerId: number },
): Promise<void> {
  const { clock, mail } = deps;
  await decideOnce(
    deps,
    {
      async find(db) {
        const found = await repository.findProposal(db, id);
        return found?.providerId === providerId ? found : undefined;
      },
      lock: lockProposal,
      pending,
      async authorise(trx, { actionId }) {
        const keys = { userId: 0, structureId: 0, actionId, sessionId: 0 };
        if (!(await mayStillAct(trx, by, keys))) {
          throw new Forbidden('Vous ne gérez plus cette action. Rien n’a été enregistré.');
        }
      },
    },
    async (trx, proposal) => {
      const at = clock.now();
      await repository.endProposal(trx, id, { state: 'withdrawn', at, by: by.userId as number });
      const proposer = await repository.findProposer(trx, proposal);
      if (proposer && proposer.id !== by.userId) {
        await mail.enqueue(trx, withdrawnMessage(proposer, proposal, by.name, at));
      }
      await audit(deps, trx, 'session_proposal.withdrawn', proposal, by.userId as number);
    },
  );
}
