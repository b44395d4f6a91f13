import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Presence } from '../../attendance/rules.ts';
import type { Due, FollowedSession } from '../../documents/issuing/kind.ts';
import { readSessionFacts, type SessionFacts } from '../../documents/kinds/session-facts.ts';
import { discrepancyKey, findDiscrepancies } from '../discrepancies/service.ts';

/** What the sheet says of somebody in one half-day. */
export type SheetCell = {
  presence: Presence | null;
  minutes: number | null;
  /** ISO 8601; null without a signature. */
  signedAt: string | null;
  isLate: boolean;
  isConfirmed: boolean;
  /** Why it came late; '' otherwise. */
  lateReason: string;
  /** Why mark and signature differ; '' where they do not. */
  discrepancy: string;
};

/** What the attendance sheet of a session says. */
export type SheetFacts = SessionFacts & {
  /** In the order of their names, each with a cell for each half-day. */
  people: { id: number; name: string; employer: string; cells: SheetCell[] }[];
  /** The trainer's signature of each half-day; null where there is none. */
  trainers: ({ name: string; signedAt: string } | null)[];
  /** The end of the chain, in hexadecimal, and its length. */
  chain: { length: number; head: string };
};

interface Row {
  id: number;
  name: string;
  employer: string;
  isAnonymised: boolean;
  cells: (Omit<SheetCell, 'discrepancy'> & { slotId: number })[];
}

/**
 * The sheet of a session that was signed here, once it is validated. One that nobody signed was signed on paper: none is
 * due.
 */
export async function readSheet(
  trx: Knex.Transaction,
  session: FollowedSession,
): Promise<Due<SheetFacts>[] | undefined> {
  if (session.sheet !== 'closed') return session.sheet === 'open' ? [] : undefined;
  const ends = await query<(SheetFacts['chain'] & Pick<SheetFacts, 'trainers'>)[]>(
    trx,
    `select c.length, encode(c.head, 'hex') as head,
            (select json_agg((select json_build_object('name', coalesce(l.trainer_name, full_name(u)),
                                                       'signedAt', g.signed_at)
                                from attendance_signatures g
                                left join users u on u.id = g.user_id
                                left join trainer_links l on l.id = g.link_id
                               where g.session_id = sl.session_id and g.starts_at = sl.starts_at
                                 and g.ends_at = sl.ends_at and g.kind = 'trainer')
                             order by sl.starts_at, sl.id)
               from slots sl where sl.session_id = c.session_id) as trainers
       from signature_chains c where c.session_id = :id and c.length > 0`,
    { id: session.id },
  );
  const [end] = ends;
  if (!end) return [];
  const rows = await findCells(trx, session.id);
  const subject = { enrolmentId: null, structureId: null };
  // A sheet without one of its names would say less than the one that was issued.
  if (rows.some(({ isAnonymised }) => isAnonymised)) return [{ ...subject, facts: null }];
  const explained = new Map(
    (await findDiscrepancies(trx, session.id)).map((one) => [discrepancyKey(one), one.reason ?? '']),
  );
  const people = rows.map(({ id, name, employer, cells }) => ({
    id,
    name,
    employer,
    cells: cells.map(({ slotId, ...cell }) => ({
      ...cell,
      discrepancy: explained.get(discrepancyKey({ enrolmentId: id, slotId })) ?? '',
    })),
  }));
  const { trainers, length, head } = end;
  const facts = { ...(await readSessionFacts(trx, session)), people, trainers, chain: { length, head } };
  return [{ ...subject, facts }];
}

const findCells = (trx: Knex.Transaction, sessionId: number): Promise<Row[]> =>
  query<Row[]>(
    trx,
    `select e.id, full_name(u) as name, st.name as employer, u.anonymised_at is not null as "isAnonymised",
            (select json_agg(json_build_object(
                      'presence', m.presence, 'minutes', m.minutes, 'signedAt', g.signed_at,
                      'isLate', coalesce(g.method = 'late', false),
                      'isConfirmed', exists (
                        select from attendance_signatures k
                         where k.session_id = g.session_id and k.starts_at = g.starts_at and k.ends_at = g.ends_at
                           and k.kind = 'confirmation' and k.enrolment_id = g.enrolment_id),
                      'lateReason', coalesce(v.reason, ''), 'slotId', sl.id)
                    order by sl.starts_at, sl.id)
               from slots sl
               left join attendance m on m.enrolment_id = e.id and m.slot_id = sl.id
               left join attendance_signatures g
                      on g.session_id = sl.session_id and g.starts_at = sl.starts_at and g.ends_at = sl.ends_at
                     and g.kind = 'participant' and g.enrolment_id = e.id
               left join attendance_signature_evidence v on v.session_id = g.session_id and v.seq = g.seq
              where sl.session_id = e.session_id) as cells
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
      where e.session_id = :sessionId and is_confirmed(e.state)
      order by u.last_name, u.first_name, e.id`,
    { sessionId },
  );
