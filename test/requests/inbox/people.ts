import type { TestSite } from '../../support/app.ts';
import { createModel } from '../../support/badges.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { createEnrolment } from '../../support/enrolments.ts';
import { createRequest, createUpdate } from '../../support/requests.ts';

/** One pending request of each kind but the account's, for the tests that go through every inbox. */
export async function pendingOfEachKind(
  site: TestSite,
  { structure, userId, at, email }: { structure: number; userId: number; at: Date; email: string },
): Promise<
  Record<
    | 'structures'
    | 'propositions'
    | 'mises-a-jour'
    | 'affiliations'
    | 'adhesions'
    | 'suppressions'
    | 'demandes-de-badge',
    number
  >
> {
  const { db } = site.dependencies;
  const byThem = { structure_id: structure, requested_by: userId };
  return {
    structures: await createRequest(db, 'structure_request', at, {
      last_name: 'Durand',
      first_name: 'Zélie',
      email,
    }),
    propositions: await createRequest(db, 'session_proposal', at, {
      provider_id: structure,
      action_id: (await createAction(db, { providerId: structure })).id,
      form: { creneaux: 'mardi 12/01/2027 09:00-12:30', places: '12', attente: '6', lieu: 'Salle 1' },
      proposed_by: userId,
    }),
    'mises-a-jour': await createUpdate(db, at, byThem, { city: ['Pessac', 'Talence'] }),
    affiliations: await createRequest(db, 'affiliation_request', at, {
      user_id: userId,
      structure_id: structure,
    }),
    adhesions: await createRequest(db, 'membership_request', at, byThem),
    'demandes-de-badge': await createRequest(db, 'badge_request', at, {
      user_id: userId,
      enrolment_id: await createEnrolment(db, {
        sessionId: await createSession(db, {
          actionId: (await createAction(db, { providerId: structure })).id,
          now: at,
        }),
        userId,
        structureId: structure,
        state: 'attended',
      }),
      model_id: await createModel(site, userId),
    }),
    suppressions: await createRequest(db, 'deletion_request', at, { user_id: userId }),
  };
}
