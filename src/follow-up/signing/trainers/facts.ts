import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { ChainEnd } from '../signatures/repository.ts';
import { SIGNING_COLUMNS, SIGNING_JOINS, type SigningSlot } from '../windows/repository.ts';

const OF_SLOT = 'g.session_id = s.id and g.starts_at = sl.starts_at and g.ends_at = sl.ends_at';

/** What a counter-signature counts on, read once the chain is held. */
export type FactsToCountersign = SigningSlot &
  ChainEnd & {
    signed: number;
    /** Its marks were noted, which is what is certified. */
    isRecorded: boolean;
    /** Whoever signs, or gave the link, has a confirmed place in the session. */
    isOwnSession: boolean;
    isCountersigned: boolean;
  };

/** @returns undefined for a half-day that is there no more */
export async function findFactsToCountersign(
  trx: Knex.Transaction,
  asked: { slotId: number; userId: number },
): Promise<FactsToCountersign | undefined> {
  const rows = await query<FactsToCountersign[]>(
    trx,
    `select ${SIGNING_COLUMNS}, c.length, c.head,
            (select count(*) from attendance_signatures g where ${OF_SLOT} and g.kind = 'participant') as signed,
            exists (select from attendance_slots r where r.slot_id = sl.id) as "isRecorded",
            exists (select from enrolments e where e.session_id = s.id and e.user_id = :userId
                       and is_confirmed(e.state)) as "isOwnSession",
            exists (select from attendance_signatures g where ${OF_SLOT} and g.kind = 'trainer') as "isCountersigned"
       from slots sl ${SIGNING_JOINS}
       join signature_chains c on c.session_id = s.id
      where sl.id = :slotId`,
    asked,
  );
  return rows[0];
}

/** What the confirmation of a late signature counts on. */
export type FactsToConfirm = SigningSlot & ChainEnd & { personId: number; isConfirmed: boolean };

/** @returns undefined where this person signed nothing late of this half-day */
export async function findFactsToConfirm(
  trx: Knex.Transaction,
  asked: { slotId: number; enrolmentId: number },
): Promise<FactsToConfirm | undefined> {
  const rows = await query<FactsToConfirm[]>(
    trx,
    `select ${SIGNING_COLUMNS}, c.length, c.head, e.user_id as "personId",
            exists (select from attendance_signatures g
                     where ${OF_SLOT} and g.kind = 'confirmation' and g.enrolment_id = e.id) as "isConfirmed"
       from slots sl ${SIGNING_JOINS}
       join signature_chains c on c.session_id = s.id
       join enrolments e on e.session_id = s.id and e.id = :enrolmentId
      where sl.id = :slotId
        and exists (select from attendance_signatures g
                     where ${OF_SLOT} and g.kind = 'participant' and g.method = 'late' and g.enrolment_id = e.id)`,
    asked,
  );
  return rows[0];
}
