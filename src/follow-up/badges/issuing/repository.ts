import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { type KnownRecipient, RECIPIENT } from '#access/recipients.ts';
import { lockName } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';
import { LIST_LENGTH, type ModelVersion } from './credential.ts';

/** Why a badge is no longer good; what everybody may read of it. */
export const CAUSES = ['mistake', 'unmet', 'asked', 'reissued', 'account_deleted'] as const;
export type Cause = (typeof CAUSES)[number];

/** A badge that was issued, as it is now. */
export interface IssuedBadge extends ModelVersion {
  code: string;
  requestId: number;
  enrolmentId: number;
  userId: number;
  showsCertificate: boolean;
  statusList: number;
  statusIndex: number;
  awardedAt: Date;
  issuedAt: Date;
  /** Null once its holder had it forgotten. */
  salt: string | null;
  identityHash: string | null;
  jws: string | null;
  revokedAt: Date | null;
  cause: Cause | null;
}

/** Of the version `v` of a model. */
export const MODEL_VERSION = `v.model_id as "modelId", v.version, v.name, v.description, v.criteria`;

/** {@link IssuedBadge}, of which a condition on `b` is true. */
const ISSUED = `
  select ${MODEL_VERSION}, b.code, b.request_id as "requestId", q.enrolment_id as "enrolmentId",
         q.user_id as "userId", q.shows_certificate as "showsCertificate", b.status_list as "statusList",
         b.status_index as "statusIndex", b.awarded_at as "awardedAt", b.issued_at as "issuedAt",
         c.salt, c.identity_hash as "identityHash", c.jws, r.at as "revokedAt", r.cause
    from badges b
    join badge_requests q on q.id = b.request_id
    join badge_model_versions v on v.model_id = b.model_id and v.version = b.model_version
    left join badge_contents c on c.code = b.code
    left join badge_revocations r on r.code = b.code`;

export async function findBadge(db: Knex, code: string): Promise<IssuedBadge | undefined> {
  const [badge] = await query<IssuedBadge[]>(db, `${ISSUED} where b.code = :code`, { code });
  return badge;
}

/** Those of a person that are good. */
export const findGoodBadges = (db: Knex, userId: number): Promise<IssuedBadge[]> =>
  query(db, `${ISSUED} where q.user_id = :userId and r.code is null order by b.issued_at`, { userId });

/** The badge of this code with the picture of its model. */
export async function findPicture(
  db: Knex,
  code: string,
): Promise<{ image: Buffer; jws: string | null; cause: Cause | null } | undefined> {
  const [row] = await query<{ image: Buffer; jws: string | null; cause: Cause | null }[]>(
    db,
    `select v.image, c.jws, r.cause
       from badges b join badge_model_versions v on v.model_id = b.model_id and v.version = b.model_version
       left join badge_contents c on c.code = b.code
       left join badge_revocations r on r.code = b.code
      where b.code = :code`,
    { code },
  );
  return row;
}

/** Whether a person has a good badge of this model. */
export async function hasGoodBadge(db: Knex, userId: number, modelId: number): Promise<boolean> {
  const rows = await query<object[]>(
    db,
    `select from badges b join badge_requests q on q.id = b.request_id
      where q.user_id = :userId and q.model_id = :modelId
        and not exists (select from badge_revocations r where r.code = b.code) limit 1`,
    { userId, modelId },
  );
  return rows.length > 0;
}

/**
 * The next place in the lists of revocations; whoever else issues waits until this transaction ends, so that none is given
 * twice.
 */
export async function nextPlace(trx: Knex.Transaction): Promise<{ statusList: number; statusIndex: number }> {
  await lockName(trx, 'places in the lists of revoked badges');
  const [last] = await query<{ list: number; index: number }[]>(
    trx,
    `select status_list as list, status_index as index from badges order by status_list desc, status_index desc limit 1`,
  );
  if (!last) return { statusList: 1, statusIndex: 0 };
  return last.index + 1 < LIST_LENGTH
    ? { statusList: last.list, statusIndex: last.index + 1 }
    : { statusList: last.list + 1, statusIndex: 0 };
}

/** A badge to keep. */
export interface NewBadge {
  code: string;
  requestId: number;
  modelId: number;
  version: number;
  statusList: number;
  statusIndex: number;
  kid: string;
  awardedAt: Date;
  issuedAt: Date;
  issuedBy: number | null;
  replacesCode: string | null;
  salt: string;
  identityHash: string;
  jws: string;
}

export async function insertBadge(trx: Knex.Transaction, badge: NewBadge): Promise<void> {
  await execute(
    trx,
    `insert into badges (code, request_id, model_id, model_version, status_list, status_index, kid, sha256, awarded_at,
                         issued_at, issued_by, replaces_code)
     values (:code, :requestId, :modelId, :version, :statusList, :statusIndex, :kid, :sha256, :awardedAt, :issuedAt,
             :issuedBy, :replacesCode)`,
    { ...badge, sha256: createHash('sha256').update(badge.jws).digest() },
  );
  await execute(
    trx,
    'insert into badge_contents (code, salt, identity_hash, jws) values (:code, :salt, :identityHash, :jws)',
    { ...badge },
  );
}

/** @returns false when it was revoked before */
export async function insertRevocation(
  trx: Knex.Transaction,
  revocation: { code: string; at: Date; by: number | null; cause: Cause },
): Promise<boolean> {
  const added = await execute(
    trx,
    'insert into badge_revocations (code, at, by, cause) values (:code, :at, :by, :cause) on conflict do nothing',
    revocation,
  );
  return added > 0;
}

/** Keeps what the person was told of why. */
export const keepRevocationWords = (
  trx: Knex.Transaction,
  requestId: number,
  words: string,
): Promise<number> =>
  execute(trx, 'update badge_requests set revocation_words = :words where id = :requestId', {
    requestId,
    words,
  });

/** Whom a badge was given to; undefined once their account is closed or gone. */
export async function findHolder(db: Knex, userId: number): Promise<KnownRecipient | undefined> {
  const [holder] = await query<KnownRecipient[]>(
    db,
    `select ${RECIPIENT} from users p where p.id = :userId and p.closed_at is null`,
    { userId },
  );
  return holder;
}

/** Whether somebody is written to; reads what concerns them once their account opens again; or is gone, with all of it. */
export type Reach = 'told' | 'closed' | 'forgotten';

/** How what is said to somebody reaches them. */
export async function findReach(db: Knex, userId: number): Promise<Reach> {
  const [{ reach }] = await query<[{ reach: Reach }]>(
    db,
    `select case when anonymised_at is not null then 'forgotten' when closed_at is not null then 'closed'
                 else 'told' end as reach from users where id = :userId`,
    { userId },
  );
  return reach;
}

/** A list of revocations: which places, and since when it says so; undefined where no badge is in it. */
export async function findList(
  db: Knex,
  list: number,
): Promise<{ revoked: number[]; since: Date } | undefined> {
  const [row] = await query<[{ revoked: number[]; since: Date | null }]>(
    db,
    `select coalesce(array_agg(b.status_index order by b.status_index) filter (where r.code is not null), '{}') as revoked,
            coalesce(max(r.at), min(b.issued_at)) as since
       from badges b left join badge_revocations r on r.code = b.code where b.status_list = :list`,
    { list },
  );
  return row.since ? { revoked: row.revoked, since: row.since } : undefined;
}

/** Forgets what was signed for somebody and is good no more. */
export const deleteContents = (trx: Knex.Transaction, userId: number): Promise<number> =>
  execute(
    trx,
    `delete from badge_contents c using badges b, badge_requests q, badge_revocations r
      where b.code = c.code and q.id = b.request_id and r.code = b.code and q.user_id = :userId`,
    { userId },
  );

/** What the agency finds issued badges by, and in which part of the list. */
export interface IssuedFilter {
  search: string;
  offset: number;
  limit: number;
}

/** A line of what was issued. */
export interface IssuedLine {
  code: string;
  name: string;
  person: string;
  actionTitle: string;
  issuedAt: Date;
  revokedAt: Date | null;
  cause: Cause | null;
  /** Of somebody whom a correction of the sheet says present no more. */
  isToReview: boolean;
  total: number;
}

/** What was issued, the latest first; by a name, a code or a badge. */
export const findIssued = (db: Knex, { search, offset, limit }: IssuedFilter): Promise<IssuedLine[]> =>
  query(
    db,
    `select b.code, v.name, full_name(u) as person, a.title as "actionTitle", b.issued_at as "issuedAt",
            r.at as "revokedAt", r.cause, r.code is null and e.state <> 'attended' as "isToReview",
            count(*) over () as total
       from badges b
       join badge_requests q on q.id = b.request_id
       join users u on u.id = q.user_id
       join enrolments e on e.id = q.enrolment_id
       join actions a on a.id = e.action_id
       join badge_model_versions v on v.model_id = b.model_id and v.version = b.model_version
       left join badge_revocations r on r.code = b.code
      where :search = '' or b.code = upper(:search) or strpos(lower(immutable_unaccent(full_name(u))), lower(immutable_unaccent(:search))) > 0
         or strpos(lower(immutable_unaccent(v.name)), lower(immutable_unaccent(:search))) > 0
      order by b.issued_at desc, b.code offset :offset limit :limit`,
    { search, offset, limit },
  );
