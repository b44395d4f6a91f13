import { originOf, withOrigin } from '#audit/origin.ts';
import { recordAudit } from '#audit/service.ts';
import { DatabaseUnavailable } from '#platform/database/failures.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, DomainError, Forbidden, NotFound, TemporaryFailure } from '#platform/errors.ts';
import { formatTime } from '#platform/french/time.ts';
import { addJob } from '#platform/jobs/queue.ts';
import { decide } from '../decide.ts';
import { OWN_REQUEST, RequestDecided, requireManager } from '../deciders.ts';
import type { DecisionInput, RequestKind } from '../request.ts';
import { findConcerned, isRequestOf } from './repository.ts';
import type { StoredDecision } from './scheduled.ts';
import * as scheduled from './scheduled.ts';

/** The name of the job that applies one decision once it can no longer be undone. */
export const APPLY_DECISION = 'apply_decision';
/** With the queue's growing delays, about a day; the scheduled sweep goes on after that. */
const MAX_ATTEMPTS = 15;
/** A decision that an unexpected error has kept from being applied for that long is given back to the agency. */
const GIVEN_BACK_AFTER_MS = 60 * 60 * 1000;

/** What became of a click. */
export type Taken = { applied: true; text: string } | { applied: false; seconds: number };

/**
 * Takes a decision: at once where `DECISION_UNDO_SECONDS` is 0, otherwise recorded now and applied once it can no longer
 * be undone. It is rehearsed first, so that what stands against it is said now.
 * @throws as the use case of the decision; Conflict too when another decision waits for that request
 */
export async function takeDecision(
  deps: Dependencies,
  inbox: RequestKind,
  name: string,
  input: DecisionInput,
): Promise<Taken> {
  const { db, clock, config } = deps;
  const seconds = config.decisionUndoSeconds;
  if (seconds === 0) return { applied: true, text: (await decide(deps, inbox, name, input)).said };
  await db.transaction(async (trx) => {
    await rehearse({ ...deps, db: trx }, inbox, name, input);
    const at = clock.now();
    const origin = originOf();
    const id = await scheduled.insertDecision(trx, {
      kind: inbox.kind,
      requestId: input.requestId,
      decision: name,
      reason: input.reason || null,
      parameters: input.parameters ?? {},
      deciderId: input.userId,
      at,
      dueAt: new Date(at.getTime() + seconds * 1000),
      ip: origin?.ip ?? null,
      webRequestId: origin?.requestId ?? null,
    });
    if (id === undefined) {
      throw new Conflict(
        'Une décision vient d’être prise pour cette demande\u00a0: annulez-la d’abord pour en prendre une autre.',
        'Demande déjà traitée',
      );
    }
    await recordAudit(trx, {
      action: 'decision.scheduled',
      at,
      actorId: input.userId,
      ...(await findConcerned(trx, inbox, input.requestId)),
      subject: { kind: inbox.kind, id: input.requestId },
      details: { decision: name },
    });
    await scheduleDecision({ ...deps, db: trx }, id, seconds);
  });
  return { applied: false, seconds };
}

class Rehearsed extends Error {}

// The very use case, in a savepoint that is then given up: nothing is kept, no e-mail is queued.
async function rehearse(
  deps: Dependencies,
  ...decision: [kind: RequestKind, name: string, input: DecisionInput]
): Promise<void> {
  try {
    await deps.db.transaction(async (trx) => {
      await decide({ ...deps, db: trx }, ...decision);
      throw new Rehearsed();
    });
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error;
  }
}

const scheduleDecision = ({ db }: Pick<Dependencies, 'db'>, decisionId: number, delaySeconds: number) =>
  db.transaction((trx) =>
    addJob(
      trx,
      APPLY_DECISION,
      { decisionId },
      { jobKey: `decision:${decisionId}`, maxAttempts: MAX_ATTEMPTS, delaySeconds },
    ),
  );

/**
 * « Annuler »: the decision is as if it had never been taken. Anybody of the agency may, until it is applied, save
 * whose request it is: to undo a refusal is to decide.
 * @throws Conflict when it is applied, undone, or moot already; Forbidden for one's own request
 */
export async function undoDecision(
  { db, clock }: Dependencies,
  inbox: RequestKind,
  { requestId, userId }: { requestId: number; userId: number },
): Promise<void> {
  const { kind } = inbox;
  await db.transaction(async (trx) => {
    if (await isRequestOf(trx, inbox, requestId, userId)) throw new Forbidden(OWN_REQUEST);
    const id = await scheduled.findScheduled(trx, kind, requestId);
    const decision = id === undefined ? undefined : await scheduled.lockDecision(trx, id);
    if (decision?.state !== 'scheduled') {
      throw new Conflict(
        'Cette décision ne peut plus être annulée\u00a0: elle est déjà envoyée, ou annulée.',
        'Trop tard pour annuler',
      );
    }
    const at = clock.now();
    await scheduled.endDecision(trx, decision.id, { state: 'undone', at });
    await recordAudit(trx, {
      action: 'decision.undone',
      at,
      ...(await findConcerned(trx, inbox, requestId)),
      subject: { kind, id: requestId },
      details: { decision: decision.decision },
    });
  });
}

/**
 * Applies a decision whose moment has come, as the one who took it, in one transaction with its end: killed at any
 * moment, the process leaves it whole to do or wholly done. A decision already ended is left as it is.
 */
export async function applyDecision(
  deps: Dependencies,
  inboxes: readonly RequestKind[],
  id: number,
): Promise<void> {
  const { db, clock } = deps;
  await db.transaction(async (trx) => {
    const decision = await scheduled.lockDecision(trx, id);
    if (decision?.state !== 'scheduled') return;
    const at = clock.now();
    const left = decision.dueAt.getTime() - at.getTime();
    // The clock of the database was ahead of ours.
    if (left > 0) return scheduleDecision({ db: trx }, id, Math.ceil(left / 1000));
    await scheduled.endDecision(trx, id, { ...(await attempt({ ...deps, db: trx }, inboxes, decision)), at });
  });
}

type Attempt = { state: 'applied' } | { state: 'moot' | 'failed'; failure: string };

// Whoever decided meanwhile has won; a rule that has changed is told to the agency; anything else is tried again.
async function attempt(
  deps: Dependencies,
  inboxes: readonly RequestKind[],
  { kind, decision, requestId, reason, parameters, deciderId, ip, webRequestId }: StoredDecision,
): Promise<Attempt> {
  const origin = { userId: deciderId, ip, requestId: webRequestId };
  const inbox = inboxes.find((one) => one.kind === kind);
  if (!inbox) throw new Error(`no inbox of ${kind}`);
  try {
    await deps.db.transaction(async (trx) => {
      await requireManager(trx, deciderId);
      const input = { requestId, userId: deciderId, reason: reason ?? '', parameters };
      await withOrigin(origin, () => decide({ ...deps, db: trx }, inbox, decision, input));
    });
    return { state: 'applied' };
  } catch (error) {
    if (error instanceof RequestDecided || error instanceof NotFound) {
      return { state: 'moot', failure: error.message };
    }
    if (error instanceof TemporaryFailure) throw error;
    if (error instanceof DomainError) return { state: 'failed', failure: error.message };
    throw error;
  }
}

/**
 * Applies every decision whose moment has come: a scheduled job, for those whose own job was lost. One that goes on
 * meeting an unexpected error, or takes too long, is given back to the agency; not so while the database cannot serve, or
 * somebody else is at work on the same rows.
 */
export async function applyDueDecisions(deps: Dependencies, inboxes: readonly RequestKind[]): Promise<void> {
  const { db, clock, log } = deps;
  for (const { id, dueAt } of await scheduled.findDue(db, clock.now())) {
    try {
      await applyDecision(deps, inboxes, id);
    } catch (error) {
      const mayBeOurs = error instanceof DatabaseUnavailable && error.mayBeOurs;
      if (error instanceof TemporaryFailure && !mayBeOurs) {
        log.warn({ err: error, decisionId: id }, 'decision left to the next look');
        continue;
      }
      log.error({ err: error, decisionId: id }, 'decision not applied');
      const at = clock.now();
      if (at.getTime() - dueAt.getTime() < GIVEN_BACK_AFTER_MS) continue;
      const failure = `Une erreur technique l’a empêchée depuis ${formatTime(dueAt)}\u00a0: prenez-la de nouveau.`;
      await db.transaction(async (trx) => {
        const decision = await scheduled.lockDecision(trx, id);
        if (decision?.state === 'scheduled')
          await scheduled.endDecision(trx, id, { state: 'failed', at, failure });
      });
    }
  }
}
