import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay } from '#platform/french/time.ts';
import { each } from '#platform/jobs/each.ts';
import { unknownPasswordHash } from '#platform/security/passwords.ts';
import { anonymise, endDeletionRequest, forgetName } from '../deletion/service.ts';
import { closeAccount, tellAgency } from './closing.ts';
import { warningMessage } from './mails.ts';
import type { Subject } from './repository.ts';
import * as repository from './repository.ts';
import {
  closingDay,
  dueToday,
  earlierThan,
  isAnonymisationDue,
  REOPEN_WITHIN_MONTHS,
  recordTerm,
  WARN_AFTER_MONTHS,
} from './rules.ts';

export { reopeningMessage } from './mails.ts';
export { reopenAccount } from './reopening.ts';

/** How many people each step concerned. */
export interface InactivityOutcome {
  warned: number;
  closed: number;
  anonymised: number;
  /** Names that no training record needed any more. */
  forgotten: number;
}

/** What one person's turn came to; nothing when somebody else was faster, or when they came back. */
type Step = keyof InactivityOutcome | 'nothing';

/**
 * Warns, closes, then anonymises the accounts that nobody uses. A scheduled job: each person has a transaction of their
 * own, in which they are looked at again under lock, so that it may run as often as one likes and in several processes,
 * and somebody who signs in meanwhile keeps their account. One person who fails does not stop the others.
 * @throws the first failure, once all have had their turn, so that the job is tried again
 */
export async function followInactiveAccounts(deps: Dependencies): Promise<InactivityOutcome> {
  const { db, clock, log } = deps;
  const now = clock.now();
  const outcome: InactivityOutcome = { warned: 0, closed: 0, anonymised: 0, forgotten: 0 };
  const follow = (
    ids: Iterable<number> | AsyncIterable<number>,
    step: (trx: Knex.Transaction, person: Subject) => Promise<Step>,
  ): Promise<void> =>
    each(
      ids,
      async (userId) => {
        const done = await db.transaction(async (trx) => {
          const person = await repository.lockSubject(trx, userId);
          return person ? step(trx, person) : 'nothing';
        });
        if (done !== 'nothing') outcome[done] += 1;
      },
      { log, naming: (userId) => ({ userId }) },
    );
  const steps = [
    () =>
      follow(repository.idsOfInactive(db, earlierThan(WARN_AFTER_MONTHS, now)), (trx, person) =>
        warnOrClose(deps, trx, person, now),
      ),
    () => tellAgency(deps),
    async () => {
      // Before anybody is locked: it takes its time.
      await unknownPasswordHash();
      await follow(repository.idsOfClosed(db, earlierThan(REOPEN_WITHIN_MONTHS, now)), (trx, person) =>
        anonymiseClosed(deps, trx, person, now),
      );
    },
    async () =>
      follow(await repository.idsOfNamesToForget(db, parisDay(now).toString()), (trx, person) =>
        forgetNameOf(trx, person, now),
      ),
  ];

  await repository.noteDepartures(db, now);
  try {
    await each(steps, (step) => step(), { log });
  } finally {
    if (Object.values(outcome).some((count) => count > 0)) log.info(outcome, 'inactive accounts');
  }
  return outcome;
}

async function warnOrClose(
  deps: Dependencies,
  trx: Knex.Transaction,
  person: Subject,
  now: Date,
): Promise<Step> {
  if (person.closedAt) return 'nothing';
  const due = dueToday(person, now);
  if (due === 'close') return (await closeAccount(deps, trx, person)) ? 'closed' : 'nothing';
  if (due === 'nothing') return 'nothing';
  const { lastActiveAt } = person;
  const closesOn = closingDay(lastActiveAt, now);
  const emailId = await deps.mail.enqueue(trx, warningMessage(person, { lastActiveAt, closesOn }));
  await repository.recordWarning(trx, person.id, emailId, now);
  await recordAudit(trx, { action: 'account.inactivity_warned', at: now, personId: person.id });
  return 'warned';
}

/** A live enrolment makes it wait: the transition table ends it first, with its notices. */
async function anonymiseClosed(
  { config, features }: Dependencies,
  trx: Knex.Transaction,
  person: Subject,
  now: Date,
): Promise<Step> {
  const { id, email, closedAt, anonymisedAt } = person;
  if (!closedAt || anonymisedAt || !isAnonymisationDue(closedAt, now)) return 'nothing';
  const { hasLive, lastRecordEndsAt } = await repository.readTrainingFacts(trx, id, now);
  if (hasLive) return 'nothing';
  const term = lastRecordEndsAt && recordTerm(lastRecordEndsAt, config.trainingRecordYears);
  const nameKeptUntil = term && Temporal.PlainDate.compare(term, parisDay(now)) > 0 ? term.toString() : null;
  await endDeletionRequest(trx, id, now);
  await anonymise(features, trx, { id, email }, now, nameKeptUntil);
  await recordAudit(trx, {
    action: 'account.anonymised',
    at: now,
    personId: id,
    details: { nameKept: nameKeptUntil !== null },
  });
  return 'anonymised';
}

async function forgetNameOf(trx: Knex.Transaction, person: Subject, now: Date): Promise<Step> {
  const { id, nameKeptUntil } = person;
  if (!nameKeptUntil || nameKeptUntil > parisDay(now).toString()) return 'nothing';
  await forgetName(trx, id);
  await recordAudit(trx, {
    action: 'account.anonymised',
    at: now,
    personId: id,
    details: { nameKept: false },
  });
  return 'forgotten';
}
