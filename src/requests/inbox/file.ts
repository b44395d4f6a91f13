import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { nameOf } from '#platform/mail/recipient.ts';
import { endOf } from '../decide.ts';
import type { Asked, RequestKind } from '../request.ts';
import { type InboxRow, inboxRow } from './repository.ts';
import type { TimelineEvent } from './timeline.ts';

/** Somebody who belongs to the structure already. */
export interface Colleague {
  name: string;
  email: string;
  jobTitle: string | null;
  isReferent: boolean;
}

/** What else carries the same e-mail: a request of this kind, or an account. */
export interface SameEmail {
  kind: string | null;
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
 * @param inboxes every kind, in which the same e-mail is looked for
 * @param readerId whom the page is for
 * @returns undefined when the inbox has none of this number
 */
export async function findFile(
  db: Knex,
  inboxes: readonly RequestKind[],
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
            ${inbox.weighsEmail ? sameEmail(inboxes) : `cast('[]' as json)`} as elsewhere,
            (select coalesce(json_agg(h order by h.at), '[]') from (
               select e.at, e.action, e.note, full_name(b) as "byName" from (
                 ${inbox.events ? `${inbox.events} union all` : ''}
                 select a.at, a.action, a.actor_id, a.details->>'decision'
                   from audit_entries a where a.subject_kind = :kind and a.subject_id = q.id
                 union all
                 select w.ended_at, 'decision.' || w.state, w.decided_by, w.failure
                   from scheduled_decisions w
                  where w.kind = :kind and w.request_id = q.id and w.state in ('moot', 'failed')
               ) e (at, action, by_user_id, note) left join users b on b.id = e.by_user_id
               where e.at is not null order by e.at desc limit :mostEvents) h) as events
       from (${inbox.source}) q left join users d on d.id = q.decided_by
      where q.id = :id`,
    { id, readerId, kind: inbox.kind, most: MOST_LISTED, mostEvents: MOST_EVENTS },
  );
  const [file] = rows;
  return file && { ...file, events: withMilestones(inbox, file, file.events) };
}

/** A history with what the request itself tells of it: that it was asked for, and how it ended. */
function withMilestones(
  inbox: RequestKind,
  request: Asked,
  events: readonly TimelineEvent[],
): TimelineEvent[] {
  const { since, endedAt, state, userId, deciderName } = request;
  const person = userId === null ? null : nameOf(request);
  const byName = deciderName ?? (inbox.isAboutPerson ? person : null);
  return [
    ...(inbox.events ? [] : [{ at: since, action: `${inbox.kind}.created`, byName: person, note: null }]),
    ...events,
    ...(endedAt ? [{ at: endedAt, action: endOf(inbox, request, state).action, byName, note: null }] : []),
  ];
}

/** SQL of the accounts, and of the requests of strangers, that carry the e-mail of the request `q`, itself left out. */
const sameEmail = (inboxes: readonly RequestKind[]): string => `
  (select coalesce(json_agg(s), '[]') from (
     select cast(null as text) as kind, u.id,
            (select string_agg(t.name, ', ' order by t.name) from affiliations a
               join structures t on t.id = a.structure_id where a.user_id = u.id) as name,
            null as state, u.created_at as at
       from users u where u.email = cast(q.email as citext) and u.id is distinct from q.user_id
     ${inboxes
       .filter(({ isFromStranger }) => isFromStranger)
       .map(
         ({ kind, source }) => `
     union all
     select '${kind}', o.id, o.structure_name, o.state, o.since from (${source}) o
      where o.email = cast(q.email as citext) and not (:kind = '${kind}' and o.id = q.id)`,
       )
       .join('')}
     order by at desc limit :most) s)`;
