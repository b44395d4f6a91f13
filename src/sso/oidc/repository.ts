import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import { type Person, personSql, type Service, serviceSql } from '../services/service.ts';
import { type NamedVisit, namedVisitSql, type Statement } from '../visits/service.ts';

/** Something of the library that is kept for a while. */
export interface OidcRecord {
  sealedPayload: string;
  expiresAt: Date;
  consumedAt: Date | null;
}

/** One to be written. */
export interface NewRecord {
  model: string;
  idHash: string;
  /** The visit that it hangs on (`sso_visits.oidc_sid`); null for what comes before one. */
  oidcSid: string | null;
  sealedPayload: string;
  expiresAt: Date;
}

const COLUMNS = 'model, id_hash, oidc_sid, sealed_payload, expires_at';
const VALUES = ':model, :idHash, :oidcSid, :sealedPayload, cast(:expiresAt as timestamptz)';

/** Writes a record, as a part of the statement that opens its visit. */
export const insertingRecord = (record: NewRecord): Statement => ({
  sql: `insert into oidc_records (${COLUMNS}) values (${VALUES})`,
  bindings: { ...record },
});

export async function upsertRecord(db: Knex, record: NewRecord): Promise<void> {
  await execute(
    db,
    `insert into oidc_records (${COLUMNS}) values (${VALUES})
     on conflict (model, id_hash) do update
       set sealed_payload = excluded.sealed_payload, expires_at = excluded.expires_at`,
    { ...record },
  );
}

/**
 * Spends a code and writes the token that is given for it, in one statement.
 * @returns false, and nothing is written, for a code that was spent already, or is gone: of several that come at once, one
 *   has the token
 */
export async function exchange(db: Knex, codeHash: string, at: Date, token: NewRecord): Promise<boolean> {
  const written = await execute(
    db,
    `with spent as (
       update oidc_records set consumed_at = :at
        where model = 'AuthorizationCode' and id_hash = :codeHash and consumed_at is null returning true)
     insert into oidc_records (${COLUMNS}) select ${VALUES} from spent`,
    { ...token, codeHash, at },
  );
  return written > 0;
}

const RECORD =
  'o.sealed_payload as "sealedPayload", o.expires_at as "expiresAt", o.consumed_at as "consumedAt"';

export async function findRecord(db: Knex, model: string, idHash: string): Promise<OidcRecord | undefined> {
  const rows = await query<OidcRecord[]>(
    db,
    `select ${RECORD} from oidc_records o where o.model = :model and o.id_hash = :idHash`,
    { model, idHash },
  );
  return rows[0];
}

/** The visit that a code or token hangs on, and its person. */
const VISIT_AND_PERSON = `
  ${namedVisitSql('v.oidc_sid = o.oidc_sid')} as visit,
  ${personSql('u.id = (select v.user_id from sso_visits v where v.oidc_sid = o.oidc_sid)')} as person`;

/** What a person who is signed in asks for by way of a service: the service, themself, and their visit of it. */
export async function findEntry(
  db: Knex,
  asked: { key: string; userId: number; signInId: string; year: number },
): Promise<{ service: Service | null; person: Person | null; visit: NamedVisit | null }> {
  const [entry] = await query<[{ service: Service | null; person: Person | null; visit: NamedVisit | null }]>(
    db,
    `select ${serviceSql('s.key = :key')} as service, ${personSql('u.id = :userId')} as person,
            ${namedVisitSql('s.key = :key and v.sign_in_id = cast(:signInId as uuid)')} as visit`,
    asked,
  );
  return entry;
}

/** A code or token that is shown, with all that it hangs on. */
export interface Shown extends OidcRecord {
  visit: NamedVisit | null;
  person: Person | null;
  service: Service | null;
}

export async function findShown(
  db: Knex,
  shown: { model: string; idHash: string; year: number },
): Promise<Shown | undefined> {
  const rows = await query<Shown[]>(
    db,
    `select ${RECORD}, ${VISIT_AND_PERSON},
            ${serviceSql('s.id = (select v.service_id from sso_visits v where v.oidc_sid = o.oidc_sid)')} as service
       from oidc_records o where o.model = :model and o.id_hash = :idHash`,
    shown,
  );
  return rows[0];
}

/** What a service calls with: itself, the hashes of the secrets that it may show, and the code that it brings, if any. */
export interface Call {
  service: Service | null;
  secretHashes: string[];
  code: Omit<Shown, 'service'> | undefined;
}

/** @param codeHash null where it brings none */
export async function findCall(
  db: Knex,
  asked: { key: string; codeHash: string | null; now: Date; year: number },
): Promise<Call> {
  const [{ service, secretHashes, ...code }] = await query<
    [Omit<Call, 'code'> & (Omit<Shown, 'service'> | { sealedPayload: null })]
  >(
    db,
    `select ${serviceSql('s.key = asked.key')} as service,
            array(select k.secret_hash from service_secrets k join services s on s.id = k.service_id
                   where s.key = asked.key and (k.expires_at is null or k.expires_at > :now)) as "secretHashes",
            ${RECORD}, ${VISIT_AND_PERSON}
       from (select cast(:key as text) as key) asked
       left join oidc_records o on o.model = 'AuthorizationCode' and o.id_hash = :codeHash`,
    asked,
  );
  return { service, secretHashes, code: code.sealedPayload === null ? undefined : code };
}

export const deleteRecord = (db: Knex, model: string, idHash: string): Promise<number> =>
  execute(db, 'delete from oidc_records where model = :model and id_hash = :idHash', { model, idHash });

export const deleteOldRecords = (db: Knex, before: Date): Promise<number> =>
  execute(db, 'delete from oidc_records where expires_at < :before', { before });
