import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { hashToken } from '#platform/security/secrets.ts';
import { newTicket } from '#sso/cas/tickets.ts';

/** Stands for the hash of a ticket in recorded statements. */
export const TICKET = 'the hash of the ticket';
/** Where the browser was sent. */
export const SERVICE_URL = 'https://service.example/cas/entree';

/** Somebody signed in, and a service that they may open. */
export interface Entrant {
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
        email: 'banc@demo.example',
        password_hash: '-',
        civility: 'Mme',
        first_name: 'Ada',
        last_name: 'Banc',
      },
      created_at: at,
    },
    'id',
  );
  for (const siret of ['00000000000017', '00000000000025', '00000000000033']) {
    const [structure] = await db('structures').insert(
      {
        ...{ siret, name: `Structure ${siret}`, kind: 'association', address: '1 rue', postcode: '33600' },
        ...{ city: 'Pessac', department: '33', created_at: at },
      },
      'id',
    );
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
      ...{ key: 'banc', name: 'Banc', description: '', opens_to: 'everyone', speaks_cas: true },
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
  return { userId: user.id, serviceId: service.id, signInId };
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
