import type { Knex } from 'knex';
import { NotFound } from '#platform/errors.ts';
import { lockChain } from '../signatures/repository.ts';
import { isGood } from './repository.ts';

/**
 * Holds the end of a session's chain for somebody who acts there: by a link, only while nobody has revoked it.
 * @param linkId null for somebody with an account
 * @throws NotFound for a link that was revoked since its page was shown
 */
export async function lockChainFor(
  trx: Knex.Transaction,
  sessionId: number,
  linkId: number | null,
): Promise<void> {
  await lockChain(trx, sessionId);
  if (linkId !== null && !(await isGood(trx, linkId))) throw new NotFound();
}
