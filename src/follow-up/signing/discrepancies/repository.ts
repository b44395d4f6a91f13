import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { Presence } from '../../attendance/rules.ts';

/**
 * How the mark and the signature of somebody differ for a half-day: present without a signature, signed and absent, or
 * present with a late signature that nobody has confirmed.
 */
export type DiscrepancyKind = 'marked_unsigned' | 'signed_absent' | 'unconfirmed';

/**
 * SQL of the discrepancies of the session `:sessionId`. A half-day that nobody signed here was signed on paper: nothing of
 * it differs.
 */
const DISCREPANCIES = `
  select * from (
    select e.id as enrolment_id, e.user_id, e.structure_id, sl.id as slot_id, sl.starts_at, sl.ends_at, m.presence,
           case when m.presence in ('absent', 'excused') then case when g.is_good is not null then 'signed_absent' end
                when g.is_good is null then 'marked_unsigned'
                when not g.is_good then 'unconfirmed' end as kind
      from enrolments e
      join slots sl on sl.session_id = e.session_id
      join attendance m on m.enrolment_id = e.id and m.slot_id = sl.id
      left join lateral (
        select g.method <> 'late' or exists (
                 select from attendance_signatures k
                  where k.session_id = g.session_id and k.starts_at = g.starts_at and k.ends_at = g.ends_at
                    and k.kind = 'confirmation' and k.enrolment_id = g.enrolment_id) as is_good
          from attendance_signatures g
         where g.session_id = sl.session_id and g.starts_at = sl.starts_at and g.ends_at = sl.ends_at
           and g.kind = 'participant' and g.enrolment_id = e.id) g on true
     where e.session_id = :sessionId and is_confirmed(e.state)
       and exists (select from attendance_signatures o
                    where o.session_id = sl.session_id and o.starts_at = sl.starts_at and o.ends_at = sl.ends_at
                      and o.kind = 'participant')) found
   where kind is not null`;

const EXPLAINED = `
  left join signature_discrepancies x
         on x.enrolment_id = d.enrolment_id and x.starts_at = d.starts_at and x.ends_at = d.ends_at
        and x.kind = d.kind`;

/** SQL of how many discrepancies of the session `:sessionId` nobody has explained. */
export const UNEXPLAINED = `
  (select count(*) from (${DISCREPANCIES}) d ${EXPLAINED} where x.enrolment_id is null)`;

/** A discrepancy, with its reason once somebody gave one. */
export interface Discrepancy {
  enrolmentId: number;
  userId: number;
  slotId: number;
  name: string;
  structureName: string;
  startsAt: Date;
  endsAt: Date;
  presence: Presence;
  kind: DiscrepancyKind;
  reason: string | null;
  explainedBy: string | null;
}

/** The discrepancies of a session, half-day by half-day. */
export function findDiscrepancies(db: Knex, sessionId: number): Promise<Discrepancy[]> {
  return query<Discrepancy[]>(
    db,
    `select d.enrolment_id as "enrolmentId", d.user_id as "userId", d.slot_id as "slotId", full_name(u) as name,
            st.name as "structureName", d.starts_at as "startsAt", d.ends_at as "endsAt", d.presence, d.kind,
            x.reason, full_name(b) as "explainedBy"
       from (${DISCREPANCIES}) d
       join users u on u.id = d.user_id
       join structures st on st.id = d.structure_id
       ${EXPLAINED}
       left join users b on b.id = x.explained_by
      order by d.starts_at, u.last_name, u.first_name, d.enrolment_id`,
    { sessionId },
  );
}

/** Keeps the reason of a discrepancy, in place of one given before. */
export async function writeReason(
  trx: Knex.Transaction,
  explained: Pick<Discrepancy, 'enrolmentId' | 'startsAt' | 'endsAt' | 'kind'> & {
    reason: string;
    at: Date;
    by: number;
  },
): Promise<void> {
  await execute(
    trx,
    `insert into signature_discrepancies
            (enrolment_id, starts_at, ends_at, kind, reason, explained_at, explained_by)
     values (:enrolmentId, :startsAt, :endsAt, :kind, :reason, :at, :by)
     on conflict (enrolment_id, starts_at, ends_at) do update
        set kind = excluded.kind, reason = excluded.reason,
            explained_at = excluded.explained_at, explained_by = excluded.explained_by`,
    explained,
  );
}
