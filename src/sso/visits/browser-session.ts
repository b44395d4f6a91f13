import { ABSOLUTE_MS } from '#platform/web/session.ts';

/**
 * Whether the browser session that a row belongs to still opens the account, as a condition of SQL. « expire » is written
 * by the session store, in the computer's time.
 * @param row with `user_id` and `sign_in_id`
 */
export const sessionIsOpen = (row: string): string => `
  exists (select from web_sessions w join users u on u.id = ${row}.user_id and u.closed_at is null
           where w.sess ->> 'signInId' = cast(${row}.sign_in_id as text) and w.expire > to_timestamp(:computerNow)
             and (w.sess #>> '{passport,user}') = cast(${row}.user_id as text)
             and cast(w.sess ->> 'generation' as int) = u.session_generation
             and cast(w.sess ->> 'signedInAt' as double precision) > :signedInAfter)`;

/** What {@link sessionIsOpen} compares with. */
export const sessionLimits = (now: Date): { signedInAfter: number; computerNow: number } => ({
  signedInAfter: now.getTime() - ABSOLUTE_MS,
  computerNow: Date.now() / 1000,
});
