import type { Knex } from 'knex';
import { execute } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay, parisMoment } from '#platform/french/time.ts';

/** Months for which a request that has ended goes on telling who made it. */
const ENDED_KEPT_MONTHS = 12;
/** Addresses that no mail server will ever have (RFC 2606). */
const NOWHERE = '@supprime.invalid';

/** An address that is nobody's, different for each account. */
export const unusableEmail = (userId: number): string => `compte-${userId}${NOWHERE}`;

/**
 * SQL of the address of a request whose author is forgotten: one for each, as two that wait for one structure must differ.
 */
export const OWN_NOWHERE = `'demande-' || id || '${NOWHERE}'`;

/** SQL: what stands for a reason, where there was one; it may name people. */
const ERASED_REASON = `case when refusal_reason is not null then 'Motif effacé.' end`;

/** The moment before which an ended request is forgotten: calendar months, in Paris. */
const endedBefore = (now: Date): Date =>
  parisMoment(parisDay(now).subtract({ months: ENDED_KEPT_MONTHS }), '00:00');

/**
 * Forgets who made the requests of a table that ended a year ago: names, address, phones and reason; that there was one,
 * when, and what was answered stay.
 * @param emptied what else of its columns tells who it was
 * @param ended SQL of which: those that ended before `:before`
 */
export async function forgetEnded(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  table: string,
  emptied: readonly string[],
  ended: string,
): Promise<void> {
  await execute(
    db,
    `update ${table}
        set civility = 'M.', first_name = 'Nom', last_name = 'effacé',
            ${emptied.map((column) => `${column} = null`).join(', ')},
            email = ${OWN_NOWHERE}, refusal_reason = ${ERASED_REASON}
      where ${ended} and email not like '%${NOWHERE}'`,
    { before: endedBefore(clock.now()) },
  );
}

/** Forgets the words of decisions that could not be applied a year ago. A scheduled job. */
export async function forgetEndedDecisions({ db, clock }: Pick<Dependencies, 'db' | 'clock'>): Promise<void> {
  await execute(
    db,
    `update scheduled_decisions set ${ERASED_DECISION}
      where ended_at < :before and (reason is not null or failure <> '${ERASED_FAILURE}')`,
    { before: endedBefore(clock.now()) },
  );
}

const ERASED_FAILURE = 'Détail effacé.';
const ERASED_DECISION = `
  reason = null, parameters = '{}', failure = case when failure is not null then '${ERASED_FAILURE}' end`;

/** The name that stands for everybody who left. */
export const NOBODY = {
  ...{ civility: 'M.', first_name: 'Compte', last_name: 'supprimé' },
  ...{ job_title: null, phone: null, mobile: null },
} as const;

/**
 * Forgets the reason for which requests were refused, and the words of the agency's decisions about them; a decision
 * that may still be applied keeps them until then.
 * @param kind of their file
 * @param requests which of its table, where all have a `refusal_reason`
 * @param words what else stands for words of theirs
 */
export async function forgetRequests(
  trx: Knex.Transaction,
  kind: string,
  requests: Knex.QueryBuilder,
  words: Readonly<Record<string, string | null | Knex.Raw>> = {},
): Promise<void> {
  const forgotten: { id: number }[] = await requests.update(
    { ...words, refusal_reason: trx.raw(ERASED_REASON) },
    'id',
  );
  await execute(
    trx,
    `update scheduled_decisions set ${ERASED_DECISION}
      where state <> 'scheduled' and kind = :kind and request_id = any(cast(:ids as int[]))`,
    { kind, ids: forgotten.map(({ id }) => id) },
  );
}

/** Forgets the words of the agency's decisions that could not be applied and say so by somebody's name. */
export async function forgetFailuresNaming(trx: Knex.Transaction, name: string): Promise<void> {
  await execute(
    trx,
    `update scheduled_decisions set ${ERASED_DECISION} where state <> 'scheduled' and strpos(failure, :name) > 0`,
    { name },
  );
}
