import type { Knex } from 'knex';
import { DEMO_EMAIL_DOMAIN } from '#platform/config.ts';
import { parisYear } from '#platform/french/time.ts';
import { currentCharter } from '#structures/memberships/charter.ts';
import { daysAgo } from './calendar.ts';
import { insertAll } from './insert.ts';
import type { Person } from './people.ts';
import { inventedSiret } from './sirets.ts';
import type { Structure } from './structures.ts';

/** Whom and what the requests are about. */
interface Cast {
  structures: ReadonlyMap<string, Structure>;
  people: readonly Person[];
  now: Date;
}

/** Fills the agency's lists: structures to add and to correct, people who join another structure, memberships. */
export async function insertAgencyRequests(trx: Knex.Transaction, cast: Cast): Promise<void> {
  await insertStructureRequests(trx, cast.now);
  await insertStructureUpdates(trx, cast);
  await insertAffiliationRequests(trx, cast);
  await trx('membership_requests').insert({
    structure_id: cast.structures.get('33-4')?.id,
    year: parisYear(cast.now),
    charter_version: currentCharter.version,
    requested_by: idOf(cast, 'non.adherente'),
    requested_at: daysAgo(cast.now, 3, '10:05'),
  });
}

const idOf = ({ people }: Cast, login: string) => people.find((one) => one.login === login)?.id;

/** SIRETs of companies that the list of the demo does not have. */
const UNKNOWN_COMPANY = 9_001;

async function insertStructureRequests(trx: Knex.Transaction, now: Date): Promise<void> {
  const asked = [
    {
      name: 'Régie de quartier Les Deux Ponts',
      acronym: 'RQDP',
      kind: 'association',
      ape_code: '81.29B',
      address: '6 rue du Moulin',
      postcode: '86000',
      city: 'Poitiers',
      civility: 'Mme',
      last_name: 'Passerelle',
      first_name: 'Agathe',
      days: 2,
    },
    {
      name: 'Coopérative Brandelle Formation',
      acronym: null,
      kind: 'training_body',
      ape_code: '85.59A',
      address: '9 rue des Écoles',
      postcode: '33600',
      city: 'Pessac',
      civility: 'M.',
      last_name: 'Établi',
      first_name: 'Gaspard',
      days: 9,
    },
  ];
  const rows = asked.map(({ days, ...request }, index) => ({
    ...request,
    siret: inventedSiret(UNKNOWN_COMPANY + index),
    email: `structure.absente${index + 1}${DEMO_EMAIL_DOMAIN}`,
    created_at: daysAgo(now, days, '14:25'),
  }));
  const ids = await insertAll(trx, 'structure_requests', rows);
  await trx('structure_request_history').insert(
    rows.map(({ created_at: at }, index) => ({ request_id: ids[index], at, event: 'received' })),
  );
}

async function insertStructureUpdates(trx: Knex.Transaction, cast: Cast): Promise<void> {
  const { structures, now } = cast;
  const agency = idOf(cast, 'gestionnaire');
  const requests = [
    {
      structure_id: structures.get('sauvelande')?.id,
      requested_by: idOf(cast, 'prestataire.sauvelande'),
      requested_at: daysAgo(now, 17, '09:40'),
      comment: 'Nous avons déménagé et pris une enseigne.',
    },
    {
      structure_id: structures.get('demo')?.id,
      requested_by: idOf(cast, 'referent2'),
      requested_at: daysAgo(now, 48, '16:10'),
      state: 'refused',
      decided_by: agency,
      decided_at: daysAgo(now, 45, '11:30'),
      refusal_reason:
        'Une mission locale n’est pas une association dans la liste : son type est déjà le bon.',
    },
  ];
  const ids: number[] = [];
  for (const request of requests) ids.push(...(await insertAll(trx, 'structure_update_requests', [request])));
  const [moved, refused] = ids;
  await trx('structure_update_changes').insert([
    {
      request_id: moved,
      field: 'address',
      old_value: '32 avenue de la Gare',
      new_value: '4 place du Marché',
    },
    { request_id: moved, field: 'brand', old_value: null, new_value: 'Sauvelande & Cie' },
    { request_id: refused, field: 'kind', old_value: 'local_mission', new_value: 'association' },
  ]);
}

async function insertAffiliationRequests(trx: Knex.Transaction, cast: Cast): Promise<void> {
  // For a référent of the demo structure, for a structure where nobody is yet, and one that nobody answered.
  const asked = [
    { login: 'prestataire.verzille', structure: 'demo', days: 2 },
    { login: 'nouvelle.arrivee', structure: '40-1', days: 1 },
    { login: 'plusieurs.structures', structure: '17-0', days: 20 },
  ];
  await trx('affiliation_requests').insert(
    asked.map(({ login, structure, days }) => ({
      user_id: idOf(cast, login),
      structure_id: cast.structures.get(structure)?.id,
      created_at: daysAgo(cast.now, days, '15:15'),
    })),
  );
}
