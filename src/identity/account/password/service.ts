import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { hashPassword } from '#platform/security/passwords.ts';
import { endCredentialLinks, endSessions } from '../../credentials.ts';
import { opensByProConnect, updatePassword } from '../repository.ts';
import { lockOpened, openWithPassword } from '../service.ts';
import { ownPasswordChangedMessage } from './mails.ts';

/**
 * Changes the password: the person's other sessions and the links sent to them end, a notice tells them.
 * @param sid the session that goes on
 * @returns false when it is not the present password
 */
export async function changePassword(
  deps: Dependencies,
  input: { userId: number; present: string; chosen: string; sid: string },
): Promise<boolean> {
  const { db, clock, mail, config } = deps;
  const opened = await openWithPassword(deps, input.userId, input.present);
  if (!opened) return false;
  const passwordHash = await hashPassword(input.chosen);
  return db.transaction(async (trx) => {
    const account = await lockOpened(trx, opened);
    if (!account) return false;
    const now = clock.now();
    await updatePassword(trx, account.id, passwordHash);
    await endCredentialLinks(deps, trx, account.id, now);
    await endSessions(deps, trx, account.id, input.sid);
    await recordAudit(trx, { action: 'account.password_changed', at: now, personId: account.id });
    const changed = { at: now, opensByProConnect: await opensByProConnect(trx, account.id, config) };
    await mail.enqueue(trx, ownPasswordChangedMessage(account, changed, config));
    return true;
  });
}
