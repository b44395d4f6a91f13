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

/** SQL: what stands for a reason, where there was one; it may name people. */
const ERASED_REASON = `case when refusal_reason is not null then 'Motif effacé.' end`;

/** The moment before which an ended request is forgotten: calendar months, in Paris. */
const endedBefore = (now: Date): Date =>
  parisMoment(parisDay(now).subtract({ months: ENDED_KEPT_MONTHS }), '00:00');

/**
 * Forgets who made the requests for an account or for a structure that ended a year ago: names, address, phones and
 * reason; that there was one, when, and what was answered stay. An account that was opened lives its own life. So are
 * forgotten the words of decisions that could not be applied. A scheduled job.
 */
export async function forgetEndedRequests({ db, clock }: Pick<Dependencies, 'db' | 'clock'>): Promise<void> {
  const before = endedBefore(clock.now());
  await execute(
    db,
    `update account_requests
        set civility = 'M.', first_name = 'Nom', last_name = 'effacé', job_title = null, phone = null, mobile = null,
            email = 'demande-' || id || '${NOWHERE}', refusal_reason = ${ERASED_REASON}
      where state in ('refused', 'withdrawn', 'expired') and coalesce(decided_at, confirmed_at, created_at) < :before
        and email <> '' and email not like '%${NOWHERE}'`,
    { before },
  );
  await execute(
    db,
    `update structure_requests
        set civility = 'M.', first_name = 'Nom', last_name = 'effacé', phone = null,
            email = 'demande-' || id || '${NOWHERE}', refusal_reason = ${ERASED_REASON}
      where state <> 'pending' and decided_at < :before and email not like '%${NOWHERE}'`,
    { before },
  );
  await execute(
    db,
    `update scheduled_decisions set ${ERASED_DECISION}
      where ended_at < :before and (reason is not null or failure <> '${ERASED_FAILURE}')`,
    { before },
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
  words: Readonly<Record<string, string | null>> = {},
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
