import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';
import type { Draft } from './schemas.ts';

const rowOf = (draft: Draft) => ({
  name: draft.name,
  description: draft.description,
  home_url: draft.homeUrl,
  icon: draft.icon,
  opens_to: draft.opensTo,
  needs_second_factor: draft.needsSecondFactor,
  subject: draft.subject,
  speaks_cas: draft.speaksCas,
  speaks_oidc: draft.speaksOidc,
  attributes_in_v2: draft.attributesInV2,
  may_proxy: draft.mayProxy,
  cas_logout_url: draft.casLogoutUrl,
  contact_email: draft.contactEmail,
  position: draft.position,
});

export async function insertService(
  trx: Knex.Transaction,
  draft: Draft,
  { key, by, at }: { key: string; by: number; at: Date },
): Promise<number> {
  const [row] = await trx('services').insert(
    { ...rowOf(draft), key, created_by: by, created_at: at, updated_at: at },
    'id',
  );
  await insertParts(trx, row.id, draft);
  return row.id;
}

/** @returns whether that version was still the saved one */
export async function updateService(
  trx: Knex.Transaction,
  id: number,
  version: number,
  draft: Draft,
  at: Date,
): Promise<boolean> {
  const updated = await trx('services')
    .where({ id, version })
    .update({ ...rowOf(draft), version: version + 1, updated_at: at });
  if (updated === 0) return false;
  for (const table of ['service_addresses', 'service_rights', 'service_attributes'])
    await trx(table).where({ service_id: id }).delete();
  await insertParts(trx, id, draft);
  return true;
}

async function insertParts(trx: Knex.Transaction, service_id: number, draft: Draft): Promise<void> {
  const parts = {
    service_addresses: draft.addresses.map((one) => ({ service_id, ...one })),
    service_rights: draft.rights.map((right) => ({ service_id, right })),
    service_attributes: draft.attributes.map((one) => ({ service_id, ...one })),
  };
  for (const [table, rows] of Object.entries(parts)) if (rows.length > 0) await trx(table).insert(rows);
}

export const findKeys = (trx: Knex.Transaction): PromiseLike<string[]> => trx('services').pluck('key');

/** @returns whether it was not so already */
export const setSuspended = async (trx: Knex, id: number, at: Date | null): Promise<boolean> =>
  (await trx('services')
    .where({ id, state: at ? 'active' : 'suspended' })
    .update({ state: at ? 'suspended' : 'active', suspended_at: at })) > 0;

/** Takes a service away that is suspended, and of which nothing is left to tell. @returns whether it was so */
export const deleteService = async (trx: Knex, id: number): Promise<boolean> =>
  (await trx('services')
    .where({ id, state: 'suspended' })
    .whereNotExists(trx('sso_visits').where({ service_id: id }).whereNotNull('next_at'))
    .delete()) > 0;

/** A secret of a service, of which only the hash is kept. */
export interface Secret {
  id: number;
  createdAt: Date;
  /** When it opens no longer; null for the present one. */
  expiresAt: Date | null;
}

/** The secrets of a service that still open something, the present one first. */
export const findSecrets = (db: Knex, serviceId: number, now: Date): PromiseLike<Secret[]> =>
  db('service_secrets')
    .where({ service_id: serviceId })
    .andWhere((one) => one.whereNull('expires_at').orWhere('expires_at', '>', now))
    .orderByRaw('expires_at desc nulls first')
    .select({ id: 'id', createdAt: 'created_at', expiresAt: 'expires_at' });

/** Lets a secret open until a moment. */
export const setSecretEnd = (trx: Knex.Transaction, id: number, expiresAt: Date): PromiseLike<number> =>
  trx('service_secrets').where({ id }).update({ expires_at: expiresAt });

/** Takes all secrets of a service away, but these. */
export const deleteSecrets = (
  trx: Knex.Transaction,
  serviceId: number,
  except: readonly number[] = [],
): PromiseLike<number> =>
  trx('service_secrets').where({ service_id: serviceId }).whereNotIn('id', except).delete();

export const insertSecret = async (
  trx: Knex.Transaction,
  serviceId: number,
  hash: string,
  at: Date,
): Promise<void> => {
  await trx('service_secrets').insert({ service_id: serviceId, secret_hash: hash, created_at: at });
};

/** How a service is used, as the list tells it. */
export interface Use {
  serviceId: number;
  /** Openings in the last thirty days. */
  openings: number;
  open: number;
  givenUp: number;
}

export const findUse = (db: Knex, since: Date): Promise<Use[]> =>
  query<Use[]>(
    db,
    `select s.id as "serviceId",
            (select count(*) from sso_visits v where v.service_id = s.id and v.opened_at >= :since) as openings,
            (select count(*) from sso_visits v where v.service_id = s.id and v.closed_at is null) as open,
            (select count(*) from sso_visits v where v.service_id = s.id and v.given_up_at >= :since) as "givenUp"
       from services s`,
    { since },
  );

/** A day of a service, `YYYY-MM-DD` in Paris. */
export interface ServiceDay {
  day: string;
  openings: number;
  people: number;
  refusals: number;
}

/** The days on which something happened, the latest first. */
export const findDays = (db: Knex, serviceId: number, since: Date): Promise<ServiceDay[]> =>
  query<ServiceDay[]>(
    db,
    `select to_char(day, 'YYYY-MM-DD') as day, sum(openings)::int as openings, sum(people)::int as people,
            sum(refusals)::int as refusals
       from (
         select cast(opened_at at time zone 'Europe/Paris' as date) as day, count(*) as openings,
                count(distinct user_id) as people, 0 as refusals
           from sso_visits where service_id = :serviceId and opened_at >= :since group by 1
         union all
         select cast(at at time zone 'Europe/Paris' as date), 0, 0, count(*)
           from audit_entries
          where subject_kind = 'service' and subject_id = :serviceId and action = 'service.refused' and at >= :since
          group by 1) one
      group by day order by day desc`,
    { serviceId, since },
  );

/** A logout that did not arrive, or has not yet. */
export interface Undelivered {
  at: Date;
  attempts: number;
  isGivenUp: boolean;
}

export async function findUndelivered(
  db: Knex,
  serviceId: number,
  slice: Slice,
): Promise<Paged<Undelivered>> {
  const rows = await query<(Undelivered & { total: number })[]>(
    db,
    `select closed_at as at, attempts, given_up_at is not null as "isGivenUp", count(*) over () as total
       from sso_visits
      where service_id = :serviceId and closed_at is not null and delivered_at is null and logout_url is not null
        and attempts > 0
      order by closed_at desc, id desc limit :limit offset :offset`,
    { serviceId, limit: slice.limit, offset: slice.offset },
  );
  return paged(rows);
}
