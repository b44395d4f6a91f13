import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { SignedHalfDay } from './rules.ts';

/** A half-day that is signed, with what it is a half-day of. */
export interface SigningSlot extends SignedHalfDay {
  id: number;
  sessionId: number;
  actionId: number;
  providerId: number;
  providerName: string;
  actionTitle: string;
  trainer: string;
  /** The sheet was validated, whether or not it was corrected since. */
  wasValidated: boolean;
}

/** {@link SigningSlot} as columns, of `slots sl` with {@link SIGNING_JOINS}. */
export const SIGNING_COLUMNS = `
  sl.id, sl.session_id as "sessionId", a.id as "actionId", a.provider_id as "providerId", pr.name as "providerName",
  a.title as "actionTitle", a.trainer, sl.starts_at as "startsAt", sl.ends_at as "endsAt",
  w.opens_at as "opensAt", w.closes_at as "closesAt", s.cancelled_at is not null as "isCancelled",
  exists (select from attendance_sheets sv where sv.session_id = s.id) as "wasValidated",
  exists (select from attendance_sheets sh
           where sh.session_id = s.id and not exists (
             select from attendance m join enrolments me on me.id = m.enrolment_id
              where me.session_id = s.id and is_confirmed(me.state) and m.changed_at > sh.closed_at)) as "isClosed"`;

/** What a half-day is of, after `slots sl`. */
export const SIGNING_JOINS = `
  join sessions s on s.id = sl.session_id
  join actions a on a.id = s.action_id
  join structures pr on pr.id = a.provider_id
  left join signing_windows w
         on w.session_id = sl.session_id and w.starts_at = sl.starts_at and w.ends_at = sl.ends_at`;

/** A half-day by its number; undefined for an unknown one, or one written anew since. */
export async function findSigningSlot(db: Knex, slotId: number): Promise<SigningSlot | undefined> {
  const rows = await query<SigningSlot[]>(
    db,
    `select ${SIGNING_COLUMNS} from slots sl ${SIGNING_JOINS} where sl.id = :slotId`,
    { slotId },
  );
  return rows[0];
}

/** Keeps when a half-day is signed, where somebody opened or closed it by hand: its hours, whichever row has them. */
export async function writeWindow(
  trx: Knex.Transaction,
  {
    sessionId,
    startsAt,
    endsAt,
    opensAt,
    closesAt,
  }: Pick<SigningSlot, 'sessionId' | 'startsAt' | 'endsAt' | 'opensAt' | 'closesAt'>,
): Promise<void> {
  await execute(
    trx,
    `insert into signing_windows (session_id, starts_at, ends_at, opens_at, closes_at)
     values (:sessionId, :startsAt, :endsAt, :opensAt, :closesAt)
     on conflict (session_id, starts_at, ends_at)
     do update set opens_at = excluded.opens_at, closes_at = excluded.closes_at`,
    { sessionId, startsAt, endsAt, opensAt, closesAt },
  );
}
