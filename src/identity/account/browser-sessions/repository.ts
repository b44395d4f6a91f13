import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import { IDLE_MS } from '#platform/web/session.ts';

/** A browser where the person is signed in. */
export interface OpenSession {
  /** What names the session to its owner: a hash, which opens nothing. */
  ref: string;
  /** Null when it was opened before devices were noted. */
  device: string | null;
  since: Date;
  /** Within ten minutes: visits are not noted more often. */
  lastSeenAt: Date;
  isPresent: boolean;
}

/** Of the sign-in, not of the session id: it stays the same when that is renewed. */
const REF = `encode(sha256(convert_to(w.sess ->> 'signInId', 'UTF8')), 'hex')`;
const OF_PERSON = `(w.sess #>> '{passport,user}') = :owner`;

/**
 * The sessions that still open the account, the present one first.
 * @param signedInAfter the absolute limit: older ones are refused at their next visit
 */
export async function findSessions(
  db: Knex,
  { userId, presentSid, signedInAfter }: { userId: number; presentSid: string; signedInAfter: Date },
): Promise<OpenSession[]> {
  // « expire » is written and read by the session store with the computer's time, hence localtimestamp.
  return query<OpenSession[]>(
    db,
    `select s.ref, d.device, s.since, s."lastSeenAt", s."isPresent"
       from (
         select ${REF} as ref,
                to_timestamp(cast(w.sess ->> 'signedInAt' as double precision) / 1000) as since,
                cast(w.expire as timestamptz)
                  - cast(:idleMs as double precision) * interval '1 ms' as "lastSeenAt",
                w.sid = :presentSid as "isPresent"
           from web_sessions w
           join users u on u.id = cast(:owner as int)
          where ${OF_PERSON} and w.expire > localtimestamp
            and cast(w.sess ->> 'generation' as int) = u.session_generation
       ) s
       left join session_devices d on d.sign_in_hash = s.ref
      where s.since > :signedInAfter
      order by s."isPresent" desc, s."lastSeenAt" desc, s.ref
      limit 50`,
    { owner: String(userId), presentSid, signedInAfter, idleMs: IDLE_MS },
  );
}

/**
 * Ends one session. It is named by its sign-in, so that a renewal under way does not slip away under another id.
 * @returns how many: none when it is not one of the person's
 */
export async function deleteSession(db: Knex, userId: number, ref: string): Promise<number> {
  const rowCount = await execute(db, `delete from web_sessions w where ${OF_PERSON} and ${REF} = :ref`, {
    owner: String(userId),
    ref,
  });
  return rowCount;
}

/** Ends the session of one sign-in, under whatever session id it goes on. */
export async function deleteSignIn(trx: Knex.Transaction, userId: number, signInId: string): Promise<void> {
  await execute(trx, `delete from web_sessions w where ${OF_PERSON} and w.sess ->> 'signInId' = :signInId`, {
    owner: String(userId),
    signInId,
  });
}

/** Notes the device of a session, and forgets those of the person's sessions that are over. */
export async function noteDevice(
  trx: Knex.Transaction,
  { userId, signInId, device }: { userId: number; signInId: string; device: string },
): Promise<void> {
  await execute(
    trx,
    `delete from session_devices d
      where d.user_id = :userId
        and not exists (select 1 from web_sessions w where ${OF_PERSON} and ${REF} = d.sign_in_hash)`,
    { userId, owner: String(userId) },
  );
  await execute(
    trx,
    `insert into session_devices (sign_in_hash, user_id, device)
     values (encode(sha256(convert_to(:signInId, 'UTF8')), 'hex'), :userId, :device)
     on conflict (sign_in_hash) do update set user_id = excluded.user_id, device = excluded.device`,
    { signInId, userId, device },
  );
}
