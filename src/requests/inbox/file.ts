import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { RequestKind } from '../request.ts';
import { type InboxRow, inboxRow } from './repository.ts';
import type { TimelineEvent } from './timeline.ts';

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
export interface InboxFile extends InboxRow {
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
 * @returns undefined when the inbox has none of this number
 */
export async function findFile(
  db: Knex,
  inbox: RequestKind,
  id: number,
  readerId: number,
): Promise<InboxFile | undefined> {
  const rows = await query<InboxFile[]>(
    db,
    `select ${inboxRow(inbox)},
            (select count(*) from affiliations a where a.structure_id = q.structure_id) as "peopleCount",
            (select coalesce(json_agg(p), '[]') from (
               select full_name(u) as name, cast(u.email as text) as email,
                      u.job_title as "jobTitle",
                      exists (select from affiliation_rights x
                               where x.affiliation_id = a.id and x."right" = 'referent') as "isReferent"
                 from affiliations a join users u on u.id = a.user_id
                where a.structure_id = q.structure_id
                order by 4 desc, u.last_name, u.first_name, u.id limit :most) p) as people,
            ${inbox.weighsEmail ? SAME_EMAIL : `cast('[]' as json)`} as elsewhere,
            (select coalesce(json_agg(h order by h.at), '[]') from (
               select * from (
                 ${inbox.events}
                 union all
                 select a.at, a.action, a.actor_id, a.details->>'decision'
                   from audit_entries a where a.subject_kind = :kind and a.subject_id = q.id
                 union all
                 select w.ended_at, 'decision.' || w.state, w.decided_by, w.failure
                   from scheduled_decisions w
                  where w.kind = :kind and w.request_id = q.id and w.state in ('moot', 'failed')
               ) e (at, action, "byUserId", note)
               left join lateral (select full_name(b) as "byName"
                                    from users b where b.id = e."byUserId") n on true
               where e.at is not null order by e.at desc limit :mostEvents) h) as events
       from (${inbox.source}) q left join users d on d.id = q.decided_by
      where q.id = :id`,
    { id, readerId, kind: inbox.kind, most: MOST_LISTED, mostEvents: MOST_EVENTS },
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
