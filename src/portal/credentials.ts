import type { Knex } from 'knex';

/**
 * Ends every link that could still open or move an account: new passwords asked for, changes of e-mail not confirmed.
 * Somebody who changes a password or an e-mail may be taking the account back from whoever asked for those.
 */
export async function endCredentialLinks(trx: Knex.Transaction, userId: number, at: Date): Promise<void> {
  await trx('password_resets').where({ user_id: userId, used_at: null }).update({ used_at: at });
  await trx('email_changes')
    .where({ user_id: userId, outcome: null })
    .update({ outcome: 'cancelled', ended_at: at });
}

/**
 * Ends the sessions of a person.
 * @param keptSid the session that goes on; every one ends without it
 */
export async function endSessions(trx: Knex.Transaction, userId: number, keptSid?: string): Promise<void> {
  await trx.raw(`delete from web_sessions where (sess #>> '{passport,user}') = ? and sid <> ?`, [
    String(userId),
    keptSid ?? '',
  ]);
}
