import type { Knex } from 'knex';

/** Why a link that was mailed to a Valideur RH opens no request. */
export type DeadLink = 'ended' | 'noRight' | 'unknown';

/**
 * Why a link does nothing, once no request was found by it: it was ended when what opens its validator's account
 * changed, or they may not decide there any longer, or it was never made.
 */
export async function whyLinkIsDead(db: Knex, tokenHash: string): Promise<DeadLink> {
  const link = await db('decision_links').where({ token_hash: tokenHash }).first('ended_at as endedAt');
  if (!link) return 'unknown';
  return link.endedAt ? 'ended' : 'noRight';
}

/** Whether a link still decides; read after the lock on its validator, whose new password would have ended it. */
export async function isLinkOpen(trx: Knex.Transaction, tokenHash: string): Promise<boolean> {
  return (
    (await trx('decision_links').where({ token_hash: tokenHash, ended_at: null }).first('id')) !== undefined
  );
}
