import { randomUUID } from 'node:crypto';
import type { TestSite } from '../../support/app.ts';
import { createAction } from '../../support/catalogue.ts';
import { nextSiret } from '../../support/people.ts';

/** A request for an account whose e-mail is confirmed, without going through its pages. @returns its id */
export async function pendingAccount(
  { dependencies: { db } }: TestSite,
  structure: number,
  email: string,
  at: Date,
  name: [first: string, last: string] = ['Ada', 'Lovelace'],
): Promise<number> {
  const [row] = await db('account_requests').insert(
    {
      structure_id: structure,
      email,
      password_hash: 'x',
      civility: 'Mme',
      first_name: name[0],
      last_name: name[1],
      job_title: 'Conseillère',
      state: 'pending',
      token_hash: email,
      token_expires_at: at,
      created_at: at,
      confirmed_at: at,
    },
    'id',
  );
  return row.id;
}

/** One pending request of each kind but the account's, for the tests that go through every inbox. */
export async function pendingOfEachKind(
  { dependencies: { db } }: TestSite,
  { structure, userId, at, email }: { structure: number; userId: number; at: Date; email: string },
): Promise<
  Record<
    'structures' | 'propositions' | 'mises-a-jour' | 'affiliations' | 'adhesions' | 'suppressions',
    number
  >
> {
  const insert = async (table: string, values: object): Promise<number> =>
    (await db(table).insert(values, 'id'))[0].id;
  const update = await insert('structure_update_requests', {
    structure_id: structure,
    requested_by: userId,
    requested_at: at,
  });
  await db('structure_update_changes').insert({
    request_id: update,
    field: 'city',
    old_value: 'Pessac',
    new_value: 'Talence',
  });
  return {
    structures: await insert('structure_requests', {
      siret: nextSiret(),
      name: 'Forge des Compétences',
      kind: 'association',
      address: '1 rue de l’Essai',
      postcode: '33600',
      city: 'Pessac',
      civility: 'Mme',
      last_name: 'Durand',
      first_name: 'Zélie',
      email,
      created_at: at,
    }),
    propositions: await insert('session_proposals', {
      provider_id: structure,
      action_id: (await createAction(db, { providerId: structure })).id,
      is_change: false,
      form: { creneaux: 'mardi 12/01/2027 09:00-12:30', places: '12', attente: '6', lieu: 'Salle 1' },
      proposed_by: userId,
      proposed_at: at,
      form_key: randomUUID(),
    }),
    'mises-a-jour': update,
    affiliations: await insert('affiliation_requests', {
      user_id: userId,
      structure_id: structure,
      created_at: at,
    }),
    adhesions: await insert('membership_requests', {
      structure_id: structure,
      year: 2026,
      requested_by: userId,
      requested_at: at,
    }),
    suppressions: await insert('deletion_requests', { user_id: userId, requested_at: at }),
  };
}
