import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { DAY } from './database.ts';

/** A browser session as its store has it. */
export interface BrowserSession {
  sid: string;
  sess: Record<string, unknown>;
}

/** The open browser sessions, or those of one person. */
export const browserSessions = (db: Knex, userId?: number): PromiseLike<BrowserSession[]> =>
  sessionsOf(db, userId).select('sid', 'sess');

/** Opens a session of somebody in a browser that no test holds. */
export async function openBrowserSession(db: Knex, userId: number, sid: string): Promise<void> {
  await db('web_sessions').insert({
    sid,
    sess: JSON.stringify({ passport: { user: userId }, signInId: sid }),
    expire: new Date(Date.now() + DAY),
  });
}

/** Ends all browser sessions, or those of one person, without a word. */
export async function endBrowserSessions(db: Knex, userId?: number): Promise<void> {
  await sessionsOf(db, userId).delete();
}

const sessionsOf = (db: Knex, userId?: number) =>
  db('web_sessions').where((one) => {
    if (userId !== undefined) one.whereRaw(`sess #>> '{passport,user}' = ?`, [String(userId)]);
  });

/** What is known of the devices of somebody's sign-ins. */
export const devicesOf = (db: Knex, userId: number): PromiseLike<{ device: string }[]> =>
  db('session_devices').where({ user_id: userId });

/** A link for a new password as the database has it. */
export interface PasswordLink {
  user_id: number;
  token_hash: string;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
}

/** All links for a new password, or those of somebody, unused ones…; oldest first. */
export const passwordLinks = (db: Knex, of: Partial<PasswordLink> = {}): PromiseLike<PasswordLink[]> =>
  db('password_resets').where(of).orderBy('id');

export async function createPasswordLink(db: Knex, fields: Partial<PasswordLink>): Promise<void> {
  await db('password_resets').insert(fields);
}

/** A change of e-mail address as the database has it. */
export interface EmailChange {
  user_id: number;
  old_email: string | null;
  new_email: string;
  token_hash: string;
  created_at: Date;
  expires_at: Date;
  outcome: string | null;
  ended_at: Date | null;
}

/** All changes of an e-mail address, or those of somebody; oldest first. */
export const emailChanges = (db: Knex, of: Partial<EmailChange> = {}): PromiseLike<EmailChange[]> =>
  db('email_changes').where(of).orderBy('id');

export async function createEmailChange(db: Knex, fields: Partial<EmailChange>): Promise<void> {
  await db('email_changes').insert({ token_hash: randomUUID(), ...fields });
}

/** The second factor of somebody; undefined when there is none. */
export const secondFactorOf = (db: Knex, userId: number): PromiseLike<{ sealed_key: string } | undefined> =>
  db('second_factors').where({ user_id: userId }).first();

/** Gives somebody a second factor whose key nobody can read. */
export async function createSecondFactor(db: Knex, userId: number, at: Date): Promise<void> {
  await db('second_factors').insert({ user_id: userId, sealed_key: 'x', created_at: at, enabled_at: at });
}

/** Makes the key of somebody's second factor one that nobody can read. */
export async function spoilSecondFactor(db: Knex, userId: number): Promise<void> {
  await db('second_factors').where({ user_id: userId }).update({ sealed_key: 'xxxx' });
}

export async function forgetSecondFactor(db: Knex, userId: number): Promise<void> {
  await db('second_factors').where({ user_id: userId }).delete();
}

export const recoveryCodesOf = (db: Knex, userId: number): PromiseLike<{ code_hash: string }[]> =>
  db('recovery_codes').where({ user_id: userId });

/** A passkey as the database has it. */
export interface PasskeyRow {
  id: number;
  user_id: number;
  credential_id: string;
  name: string;
  sign_count: number;
  last_used_at: Date | null;
}

/** The passkeys of somebody, oldest first. */
export const passkeysOf = (db: Knex, userId: number): PromiseLike<PasskeyRow[]> =>
  db('passkeys').where({ user_id: userId }).orderBy('id');

/** Gives somebody a passkey that no device has. @returns its id */
export async function createPasskey(db: Knex, userId: number, at: Date): Promise<number> {
  const [row] = await db('passkeys').insert(
    {
      user_id: userId,
      credential_id: randomUUID(),
      public_key: Buffer.alloc(1),
      sign_count: 0,
      transports: [],
      is_synchronised: false,
      name: 'Téléphone',
      created_at: at,
    },
    'id',
  );
  return row.id;
}

/** Challenges to passkeys that were not answered, or not yet. */
export const challengesIn = (db: Knex): PromiseLike<unknown[]> => db('passkey_challenges');

export async function forgetPasskeys(db: Knex, userId: number): Promise<void> {
  await db('passkeys').where({ user_id: userId }).delete();
}

/** A warning of an inactive account as the database has it. */
export interface WarningRow {
  user_id: number;
  warned_at: Date | string;
  email_id: number | null;
  notice_from: Date | string | null;
}

/** All warnings of inactive accounts, person by person. */
export const warningsIn = (db: Knex, of: Partial<WarningRow> = {}): PromiseLike<WarningRow[]> =>
  db('inactivity_warnings').where(of).orderBy('user_id');

export async function warnOfInactivity(
  db: Knex,
  fields: Pick<WarningRow, 'user_id' | 'warned_at'> & Partial<WarningRow>,
): Promise<void> {
  await db('inactivity_warnings').insert(fields);
}

export async function forgetWarnings(db: Knex): Promise<void> {
  await db('inactivity_warnings').delete();
}

/** Makes the notice of every warning begin at a moment, or not yet. */
export async function setNotice(db: Knex, from: Date | null): Promise<void> {
  await db('inactivity_warnings').update({ notice_from: from });
}

/** The address of somebody's calendar; undefined when there is none. */
export const calendarFeedOf = (db: Knex, userId: number): PromiseLike<{ token_hash: string } | undefined> =>
  db('calendar_feeds').where({ user_id: userId }).first();

export async function createCalendarFeed(db: Knex, userId: number, at: Date): Promise<void> {
  await db('calendar_feeds').insert({ user_id: userId, token_hash: randomUUID(), created_at: at });
}
