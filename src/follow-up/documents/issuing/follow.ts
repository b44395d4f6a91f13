import type { Knex } from 'knex';
import { CONFIRMED_STATES, type State } from '#enrolment/states.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Handlers } from '#platform/events.ts';
import type { Job } from '#platform/feature.ts';
import { addJob } from '#platform/jobs/queue.ts';
import { replacing, tellEmployers, tellPeople, tellWithdrawn } from './announce.ts';
import type { DocumentKind, Due, Facts, FollowedSession, IssuedDocument, News } from './kind.ts';
import { documentKindsOf, subjectKey } from './kind.ts';
import type { Standing } from './repository.ts';
import * as repository from './repository.ts';
import { issue, saySame } from './service.ts';

const TASK = 'follow_documents';

/**
 * Asks for the documents of a session to follow what has just happened to it, once the transaction is through. However
 * often it is asked meanwhile, it is done once.
 */
export const queueFollowing = (trx: Knex.Transaction, sessionId: number): Promise<void> =>
  addJob(trx, TASK, { sessionId }, { jobKey: `documents:${sessionId}` });

const holdsPlace = (state: State | null): boolean => state !== null && CONFIRMED_STATES.includes(state);

/** What makes documents follow. */
export const followed: Handlers = {
  async 'enrolment.changed'(_deps, trx, { sessionId, fromSessionId, from, to }) {
    if (!holdsPlace(from) && !holdsPlace(to)) return;
    await queueFollowing(trx, sessionId);
    if (fromSessionId) await queueFollowing(trx, fromSessionId);
  },
  'session.changed': (_deps, trx, { sessionId }) => queueFollowing(trx, sessionId),
  'attendance.closed': (_deps, trx, { sessionId }) => queueFollowing(trx, sessionId),
  async 'action.changed'(deps, trx, { actionId }) {
    for (const id of await repository.findSessionsToFollow(trx, { actionId }, deps.clock.now()))
      await queueFollowing(trx, id);
  },
  async 'training_body.changed'(deps, trx, { structureId }) {
    for (const id of await repository.findSessionsToFollow(trx, { structureId }, deps.clock.now()))
      await queueFollowing(trx, id);
  },
};

export const followJob: Job = {
  task: TASK,
  run: (deps, payload) => followSession(deps, (payload as { sessionId: number }).sessionId),
};

/**
 * Brings the documents of a session to its present state: those that ought to exist and do not are issued, those that
 * say something else are replaced, those that ought to exist no more are withdrawn, and whom it concerns is written to;
 * all of it or nothing. Done again, it changes nothing.
 */
export async function followSession(deps: Dependencies, sessionId: number): Promise<void> {
  await deps.db.transaction(async (trx) => {
    await lock(trx, { sessions: [sessionId] });
    const session = await repository.findFollowedSession(trx, sessionId);
    if (!session) return;
    const at = deps.clock.now();
    const forPeople: News[] = [];
    const withdrawn: { document: IssuedDocument; reason: string }[] = [];
    // Counters are locked in the order of the kinds, and by nobody for longer than this transaction.
    for (const kind of documentKindsOf(deps.features).values()) {
      const { news, gone } = await followKind(deps, trx, { kind, session, at });
      if (kind.tell === 'person') forPeople.push(...news);
      else if (news.length > 0) await kind.tell?.(deps, trx, news);
      if (kind.tell === 'person')
        withdrawn.push(...gone.map((document) => ({ document, reason: kind.gone })));
      else if (gone.length > 0) await kind.tellWithdrawn?.(deps, trx, gone);
    }
    await tellPeople(deps, trx, forPeople);
    await tellEmployers(deps, trx, replacing(forPeople));
    for (const [reason, some] of Map.groupBy(withdrawn, (one) => one.reason)) {
      await tellWithdrawn(
        deps,
        trx,
        some.map(({ document }) => document),
        reason,
      );
    }
  });
}

interface Following {
  kind: DocumentKind;
  session: FollowedSession;
  at: Date;
}

async function followKind(
  deps: Dependencies,
  trx: Knex.Transaction,
  { kind, session, at }: Following,
): Promise<{ news: News[]; gone: IssuedDocument[] }> {
  const due = await kind.due(trx, session, at);
  if (due === undefined) return { news: [], gone: [] };
  const standing = await repository.findStanding(trx, session.id, kind.key);
  const { toIssue, gone } = compared(kind, due, standing);
  const { news, refusals } =
    toIssue.length > 0
      ? await issue(deps, trx, { kind, session, items: toIssue, at, by: null, standing })
      : { news: [], refusals: [] };
  await repository.writeRefusals(trx, { sessionId: session.id, kind: kind.key, at }, refusals);
  await repository.insertEvents(
    trx,
    gone.map(({ id }) => ({ documentId: id, kind: 'withdrawn', at, by: null, reason: kind.gone })),
  );
  return { news, gone };
}

/**
 * What ought to exist beside what stands: what is to be issued, and what stands without a reason. What somebody withdrew
 * stays withdrawn until it would say something else.
 */
export function compared<F extends Facts>(
  kind: Pick<DocumentKind<F>, 'substance'>,
  due: readonly Due<F>[],
  standing: readonly Standing[],
): { toIssue: (Due<F> & { facts: F })[]; gone: Standing[] } {
  const substance = (facts: unknown) => kind.substance?.(facts as F) ?? facts;
  const last = new Map(standing.map((one) => [subjectKey(one), one]));
  const wanted = new Set(due.map(subjectKey));
  const toIssue = due.filter((one): one is Due<F> & { facts: F } => {
    if (one.facts === null) return false;
    const before = last.get(subjectKey(one));
    if (!before) return true;
    // Erased, it says nothing any more that could be compared.
    if (before.facts === null) return false;
    if (before.isWithdrawn && !before.isWithdrawnByHand) return true;
    return !saySame(substance(one.facts), substance(before.facts));
  });
  const gone = standing.filter((one) => !one.isWithdrawn && !wanted.has(subjectKey(one)));
  return { toIssue, gone };
}
