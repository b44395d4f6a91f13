import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay, parisMoment } from '#platform/french/time.ts';
import { isWorkingDay } from '#platform/french/working-days.ts';
import { each } from '#platform/jobs/each.ts';
import { stopLink } from '#platform/mail/stop-links.ts';
import { type Announced, digestMessage, type Reader } from './digest-mail.ts';
import { newDecisionLink } from './validators.ts';

/** When the digest of the day leaves, in Paris, on working days. */
export const DIGEST_TIME = '07:30';
/** As many requests as one e-mail holds; the others are in the next. */
const MOST_IN_ONE = 50;

/** Ends somebody's digests for a structure: the link of an affiliation. */
export const endDigestLink = stopLink('/parcourspro/recapitulatif/arreter', 'end of digests');

/**
 * Sends the digests of the day, one e-mail per validator and structure for the requests that came before half past seven
 * and still wait; none where nothing does. A scheduled job: run late, it sends late that same day; run again, it finds
 * nothing. Reminders (`reminders.ts`) wait for no digest.
 * @returns how many e-mails
 */
export async function sendDigests(deps: Dependencies): Promise<number> {
  const now = deps.clock.now();
  const today = parisDay(now);
  const due = parisMoment(today, DIGEST_TIME);
  if (!isWorkingDay(today) || now < due) return 0;
  const readers: number[] = await deps
    .db('hr_digest_requests')
    .where('asked_at', '<', due)
    .distinct('affiliation_id')
    .orderBy('affiliation_id')
    .pluck('affiliation_id');
  let sent = 0;
  const send = async (affiliationId: number) => {
    sent += await deps.db.transaction((trx) => announce(deps, trx, affiliationId, due));
  };
  await each(readers, send, deps);
  return sent;
}

/**
 * Announces what was left for somebody's digest, at once: they want an e-mail per request from now on.
 * @returns how many e-mails
 */
export function announceNow(
  deps: Dependencies,
  trx: Knex.Transaction,
  affiliationId: number,
): Promise<number> {
  return announce(deps, trx, affiliationId, null);
}

/**
 * Takes what is to announce and puts the e-mails that say it in the queue, in one transaction: of two that do it at the
 * same moment, the second finds nothing.
 * @param before only what was asked before that moment; null for everything
 */
async function announce(
  deps: Dependencies,
  trx: Knex.Transaction,
  affiliationId: number,
  before: Date | null,
): Promise<number> {
  const kept = trx('hr_digest_requests').where({ affiliation_id: affiliationId });
  const taken: { enrolment_id: number }[] = await (before ? kept.where('asked_at', '<', before) : kept)
    .delete()
    .returning('enrolment_id');
  const now = deps.clock.now();
  const ids = taken.map(({ enrolment_id }) => enrolment_id);
  const requests = await findToAnnounce(trx, affiliationId, ids, now);
  if (requests.length === 0) return 0;
  const reader = await findReader(trx, affiliationId, ids, now);
  const parts = Math.ceil(requests.length / MOST_IN_ONE);
  for (let part = 0; part < parts; part += 1) {
    const some = requests.slice(part * MOST_IN_ONE, (part + 1) * MOST_IN_ONE);
    const paths: string[] = [];
    for (const { id, delegationId } of some) {
      paths.push(await newDecisionLink(deps, trx, id, { id: reader.id, delegationId }));
    }
    const unsubscribePath = endDigestLink.path(deps.config.secrets, affiliationId);
    await deps.mail.enqueue(trx, { ...digestMessage(reader, some, paths, now), unsubscribePath });
  }
  return parts;
}

// Still to be decided, and by them: rights and delegations end, sessions are cancelled, others decide first.
async function findToAnnounce(
  trx: Knex.Transaction,
  affiliationId: number,
  ids: number[],
  now: Date,
): Promise<Announced[]> {
  return query<Announced[]>(
    trx,
    `select e.id, full_name(u) as "personName", a.title as "actionTitle",
            pr.name as "providerName", s.starts_at as "startsAt", s.ends_at as "endsAt",
            s.registration_closes_at as "closesAt", v.delegation_id as "delegationId"
       from enrolments e
       join affiliations af on af.id = :affiliationId and af.structure_id = e.structure_id
       join users u on u.id = e.user_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = e.action_id
       join structures pr on pr.id = a.provider_id
       join lateral (select v.delegation_id from acting_validators v
                      where v.user_id = af.user_id and v.structure_id = af.structure_id
                        and v.for_user_id is distinct from e.user_id
                        and cast(:today as date) between v.from_day and v.until_day
                      order by v.delegation_id nulls first limit 1) v on true
      where e.id = any(cast(:ids as int[])) and e.state = 'requested' and e.user_id <> af.user_id
        and s.cancelled_at is null and s.starts_at > :now
      order by e.requested_at, e.id`,
    { affiliationId, ids, now, today: parisDay(now).toString() },
  );
}

async function findReader(
  trx: Knex.Transaction,
  affiliationId: number,
  ids: number[],
  now: Date,
): Promise<Reader> {
  const rows = await query<Reader[]>(
    trx,
    `select u.id, u.email, full_name(u) as name, st.name as "structureName",
            (select count(*) from enrolments e
              where e.structure_id = af.structure_id and e.state = 'requested' and e.user_id <> af.user_id
                and e.id <> all(cast(:ids as int[]))
                and exists (select from acting_validators v
                             where v.user_id = af.user_id and v.structure_id = af.structure_id
                               and v.for_user_id is distinct from e.user_id
                               and cast(:today as date) between v.from_day and v.until_day)) as waiting
       from affiliations af
       join users u on u.id = af.user_id
       join structures st on st.id = af.structure_id
      where af.id = :affiliationId`,
    { affiliationId, ids, today: parisDay(now).toString() },
  );
  return rows[0] as Reader;
}
