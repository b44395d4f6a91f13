import type { Knex } from 'knex';
import { recordAudit } from '../../../audit/service.ts';
import { lockForSession } from '../../../parcourspro/enrolment/locks.ts';
import { type Doer, mayStillAct } from '../../../parcourspro/enrolment/repository.ts';
import { changeCapacity, rescheduleSession } from '../../../parcourspro/enrolment/sessions/service.ts';
import type { Dependencies } from '../../../platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '../../../platform/errors.ts';
import { decideOnce, RequestDecided, requireManager } from '../../../portal/decisions.ts';
import { sessionFields } from '../sessions/form.ts';
import { newSlots } from '../sessions/moves.ts';
import { addSession, getSession, type ManagedSession, type SessionContent } from '../sessions/service.ts';
import { acceptedMessage, refusedMessage, toDecideMessage, withdrawnMessage } from './mails.ts';
import type { ProposableAction, Proposal } from './repository.ts';
import * as repository from './repository.ts';
import { changesOf, changesSomething, readProposed } from './rules.ts';

export type { Proposal, ProposalState } from './repository.ts';
export { findActionOf, findProposable, findProposals } from './repository.ts';

/** Proposals of one body that wait at once: more is a list to send by another way. */
export const MOST_PENDING = 20;

const outcomes = { accepted: 'acceptée', refused: 'refusée', withdrawn: 'retirée' } as const;

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

/** Why nothing can be proposed for a session; undefined when a change can. */
export function whyNotChangeable(
  { isCancelled, startsAt }: Pick<ManagedSession, 'isCancelled' | 'startsAt'>,
  now: Date,
): string | undefined {
  if (isCancelled) return 'Cette session est annulée\u00a0: rétablissez-la d’abord.';
  return startsAt <= now ? 'Cette session a déjà commencé\u00a0: elle ne se change plus.' : undefined;
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
    for (const one of await repository.findManagers(trx)) {
      if (one.id !== by.userId) await mail.enqueue(trx, toDecideMessage(one, proposal, now));
    }
    await audit(deps, trx, 'session_proposal.created', proposal, by.userId as number);
    return id;
  });
}

// The same when it is made and when it is accepted: nothing half-done, and nothing that changes nothing.
function checkProposed(
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

function pending(proposal: Proposal | undefined): Proposal {
  if (!proposal) throw new NotFound();
  if (proposal.state === 'pending') return proposal;
  const { state, deciderName, decidedAt } = proposal;
  throw new RequestDecided('Cette proposition', {
    decision: outcomes[state],
    by: deciderName,
    at: decidedAt,
  });
}

const lock = async (trx: Knex.Transaction, { id, actionId, providerId }: Proposal): Promise<void> => {
  await lockForSession(trx, { structureIds: [providerId], actionId });
  await repository.lockProposal(trx, id);
};

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
      lock,
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
      lock,
      pending,
      async authorise(trx, { proposedBy }) {
        await requireManager(trx, byUserId);
        if (proposedBy === byUserId) {
          throw new Forbidden(
            'Personne ne décide de sa propre proposition\u00a0: un autre gestionnaire doit le faire.',
          );
        }
      },
    },
    apply,
  );

const audit = (
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
