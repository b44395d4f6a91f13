import type { Knex } from 'knex';
import { lockName } from '#platform/database/locks.ts';
import { query } from '#platform/database/query.ts';
import type { RequestInWords } from './mails.ts';

/** The states of a request (domain.md §3). An unconfirmed one that a later one replaces ends as `withdrawn`. */
export type RequestState = 'email_unconfirmed' | 'pending' | 'accepted' | 'refused' | 'expired' | 'withdrawn';

/** A new request, as it is stored. */
export interface NewRequest {
  structureId: number;
  email: string;
  passwordHash: string;
  civility: string;
  lastName: string;
  firstName: string;
  jobTitle: string;
  phone: string | null;
  mobile: string | null;
  tokenHash: string;
  tokenExpiresAt: Date;
  createdAt: Date;
  /** Who vouches for the person, and how they are known there. */
  vouchedBy: string | null;
  vouchedIssuer: string | null;
  vouchedSubject: string | null;
  /** What they tell of the person, which may differ from what the person typed. */
  vouchedName: string | null;
  vouchedSiret: string | null;
}

/** A structure to which an account may be attached. */
export interface OpenStructure {
  id: number;
  name: string;
  acronym: string | null;
  siret: string;
  postcode: string;
  city: string;
}

/** @returns undefined for an unknown structure and for one that is closed on this day */
export function findOpenStructure(db: Knex, id: number, today: string): Promise<OpenStructure | undefined> {
  return db('structures')
    .where({ id })
    .where((open) => open.whereNull('closed_on').orWhere('closed_on', '>', today))
    .first('id', 'name', 'acronym', 'siret', 'postcode', 'city');
}

/** Until the end of the transaction, no other request with this e-mail is made nor confirmed. */
export async function lockEmail(trx: Knex.Transaction, email: string): Promise<void> {
  await lockName(trx, 'account request', email.toLowerCase());
}

/** What is known of an e-mail: an account, a request that waits for its decision, or neither. */
export interface KnownEmail {
  userId: number | null;
  pending: { structureName: string; confirmedAt: Date } | null;
}

export async function findKnownEmail(db: Knex, email: string): Promise<KnownEmail> {
  const rows = await query<
    { user_id: number | null; confirmed_at: Date | null; structure_name: string | null }[]
  >(
    db,
    `select u.id as user_id, r.confirmed_at, s.name as structure_name
       from (select cast(? as citext) as email) asked
       left join users u on u.email = asked.email
       left join account_requests r on r.email = asked.email and r.state = 'pending'
       left join structures s on s.id = r.structure_id`,
    [email],
  );
  const row = rows[0];
  return {
    userId: row?.user_id ?? null,
    pending:
      row?.confirmed_at && row.structure_name
        ? { structureName: row.structure_name, confirmedAt: row.confirmed_at }
        : null,
  };
}

/** Which request, and for which structure. */
export type RequestKeys = Pick<StoredRequest, 'id' | 'structureId'>;

/** Ends the request of this e-mail that was never confirmed, if any: its link no longer works. @returns which */
export async function withdrawUnconfirmed(trx: Knex.Transaction, email: string): Promise<RequestKeys[]> {
  return trx('account_requests')
    .where({ email, state: 'email_unconfirmed' })
    .update({ state: 'withdrawn', password_hash: null }, ['id', 'structure_id as structureId']);
}

/**
 * Stores a request, or does the same work and stores nothing.
 * @param wanted false when the e-mail has an account or a pending request
 * @returns its number, where it is stored
 */
export async function insertRequestIf(
  trx: Knex.Transaction,
  wanted: boolean,
  request: NewRequest,
): Promise<number | undefined> {
  const rows = await query<{ id: number }[]>(
    trx,
    `insert into account_requests (structure_id, email, password_hash, civility, last_name, first_name,
                                   job_title, phone, mobile, token_hash, token_expires_at, created_at,
                                   vouched_by, vouched_issuer, vouched_subject, vouched_name, vouched_siret)
     select :structureId, cast(:email as citext), :passwordHash, :civility, :lastName, :firstName, :jobTitle,
            :phone, :mobile, :tokenHash, cast(:tokenExpiresAt as timestamptz), cast(:createdAt as timestamptz),
            :vouchedBy, :vouchedIssuer, :vouchedSubject, :vouchedName, :vouchedSiret
      where cast(:wanted as boolean)
     returning id`,
    { ...request, wanted },
  );
  return rows[0]?.id;
}

/** A request with what its pages and messages say of it. */
export interface StoredRequest extends RequestInWords {
  id: number;
  state: RequestState;
  civility: string;
  phone: string | null;
  mobile: string | null;
  passwordHash: string | null;
  tokenExpiresAt: Date;
  createdAt: Date;
  confirmedAt: Date | null;
  decidedAt: Date | null;
  /** Who decided; null when nobody has, or when their account is gone. */
  deciderName: string | null;
  /** Whether an account has this e-mail by now. */
  hasAccount: boolean;
  structureHasReferent: boolean;
}

const STORED_REQUEST = `
  select r.id, r.state, r.email, r.civility, r.first_name as "firstName", r.last_name as "lastName",
         r.job_title as "jobTitle", r.phone, r.mobile, r.password_hash as "passwordHash",
         r.token_expires_at as "tokenExpiresAt", r.created_at as "createdAt", r.confirmed_at as "confirmedAt",
         r.decided_at as "decidedAt", full_name(d) as "deciderName",
         s.id as "structureId", s.name as "structureName", s.siret,
         exists (select 1 from users u where u.email = r.email) as "hasAccount",
         exists (select 1 from affiliations a join affiliation_rights x on x.affiliation_id = a.id
                  where a.structure_id = s.id and x."right" = 'referent') as "structureHasReferent"
    from account_requests r
    join structures s on s.id = r.structure_id
    left join users d on d.id = r.decided_by`;

export async function findByToken(db: Knex, tokenHash: string): Promise<StoredRequest | undefined> {
  const rows = await query<StoredRequest[]>(db, `${STORED_REQUEST} where r.token_hash = ?`, [tokenHash]);
  return rows[0];
}

export async function findById(db: Knex, id: number): Promise<StoredRequest | undefined> {
  const rows = await query<StoredRequest[]>(db, `${STORED_REQUEST} where r.id = ?`, [id]);
  return rows[0];
}

export async function markPending(trx: Knex.Transaction, id: number, at: Date): Promise<void> {
  await trx('account_requests').where({ id }).update({ state: 'pending', confirmed_at: at });
}

/**
 * Forgets who made the requests whose link ran out unused, those that a later one replaced included. The row stays,
 * so that its link still says why it does nothing; empty texts stand for what no longer is where the column asks
 * for a value, and mark the row as done.
 * @returns those that ended so; a request that a later one replaced had ended before
 */
export async function forgetUnconfirmed(db: Knex, now: Date): Promise<RequestKeys[]> {
  const rows = await query<(RequestKeys & { state: RequestState })[]>(
    db,
    `update account_requests
        set state = case state when 'email_unconfirmed' then 'expired' else state end,
            password_hash = null, email = '', last_name = '', first_name = '',
            job_title = null, phone = null, mobile = null
      where state in ('email_unconfirmed', 'withdrawn') and confirmed_at is null
        and token_expires_at <= ? and email <> ''
     returning id, structure_id as "structureId", state`,
    [now],
  );
  return rows.filter(({ state }) => state === 'expired');
}

/**
 * Makes the account of a request, with the password that its author chose.
 * @returns the new person's id, or undefined when an account has the e-mail already
 */
export async function createUser(
  trx: Knex.Transaction,
  requestId: number,
  at: Date,
): Promise<number | undefined> {
  const rows = await query<{ id: number }[]>(
    trx,
    `insert into users (email, password_hash, civility, last_name, first_name, job_title, phone, mobile, created_at)
     select email, password_hash, civility, last_name, first_name, job_title, phone, mobile, cast(:at as timestamptz)
       from account_requests where id = :requestId
     on conflict (email) do nothing returning id`,
    { requestId, at },
  );
  return rows[0]?.id;
}

/** Attaches a person to a structure with these rights. */
export async function affiliate(
  trx: Knex.Transaction,
  affiliation: {
    userId: number;
    structureId: number;
    rights: readonly string[];
    at: Date;
    grantedBy: number;
  },
): Promise<void> {
  const { userId, structureId, rights, at, grantedBy } = affiliation;
  const [row] = await trx('affiliations').insert(
    { user_id: userId, structure_id: structureId, since: at },
    'id',
  );
  await trx('affiliation_rights').insert(
    rights.map((right) => ({ affiliation_id: row.id, right, granted_at: at, granted_by: grantedBy })),
  );
}
