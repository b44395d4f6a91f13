import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Right } from '#access/rights.ts';
import type { AddressKind, Attribute, Service } from '#sso/services/rules.ts';
import { ATTRIBUTES } from '#sso/services/rules.ts';
import { findService } from '#sso/services/service.ts';
import { first } from './rows.ts';

let serial = 0;

/** A service as the database has it. */
export interface ServiceRow {
  id: number;
  key: string;
  name: string;
  description: string;
  home_url: string | null;
  state: 'active' | 'suspended';
  opens_to: Service['opensTo'];
  needs_second_factor: boolean;
  subject: Service['subject'];
  speaks_cas: boolean;
  speaks_oidc: boolean;
  attributes_in_v2: boolean;
  may_proxy: boolean;
  cas_logout_url: string | null;
  contact_email: string | null;
  position: number;
  version: number;
  suspended_at: Date | null;
}

interface ServiceOptions {
  /** What is not as usual: open to everyone, active, told of as an e-mail address, speaking what it has addresses for. */
  fields?: Partial<ServiceRow>;
  /** Where it is, by what the address is for; left out, by CAS at `https://service-N.example/cas`. */
  addresses?: Partial<Record<AddressKind, string[]>>;
  /** The rights that it hears of, and opens to where it opens to rights. */
  rights?: Right[];
  /** What it is told, under which names; left out, everything under its own name. */
  attributes?: Partial<Record<Attribute, string>>;
}

/** Registers a service that signs its people in through the portal. */
export async function createService(db: Knex, options: ServiceOptions = {}): Promise<Service> {
  serial += 1;
  const key = `service-${serial}`;
  const addresses = options.addresses ?? { cas: [`https://${key}.example/cas`] };
  const attributes = options.attributes ?? Object.fromEntries(ATTRIBUTES.map((one) => [one, one]));
  const at = new Date();
  const rows = await db('services').insert(
    {
      key,
      name: `Service ${serial}`,
      description: 'Un service d’essai.',
      opens_to: 'everyone',
      subject: 'email',
      speaks_cas: (addresses.cas ?? []).length > 0,
      speaks_oidc: (addresses.redirect ?? []).length > 0,
      created_at: at,
      updated_at: at,
      ...options.fields,
    },
    'id',
  );
  const service_id: number = first(rows).id;
  const more = {
    service_addresses: Object.entries(addresses).flatMap(([kind, urls]) =>
      urls.map((url) => ({ service_id, kind, url })),
    ),
    service_rights: (options.rights ?? []).map((right) => ({ service_id, right })),
    service_attributes: Object.entries(attributes).map(([attribute, name]) => ({
      service_id,
      attribute,
      name,
    })),
  };
  for (const [table, its] of Object.entries(more)) if (its.length > 0) await db(table).insert(its);
  const service = await findService({ db }, { id: service_id });
  if (!service) throw new Error('unreachable');
  return service;
}

/** Changes a service without a word to anybody. */
export async function setService(db: Knex, serviceId: number, fields: Partial<ServiceRow>): Promise<void> {
  await db('services').where({ id: serviceId }).update(fields);
}

/** Suspends it, and nothing else: what is open of it stays open. */
export const suspendService = (db: Knex, serviceId: number, at: Date): Promise<void> =>
  setService(db, serviceId, { state: 'suspended', suspended_at: at });

/** A visit as the database has it. */
export interface VisitRow {
  id: string;
  sign_in_id: string;
  user_id: number;
  service_id: number;
  protocol: 'cas' | 'oidc';
  sealed_ticket: string | null;
  oidc_sid: string | null;
  grant_hash: string | null;
  logout_url: string | null;
  with_second_factor: boolean;
  opened_at: Date;
  closed_at: Date | null;
  because: string | null;
  attempts: number;
  next_at: Date | null;
  delivered_at: Date | null;
  given_up_at: Date | null;
}

/** All visits, or those of somebody, of a service…; oldest first. */
export const visitsIn = (db: Knex, of: Partial<VisitRow> = {}): PromiseLike<VisitRow[]> =>
  db('sso_visits').where(of).orderBy('id');

/** Opens a service for somebody, in a browser of which nothing else is known. */
export async function openVisitOf(
  db: Knex,
  userId: number,
  serviceId: number,
  fields: Partial<VisitRow> = {},
): Promise<void> {
  await db('sso_visits').insert({
    sign_in_id: randomUUID(),
    user_id: userId,
    service_id: serviceId,
    protocol: 'cas',
    opened_at: new Date(),
    ...fields,
  });
}

/** The secrets of a service, oldest first. */
export const secretsOf = (
  db: Knex,
  serviceId: number,
): PromiseLike<{ secret_hash: string; expires_at: Date | null }[]> =>
  db('service_secrets').where({ service_id: serviceId }).orderBy('id');

/** A service that hears of no logout since a moment, and has been called a day later. */
export async function createSilence(db: Knex, serviceId: number, since: Date): Promise<void> {
  await db('service_silences').insert({
    service_id: serviceId,
    listener: 'cas muet.example',
    since,
    failed_at: new Date(since.getTime() + 24 * 3_600_000),
  });
}
