import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { verifyPassword } from '#platform/security/passwords.ts';
import { normalisedPhone } from '#platform/web/forms/fields.ts';
import { foldedName } from '#platform/web/forms/names.ts';
import { detailsChangedMessage } from './mails.ts';
import type { Account, AccountOverview, Details } from './repository.ts';
import * as repository from './repository.ts';

export { alsoOpenedBy, ifNotYou } from './mails.ts';
export { type Account, type AccountOverview, type Details, opensByProConnect } from './repository.ts';

/**
 * The person's account with what is under way for it.
 * @throws NotFound when it is gone
 */
export async function getOverview({ db, clock }: Dependencies, userId: number): Promise<AccountOverview> {
  const account = await repository.findOverview(db, userId, clock.now());
  if (!account) throw new NotFound();
  return account;
}

/**
 * The account, locked until the end of the transaction.
 * @throws NotFound when it is gone
 */
export async function lockAccount(trx: Knex.Transaction, userId: number): Promise<Account> {
  await lock(trx, { people: [userId] });
  const account = await repository.findAccount(trx, userId);
  if (!account) throw new NotFound();
  return account;
}

/**
 * Whether somebody at this browser is the person: the present password, checked before anything sensitive.
 * The work is long, so it is done outside of any transaction.
 * @returns the account as the password opened it; undefined when it is not the password
 */
export async function openWithPassword(
  { db }: Dependencies,
  userId: number,
  password: string,
): Promise<Account | undefined> {
  const account = await repository.findAccount(db, userId);
  return (await verifyPassword(account?.passwordHash, password)) ? account : undefined;
}

/**
 * Locks an account opened by {@link openWithPassword}.
 * @returns undefined when its password was changed since: what was typed no longer opens it
 */
export async function lockOpened(trx: Knex.Transaction, opened: Account): Promise<Account | undefined> {
  const account = await lockAccount(trx, opened.id);
  return account.passwordHash === opened.passwordHash ? account : undefined;
}

/** What « Mes informations » holds, in words. */
export const detailLabels: Readonly<Record<keyof Details, string>> = Object.freeze({
  civility: 'civilité',
  lastName: 'nom',
  firstName: 'prénom',
  jobTitle: 'fonction',
  phone: 'téléphone',
  mobile: 'téléphone mobile pro',
});

/** What differs between two states of « Mes informations ». */
export function changedDetails(before: Details, after: Details): (keyof Details)[] {
  return (Object.keys(detailLabels) as (keyof Details)[]).filter(
    (key) => comparable(key, before[key]) !== comparable(key, after[key]),
  );
}

// A number kept before phones were stored as they are dialled is the same number.
// Neither is a name spelt otherwise when it was kept as it was typed.
const comparable = (key: keyof Details, value: string | null) => {
  if (value === null) return value;
  if (key === 'phone' || key === 'mobile') return normalisedPhone(value);
  return key === 'lastName' || key === 'firstName' ? foldedName(value) : value;
};

/**
 * Changes what the person says of themself; a notice tells them what changed.
 * @returns whether anything did
 */
export async function changeDetails(
  { db, clock, mail, config }: Dependencies,
  userId: number,
  details: Details,
): Promise<boolean> {
  return db.transaction(async (trx) => {
    const account = await lockAccount(trx, userId);
    const changed = changedDetails(account, details);
    if (changed.length === 0) return false;
    await repository.updateDetails(trx, userId, details);
    const at = clock.now();
    await recordAudit(trx, {
      action: 'account.updated',
      at,
      personId: userId,
      details: { fields: changed.join(',') },
    });
    const words = changed.map((key) => detailLabels[key]);
    await mail.enqueue(trx, detailsChangedMessage({ ...account, ...details }, words, at, config));
    return true;
  });
}
