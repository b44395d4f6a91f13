import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';

/** How an account is protected, as the list tells it. */
export interface SecuredAccount {
  id: number;
  firstName: string;
  lastName: string;
  email: string;
  isClosed: boolean;
  hasSecondFactor: boolean;
  passkeys: number;
}

/** The same with all that can be ended. */
export interface AccountSecurity extends Omit<SecuredAccount, 'passkeys'> {
  factorSince: Date | null;
  codesLeft: number;
  passkeys: { id: number; name: string; createdAt: Date; lastUsedAt: Date | null }[];
  /** The identity of ProConnect that opens it. */
  proconnect: { linkedAt: Date; lastUsedAt: Date | null } | null;
  links: SecretLinks;
}

/** Links and addresses in the person's hands, or in those of whoever reads their mail, that still do something. */
export interface SecretLinks {
  passwordResets: number;
  emailChanges: number;
  decisions: number;
  proconnect: number;
  calendarFeeds: number;
}

const FACTOR = 'exists (select from second_factors f where f.user_id = u.id and f.enabled_at is not null)';

/**
 * Accounts by part of a name or of an e-mail, in the order of names; nobody without one.
 * @param search in the order « first last » or « last first »
 */
export async function searchAccounts(
  db: Knex,
  search: string,
  { limit, offset }: Slice,
): Promise<Paged<SecuredAccount>> {
  const rows = await query<(SecuredAccount & { total: number })[]>(
    db,
    `select u.id, u.first_name as "firstName", u.last_name as "lastName", u.email,
            u.closed_at is not null as "isClosed", ${FACTOR} as "hasSecondFactor",
            (select count(*) from passkeys k where k.user_id = u.id) as passkeys, count(*) over () as total
       from users u
      where u.anonymised_at is null
        and person_words(u.first_name, u.last_name, u.email) like words_pattern(:search)
      order by u.last_name, u.first_name, u.id
      limit :limit offset :offset`,
    { search, limit, offset },
  );
  return paged(rows);
}

interface SecurityRow extends Omit<AccountSecurity, 'passkeys' | 'proconnect' | 'factorSince' | 'links'> {
  factorSince: Date | null;
  passkeys: { id: number; name: string; createdAt: string; lastUsedAt: string | null }[];
  proconnect: { linkedAt: string; lastUsedAt: string | null } | null;
  links: SecretLinks;
}

/** @returns undefined when there is no such person, or no longer */
export async function findAccountSecurity(
  db: Knex,
  userId: number,
  now: Date,
): Promise<AccountSecurity | undefined> {
  const rows = await query<SecurityRow[]>(
    db,
    `select u.id, u.first_name as "firstName", u.last_name as "lastName", u.email,
            u.closed_at is not null as "isClosed", ${FACTOR} as "hasSecondFactor",
            (select f.enabled_at from second_factors f where f.user_id = u.id) as "factorSince",
            (select count(*) from recovery_codes c where c.user_id = u.id and c.used_at is null) as "codesLeft",
            coalesce((select json_agg(json_build_object('id', k.id, 'name', k.name, 'createdAt', k.created_at,
                                                        'lastUsedAt', k.last_used_at) order by k.created_at, k.id)
                        from passkeys k where k.user_id = u.id), '[]') as passkeys,
            (select json_build_object('linkedAt', i.linked_at, 'lastUsedAt', i.last_used_at)
               from federated_identities i where i.user_id = u.id order by i.linked_at desc limit 1) as proconnect,
            json_build_object(
              'passwordResets', (select count(*) from password_resets p
                                  where p.user_id = u.id and p.used_at is null and p.expires_at > :now),
              'emailChanges', (select count(*) from email_changes c
                                where c.user_id = u.id and c.outcome is null and c.expires_at > :now),
              'decisions', (select count(*) from decision_links l
                              join enrolments e on e.id = l.enrolment_id and e.state = 'requested'
                              join sessions s on s.id = e.session_id and s.starts_at > :now and s.cancelled_at is null
                             where l.user_id = u.id and l.ended_at is null),
              'proconnect', (select count(*) from federated_links l where l.user_id = u.id and l.expires_at > :now),
              'calendarFeeds', (select count(*) from calendar_feeds c where c.user_id = u.id)) as links
       from users u where u.id = :userId and u.anonymised_at is null`,
    { userId, now },
  );
  const row = rows[0];
  if (!row) return undefined;
  const moment = (text: string | null) => (text === null ? null : new Date(text));
  const { proconnect } = row;
  return {
    ...row,
    proconnect: proconnect && {
      linkedAt: new Date(proconnect.linkedAt),
      lastUsedAt: moment(proconnect.lastUsedAt),
    },
    passkeys: row.passkeys.map((one) => ({
      ...one,
      createdAt: new Date(one.createdAt),
      lastUsedAt: moment(one.lastUsedAt),
    })),
  };
}
