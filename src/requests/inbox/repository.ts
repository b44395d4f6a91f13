import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { numberSearched } from '#platform/french/siret.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';
import type { Tile } from '#platform/tiles.ts';
import { isTheirs } from '../deciders.ts';
import { knownDomains } from '../email-signals/known-domains.ts';
import { ASKED } from '../repository.ts';
import type { Asked, RequestKind } from '../request.ts';
import { overdueBefore } from '../waiting.ts';
import type { InboxFilter } from './filter.ts';

/** One request as the agency's lists show it. */
export interface InboxRow extends Asked {
  /** Asked for by whoever reads it, who decides nothing of it. */
  isTheirs: boolean;
  /** Domains of the e-mails of the people of the structure; empty where the kind does not weigh e-mails. */
  domains: string[];
  /** The decision that waits to be applied, or that could not be. */
  scheduled: ScheduledInWords | null;
}

export interface ScheduledInWords {
  decision: string;
  state: 'scheduled' | 'failed';
  byUserId: number;
  byName: string;
  decidedAt: string;
  dueAt: string;
  failure: string | null;
}

const IS_THEIRS = isTheirs('q.user_id', 'cast(q.email as citext)');

/** SQL of an {@link InboxRow}; binds `:readerId` and `:kind`. */
export const inboxRow = ({ weighsEmail }: RequestKind): string => `
  ${ASKED},
  (select ${IS_THEIRS} from users u where u.id = :readerId) as "isTheirs",
  ${weighsEmail ? knownDomains('q.siret') : `cast('[]' as json)`} as domains,
  (select json_build_object('decision', w.decision, 'state', w.state, 'byUserId', w.decided_by,
                            'byName', full_name(b), 'decidedAt', w.decided_at,
                            'dueAt', w.due_at, 'failure', w.failure)
     from scheduled_decisions w join users b on b.id = w.decided_by
    where q.state = 'pending' and w.id = ${latestDecision('q.id')} and w.state in ('scheduled', 'failed'))
    as scheduled`;

/** SQL of the number of the latest decision about a request of `:kind`. */
function latestDecision(requestId: string): string {
  return `(select max(l.id) from scheduled_decisions l where l.kind = :kind and l.request_id = ${requestId})`;
}

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
 * One page of an inbox: what could not be applied first, then what waits from the oldest (so the overdue ones first),
 * then what is decided from the latest.
 * @param readerId whom the page is for
 * @param overdueBefore the moment before which a request that waits is overdue
 */
export async function findRequests(
  db: Knex,
  inbox: RequestKind,
  filter: InboxFilter,
  readerId: number,
  overdueBefore: Date,
  { limit, offset }: Slice,
): Promise<Paged<InboxRow>> {
  const digits = numberSearched(filter.search);
  const rows = await query<(InboxRow & { total: number })[]>(
    db,
    `with listed as (
       select q.*, count(*) over () as total, row_number() over (
                order by q.state = 'pending' desc, ${HAS_FAILED} desc,
                         case when q.state = 'pending' then q.since end, q.ended_at desc, q.id) as place
         from (${inbox.source}) q
        where ${STATES[filter.state] ?? 'q.state = :state'}
          ${inbox.referents && !filter.everyone ? `and (q.state <> 'pending' or ${AGENCY_DECIDES})` : ''}
          ${inbox.narrow && filter.narrow !== null ? `and ${inbox.narrow.sql}` : ''}
          and (findable_words(concat_ws(' '' ', q.first_name, q.last_name, cast(q.email as text),
                                        q.structure_name, q.acronym, q.city)) like all (word_patterns(:search))
               or q.siret like cast(:digits as text))
        order by place limit :limit offset :offset)
     select ${inboxRow(inbox)}, q.total from listed q left join users d on d.id = q.decided_by order by q.place`,
    {
      kind: inbox.kind,
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

/** What waits in one list, for « Agence ». */
export const inboxTile = (kind: RequestKind): Tile => ({
  home: 'agency',
  label: kind.waiting,
  href: kind.path,
  sql: `
    select count(*) as waiting, count(*) filter (where q.since < :overdueBefore) as overdue,
           count(*) filter (where ${HAS_FAILED.replaceAll(':kind', `'${kind.kind}'`)}) as failed
      from (${kind.source}) q where q.state = 'pending' and ${AGENCY_DECIDES}`,
  bindings: (now) => ({ overdueBefore: overdueBefore(now) }),
});

/** Whom and which structure a request is about, for the journal. @returns nothing when there is no such request */
export async function findConcerned(
  db: Knex,
  inbox: RequestKind,
  id: number,
): Promise<{ personId?: number; structureId?: number }> {
  const rows = await query<{ user_id: number | null; structure_id: number | null }[]>(
    db,
    `select q.user_id, q.structure_id from (${inbox.source}) q where q.id = ?`,
    [id],
  );
  return { personId: rows[0]?.user_id ?? undefined, structureId: rows[0]?.structure_id ?? undefined };
}

/** Whether a request is this person's own, by their account or by their e-mail, be it a former one. */
export async function isRequestOf(
  db: Knex,
  inbox: RequestKind,
  id: number,
  userId: number,
): Promise<boolean> {
  const rows = await query<object[]>(
    db,
    `select from (${inbox.source}) q join users u on u.id = :userId
      where q.id = :id and ${IS_THEIRS}`,
    { id, userId },
  );
  return rows.length > 0;
}
