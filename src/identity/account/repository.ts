import type { Knex } from 'knex';
import type { Config } from '#platform/config.ts';

/** What a person may change of themself on « Mes informations ». */
export interface Details {
  civility: string;
  lastName: string;
  firstName: string;
  jobTitle: string | null;
  phone: string | null;
  mobile: string | null;
}

/** An account, as « Mon compte » knows it. */
export interface Account extends Details {
  id: number;
  email: string;
  passwordHash: string;
  isAgencyManager: boolean;
}

/** What is under way for an account. */
export interface AccountOverview extends Omit<Account, 'passwordHash'> {
  /** The address that a link was sent to, still to be confirmed. */
  newEmail: string | null;
  deletionRequestedAt: Date | null;
}

const SHOWN = {
  id: 'u.id',
  email: 'u.email',
  isAgencyManager: 'u.is_agency_manager',
  civility: 'u.civility',
  lastName: 'u.last_name',
  firstName: 'u.first_name',
  jobTitle: 'u.job_title',
  phone: 'u.phone',
  mobile: 'u.mobile',
};
const ACCOUNT = { ...SHOWN, passwordHash: 'u.password_hash' };

export function findAccount(db: Knex, userId: number): Promise<Account | undefined> {
  return db('users as u').where('u.id', userId).first(ACCOUNT);
}

export function findOverview(db: Knex, userId: number, now: Date): Promise<AccountOverview | undefined> {
  return db('users as u')
    .where('u.id', userId)
    .first({
      ...SHOWN,
      newEmail: db('email_changes as c')
        .whereRaw('c.user_id = u.id and c.outcome is null and c.expires_at > ?', [now])
        .select('c.new_email'),
      deletionRequestedAt: db('deletion_requests as d')
        .whereRaw(`d.user_id = u.id and d.state = 'pending'`)
        .select('d.requested_at'),
    });
}

export async function updateDetails(trx: Knex.Transaction, userId: number, details: Details): Promise<void> {
  await trx('users').where({ id: userId }).update({
    civility: details.civility,
    last_name: details.lastName,
    first_name: details.firstName,
    job_title: details.jobTitle,
    phone: details.phone,
    mobile: details.mobile,
  });
}

export async function updatePassword(
  trx: Knex.Transaction,
  userId: number,
  passwordHash: string,
): Promise<void> {
  await trx('users').where({ id: userId }).update({ password_hash: passwordHash });
}

/** Whether an identity of ProConnect opens the account besides. */
export async function opensByProConnect(
  db: Knex,
  userId: number,
  { proconnect }: Pick<Config, 'proconnect'>,
): Promise<boolean> {
  if (!proconnect) return false;
  const identity = await db('federated_identities')
    .where({ user_id: userId, issuer: proconnect.issuer })
    .first('id');
  return identity !== undefined;
}
