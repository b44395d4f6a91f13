import type { Knex } from 'knex';
import { lock } from '../../platform/database/locks.ts';
import { query } from '../../platform/database/query.ts';
import { numberSearched } from '../../platform/french/siret.ts';
import { isTheirs } from '../../portal/decisions.ts';
import { knownDomains } from '../../portal/email-signals/repository.ts';
import { type Paged, paged, type Slice } from '../../portal/paged.ts';
import type { QueueFilter } from './filter.ts';
import type { Queue, QueueRow, RequestKind } from './queue.ts';
import type { TimelineEvent } from './timeline.ts';

const IS_THEIRS = isTheirs('q.user_id', 'cast(q.email as citext)');

/** SQL of a {@link QueueRow}; binds `:readerId`. */
const ROW = (queue: Queue) => `
  q.id, q.state, q.since, q.ended_at as "endedAt", q.refusal_reason as "refusalReason", q.user_id as "userId",
  q.first_name as "firstName", q.last_name as "lastName", cast(q.email as text) as email,
  q.structure_id as "structureId", q.structure_name as "structureName", q.siret, q.city,
  (select ${IS_THEIRS} from users u where u.id = :readerId) as "isTheirs",
  q.has_referent as "hasReferent", q.details, d.first_name || ' ' || d.last_name as "deciderName",
  ${queue.weighsEmail ? knownDomains('q.siret') : `cast('[]' as json)`} as domains,
  (select json_build_object('decision', w.decision, 'state', w.state, 'byUserId', w.decided_by,
                            'byName', b.first_name || ' ' || b.last_name, 'decidedAt', w.decided_at,
                            'dueAt', w.due_at, 'failure', w.failure)
     from scheduled_decisions w join users b on b.id = w.decided_by
    where q.state = 'pending' and w.id = ${latestDecision('q.id')} and w.state in ('scheduled', 'failed'))
    as scheduled`;

/** SQL of the number of the latest decision about a request of `:kind`. */
const latestDecision = (requestId: string): string =>
  `(select max(l.id) from scheduled_decisions l where l.kind = :kind and l.request_id = ${requestId})`;

const HAS_FAILED = `
  q.state = 'pending' and exists (
    select from scheduled_decisions w where w.id = ${latestDecision('q.id')} and w.state = 'failed')`;

const AGENCY_DECIDES = `(not q.has_referent or q.since < :overdueBefore)`;

const STATES: Record<string, string> = {
  pending: `q.state = 'pending'`,
  decided: `q.state <> 'pending'`,
  all: 'true',
};

/**
 * One page of a queue: what could not be applied first, then what waits from the oldest (so the overdue ones first),
 * then what is decided from the latest.
 * @param readerId whom the page is for
 * @param overdueBefore the moment before which a request that waits is overdue
 */
export async function findRequests(
  db: Knex,
  queue: Queue,
  filter: QueueFilter,
  readerId: number,
  overdueBefore: Date,
  { limit, offset }: Slice,
): Promise<Paged<QueueRow>> {
  const digits = numberSearched(filter.search);
  const rows = await query<(QueueRow & { total: number })[]>(
    db,
    `with listed as (
       select q.*, count(*) over () as total, row_number() over (
                order by q.state = 'pending' desc, ${HAS_FAILED} desc,
                         case when q.state = 'pending' then q.since end, q.ended_at desc, q.id) as place
         from (${queue.source}) q
        where ${STATES[filter.state] ?? 'q.state = :state'}
          ${queue.sharedWithReferents && !filter.everyone ? `and (q.state <> 'pending' or ${AGENCY_DECIDES})` : ''}
          ${queue.narrow && filter.narrow !== null ? `and ${queue.narrow.sql}` : ''}
          and (findable_words(concat_ws(' '' ', q.first_name, q.last_name, cast(q.email as text),
                                        q.structure_name, q.acronym, q.city)) like all (word_patterns(:search))
               or q.siret like cast(:digits as text))
        order by place limit :limit offset :offset)
     select ${ROW(queue)}, q.total from listed q left join users d on d.id = q.decided_by order by q.place`,
    {
      kind: queue.kind,
      readerId,
      state: filter.state,
      narrow: filter.narrow,
      overdueBefore,
      search: filter.search,
      digits: digits === '' ? null : `${digits}%`,
      limit,
      offset,
    },
  );
  return paged(rows);
}

/** Somebody who belongs to the structure already. */
export interface Colleague {
  name: string;
  email: string;
  jobTitle: string | null;
  isReferent: boolean;
}

/** What else carries the same e-mail. */
export interface SameEmail {
  what: 'account' | 'account_request' | 'structure_request';
  id: number;
  name: string | null;
  state: string | null;
  at: string;
}

/** A request with all that its file shows. */
export interface QueueFile extends QueueRow {
  peopleCount: number;
  people: Colleague[];
  elsewhere: SameEmail[];
  events: TimelineEvent[];
}

/** As many colleagues, requests and events as a file shows. */
const MOST_LISTED = 8;
const MOST_EVENTS = 100;

/**
 * @param readerId whom the page is for
 * @returns undefined when the queue has none of this number
 */
export async function findFile(
  db: Knex,
  queue: Queue,
  id: number,
  readerId: number,
): Promise<QueueFile | undefined> {
  const rows = await query<QueueFile[]>(
    db,
    `select ${ROW(queue)},
            (select count(*) from affiliations a where a.structure_id = q.structure_id) as "peopleCount",
            (select coalesce(json_agg(p), '[]') from (
               select u.first_name || ' ' || u.last_name as name, cast(u.email as text) as email,
                      u.job_title as "jobTitle",
                      exists (select from affiliation_rights x
                               where x.affiliation_id = a.id and x."right" = 'referent') as "isReferent"
                 from affiliations a join users u on u.id = a.user_id
                where a.structure_id = q.structure_id
                order by 4 desc, u.last_name, u.first_name, u.id limit :most) p) as people,
            ${queue.weighsEmail ? SAME_EMAIL : `cast('[]' as json)`} as elsewhere,
            (select coalesce(json_agg(h order by h.at), '[]') from (
               select * from (
                 ${queue.events}
                 union all
                 select a.at, a.action, a.actor_id, a.details->>'decision'
                   from audit_entries a where a.subject_kind = :kind and a.subject_id = q.id
                 union all
                 select w.ended_at, 'decision.' || w.state, w.decided_by, w.failure
                   from scheduled_decisions w
                  where w.kind = :kind and w.request_id = q.id and w.state in ('moot', 'failed')
               ) e (at, action, "byUserId", note)
               left join lateral (select b.first_name || ' ' || b.last_name as "byName"
                                    from users b where b.id = e."byUserId") n on true
               where e.at is not null order by e.at desc limit :mostEvents) h) as events
       from (${queue.source}) q left join users d on d.id = q.decided_by
      where q.id = :id`,
    { id, readerId, kind: queue.kind, most: MOST_LISTED, mostEvents: MOST_EVENTS },
  );
  return rows[0];
}

// What else carries the e-mail of the request `q`, itself left out.
const SAME_EMAIL = `
  (select coalesce(json_agg(s), '[]') from (
     select 'account' as what, u.id, (select string_agg(t.name, ', ' order by t.name) from affiliations a
                                        join structures t on t.id = a.structure_id where a.user_id = u.id) as name,
            null as state, u.created_at as at
       from users u where u.email = cast(q.email as citext) and u.id is distinct from q.user_id
     union all
     select 'account_request', r.id, t.name, r.state, r.confirmed_at
       from account_requests r join structures t on t.id = r.structure_id
      where r.email = cast(q.email as citext) and r.confirmed_at is not null
        and not (:kind = 'account_request' and r.id = q.id)
     union all
     select 'structure_request', r.id, r.name, r.state, r.created_at
       from structure_requests r
      where r.email = cast(q.email as citext) and not (:kind = 'structure_request' and r.id = q.id)
     order by at desc limit :most) s)`;

/** What waits in one queue, for « Agence ». */
export interface QueueCount {
  waiting: number;
  overdue: number;
  failed: number;
}

/** SQL of a {@link QueueCount} as JSON; binds `:overdueBefore`. */
export const countOf = (queue: Queue): string => `
  (select json_build_object('waiting', count(*), 'overdue', count(*) filter (where q.since < :overdueBefore),
                            'failed', count(*) filter (where ${HAS_FAILED.replaceAll(':kind', `'${queue.kind}'`)}))
     from (${queue.source}) q where q.state = 'pending' and ${AGENCY_DECIDES})`;

/** A decision to apply. */
export interface StoredDecision {
  id: number;
  kind: RequestKind;
  requestId: number;
  decision: string;
  state: 'scheduled' | 'applied' | 'undone' | 'moot' | 'failed';
  reason: string | null;
  parameters: Record<string, unknown>;
  dueAt: Date;
  deciderId: number;
  /** From where it was taken. */
  ip: string | null;
  webRequestId: string | null;
}

export interface NewDecision {
  kind: RequestKind;
  requestId: number;
  decision: string;
  reason: string | null;
  parameters: Readonly<Record<string, unknown>>;
  deciderId: number;
  at: Date;
  dueAt: Date;
  ip: string | null;
  webRequestId: string | null;
}

/** Whom and which structure a request is about, for the journal. @returns nothing when there is no such request */
export async function findConcerned(
  db: Knex,
  queue: Queue,
  id: number,
): Promise<{ personId?: number; structureId?: number }> {
  const rows = await query<{ user_id: number | null; structure_id: number | null }[]>(
    db,
    `select q.user_id, q.structure_id from (${queue.source}) q where q.id = ?`,
    [id],
  );
  return { personId: rows[0]?.user_id ?? undefined, structureId: rows[0]?.structure_id ?? undefined };
}

/** Whether a request is this person's own, by their account or by their e-mail, be it a former one. */
export async function isRequestOf(db: Knex, queue: Queue, id: number, userId: number): Promise<boolean> {
  const rows = await query<object[]>(
    db,
    `select from (${queue.source}) q join users u on u.id = :userId
      where q.id = :id and ${IS_THEIRS}`,
    { id, userId },
  );
  return rows.length > 0;
}

/** @returns the new decision's number, or undefined when one waits for this request already */
export async function insertDecision(trx: Knex.Transaction, one: NewDecision): Promise<number | undefined> {
  const [row] = await trx('scheduled_decisions')
    .insert({
      kind: one.kind,
      request_id: one.requestId,
      decision: one.decision,
      reason: one.reason,
      parameters: JSON.stringify(one.parameters),
      decided_by: one.deciderId,
      decided_at: one.at,
      due_at: one.dueAt,
      ip: one.ip,
      web_request_id: one.webRequestId,
    })
    .onConflict(trx.raw(`(kind, request_id) where state = 'scheduled'`))
    .ignore()
    .returning('id');
  return row?.id;
}

/** Locks a decision: it is then applied or undone by this transaction only. */
export async function lockDecision(trx: Knex.Transaction, id: number): Promise<StoredDecision | undefined> {
  await lock(trx, { decisions: [id] });
  const rows = await query<StoredDecision[]>(
    trx,
    `select w.id, w.kind, w.request_id as "requestId", w.decision, w.state, w.reason, w.parameters,
            w.due_at as "dueAt", w.decided_by as "deciderId", host(w.ip) as ip, w.web_request_id as "webRequestId"
       from scheduled_decisions w where w.id = ?`,
    [id],
  );
  return rows[0];
}

/** @returns the number of the decision that waits for a request, if any; not locked */
export async function findScheduled(
  db: Knex,
  kind: RequestKind,
  requestId: number,
): Promise<number | undefined> {
  const row = await db('scheduled_decisions')
    .where({ kind, request_id: requestId, state: 'scheduled' })
    .first('id');
  return row?.id;
}

/** The decisions whose moment has come, the earliest first. */
export async function findDue(db: Knex, now: Date): Promise<{ id: number; dueAt: Date }[]> {
  return db('scheduled_decisions')
    .where({ state: 'scheduled' })
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(500)
    .select('id', { dueAt: 'due_at' });
}

/** Ends a decision; what was written for the person is kept only where it may have to be sent again. */
export async function endDecision(
  trx: Knex,
  id: number,
  end: { state: 'applied' | 'undone' | 'moot' | 'failed'; at: Date; failure?: string },
): Promise<void> {
  await trx('scheduled_decisions')
    .where({ id })
    .update({
      state: end.state,
      ended_at: end.at,
      failure: end.failure ?? null,
      // The journal has them.
      ip: null,
      web_request_id: null,
      ...(end.state === 'failed' ? {} : { reason: null, parameters: '{}' }),
    });
}
