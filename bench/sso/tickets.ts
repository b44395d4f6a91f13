import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { hashPassword } from '#platform/security/passwords.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { newTicket } from '#sso/cas/tickets.ts';
import { ATTRIBUTES } from '#sso/services/rules.ts';
import { PASSWORD } from '../catalogue/site.ts';

/** Stands for the hash of a ticket in recorded statements. */
export const TICKET = 'the hash of the ticket';
/** Where the browser was sent. */
export const SERVICE_URL = 'https://service.example/cas/entree';
/** The same by OpenID Connect. */
export const REDIRECT_URI = 'https://service.example/retour';
/** As often as somebody may go round with a service in a minute (`sso/oidc/routes.ts`). */
export const ROUNDS_A_MINUTE = 10;

const EMAIL = 'banc@essai.example';

/** Somebody signed in, and a service that they may open. */
export interface Entrant {
  /** To sign in once more, with a profile. */
  account: { email: string; password: string; profile: string };
  userId: number;
  serviceId: number;
  signInId: string;
}

/** Makes a person of three structures with an open browser session, and a service told everything of them. */
export async function createEntrant(db: Knex): Promise<Entrant> {
  const at = new Date();
  const [user] = await db('users').insert(
    {
      ...{
        email: EMAIL,
        password_hash: await hashPassword(PASSWORD),
        civility: 'Mme',
        first_name: 'Ada',
        last_name: 'Banc',
      },
      created_at: at,
    },
    'id',
  );
  const structures: number[] = [];
  for (const siret of ['00000000000017', '00000000000025', '00000000000033']) {
    const [structure] = await db('structures').insert(
      {
        ...{ siret, name: `Structure ${siret}`, kind: 'association', address: '1 rue', postcode: '33600' },
        ...{ city: 'Pessac', department: '33', created_at: at },
      },
      'id',
    );
    structures.push(structure.id);
    const [affiliation] = await db('affiliations').insert(
      { user_id: user.id, structure_id: structure.id, since: at },
      'id',
    );
    await db('affiliation_rights').insert(
      ['beneficiary', 'hr_validator'].map((right) => ({
        affiliation_id: affiliation.id,
        right,
        granted_at: at,
      })),
    );
  }
  const [service] = await db('services').insert(
    {
      ...{
        key: 'banc',
        name: 'Banc',
        description: '',
        opens_to: 'everyone',
        speaks_cas: true,
      },
      ...{ created_at: at, updated_at: at },
    },
    'id',
  );
  await db('service_addresses').insert({
    service_id: service.id,
    kind: 'cas',
    url: 'https://service.example/cas',
  });
  const signInId = randomUUID();
  await db('web_sessions').insert({
    sid: signInId,
    sess: JSON.stringify({
      passport: { user: user.id },
      signInId,
      generation: 1,
      signedInAt: at.getTime(),
      cookie: {},
    }),
    expire: db.raw('to_timestamp(?)', [Date.now() / 1000 + 3600]),
  });
  const account = { email: EMAIL, password: PASSWORD, profile: `beneficiary:${structures[0]}` };
  return { account, userId: user.id, serviceId: service.id, signInId };
}

/** What OpenID Connect calls a service, and what that shows. */
export interface Client {
  clientId: string;
  secret: string;
}

/** Registers services that speak OpenID Connect, told everything. */
export async function createClients(db: Knex, count: number): Promise<Client[]> {
  const clients = Array.from({ length: count }, (_, nth) => ({
    clientId: `banc-${nth + 1}`,
    secret: newToken(),
  }));
  const at = new Date();
  const common = { name: 'Banc', description: '', opens_to: 'everyone', speaks_oidc: true, created_at: at };
  const rows = await db('services').insert(
    clients.map(({ clientId }) => ({ ...common, key: clientId, updated_at: at })),
    'id',
  );
  const ids = rows.map(({ id }) => ({ service_id: id }));
  await db('service_addresses').insert(ids.map((of) => ({ ...of, kind: 'redirect', url: REDIRECT_URI })));
  await db('service_secrets').insert(
    ids.map((of, nth) => ({ ...of, secret_hash: hashToken(clients[nth]?.secret ?? ''), created_at: at })),
  );
  await db('service_attributes').insert(
    ids.flatMap((of) => ATTRIBUTES.map((attribute) => ({ ...of, attribute, name: attribute }))),
  );
  return clients;
}

/** Gives so many tickets, as the page of entry does. @returns them */
export async function giveTickets(db: Knex, entrant: Entrant, count: number): Promise<string[]> {
  const tickets = Array.from({ length: count }, () => newTicket('ST'));
  const now = Date.now();
  for (let from = 0; from < count; from += 1_000) {
    await db('sso_tickets').insert(
      tickets.slice(from, from + 1_000).map((ticket) => ({
        ticket_hash: hashToken(ticket),
        kind: 'service',
        service_id: entrant.serviceId,
        service_url: SERVICE_URL,
        user_id: entrant.userId,
        sign_in_id: entrant.signInId,
        authenticated_at: new Date(now),
        created_at: new Date(now),
        expires_at: new Date(now + 600_000),
      })),
    );
  }
  return tickets;
}

/** Leaves tickets and visits of other days behind, as many as a large installation has. */
export async function leaveOld(db: Knex, { userId, serviceId }: Entrant, count: number): Promise<void> {
  const old = { userId, serviceId, count, url: SERVICE_URL };
  await db.raw(
    `insert into sso_tickets (ticket_hash, kind, service_id, service_url, user_id, sign_in_id, authenticated_at,
                              created_at, expires_at, used_at)
     select md5(cast(n as text)) || md5(cast(-n as text)), 'service', :serviceId, :url, :userId, gen_random_uuid(),
            now() - interval '1 hour', now() - interval '1 hour', now() - interval '59 minutes', now() - interval '59 minutes'
       from generate_series(1, cast(:count as int)) n`,
    old,
  );
  await db.raw(
    `insert into sso_visits (sign_in_id, user_id, service_id, protocol, opened_at, closed_at, because)
     select gen_random_uuid(), :userId, :serviceId, 'cas', now() - interval '2 hours', now() - interval '1 hour', 'signed_out'
       from generate_series(1, cast(:count as int)) n`,
    old,
  );
  await db.raw('vacuum analyze sso_tickets, sso_visits');
}
