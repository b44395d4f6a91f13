import type { Knex } from 'knex';

/** The people of one session. */
export const PEOPLE = 200;

/** What was made, by its numbers. */
export interface Filled {
  provider: { email: string; profile: string };
  /** Sessions of two half-days of yesterday, attended by all, whose sheet is validated; nothing is issued yet. */
  closed: number[];
  /** The half-day under way of a session of today. */
  slotToSign: number;
  people: number[];
}

/** A training body, an employer of 200 people, and sessions in which they all are. @param closed how many to issue */
export async function fillDocuments(db: Knex, closed: number, passwordHash: string): Promise<Filled> {
  const one = async (table: string, row: object): Promise<number> => {
    const [made] = await db(table).insert(row, 'id');
    return made.id;
  };
  const at = new Date(0);
  const place = { postcode: '33000', city: 'Bordeaux', department: '33', created_at: at };
  const providerId = await one('structures', {
    ...place,
    ...{ siret: '90000000000001', name: 'Organisme de mesure', kind: 'other', is_training_body: true },
  });
  const employerId = await one('structures', {
    ...place,
    ...{ siret: '90000000000002', name: 'Employeur de mesure', kind: 'other', is_training_body: false },
  });
  await db('training_body_profiles').insert({
    structure_id: providerId,
    ...{ activity_number: '75330000033', activity_region: 'Nouvelle-Aquitaine', city: 'Bordeaux' },
    ...{ representative: 'Dominique Exemple', representative_quality: 'Directrice', updated_at: at },
  });
  const email = 'organisme@mesure.example';
  const providerUser = await one('users', personNamed(0, { email, password_hash: passwordHash }));
  const [affiliation] = await db('affiliations').insert(
    { user_id: providerUser, structure_id: providerId, since: at },
    'id',
  );
  await db('affiliation_rights').insert({
    affiliation_id: affiliation.id,
    right: 'provider',
    granted_at: at,
  });
  const people = (
    await db('users').insert(
      Array.from({ length: PEOPLE }, (_, index) => personNamed(index + 1)),
      'id',
    )
  ).map(({ id }) => id);

  const session = async (index: number, startsAt: Date, state: string) => {
    const actionId = await one('actions', {
      ...{
        slug: `mesure-${index}`,
        title: `Action de mesure ${index}`,
        provider_id: providerId,
        theme_id: 1,
      },
      kind_id: db('action_kinds').where({ is_training: true }).min('id'),
      ...{ modality: 'in_person', duration_days: 1, published_at: at },
    });
    const ends = (hours: number) => new Date(startsAt.getTime() + hours * 3_600_000);
    const sessionId = await one('sessions', {
      ...{
        action_id: actionId,
        capacity: PEOPLE,
        waiting_capacity: 0,
        starts_at: startsAt,
        ends_at: ends(8),
      },
      ...{ registration_opens_at: ends(-48), registration_closes_at: ends(-24) },
    });
    const halfDays = [
      [0, 3.5],
      [4.5, 8],
    ] as const;
    const slots = await db('slots').insert(
      halfDays.map(([from, until]) => ({
        ...{ session_id: sessionId, starts_at: ends(from), ends_at: ends(until) },
        ...{ modality: 'in_person', place: 'Salle Garonne', city: 'Bordeaux' },
      })),
      'id',
    );
    const enrolments = await db('enrolments').insert(
      people.map((userId) => ({
        ...{ user_id: userId, structure_id: employerId, action_id: actionId, session_id: sessionId },
        ...{ state, motivation: 'Progresser', requested_at: at },
      })),
      'id',
    );
    return { sessionId, slots: slots.map(({ id }) => id), enrolments: enrolments.map(({ id }) => id) };
  };

  const yesterday = new Date(Date.now() - 30 * 3_600_000);
  const issued: number[] = [];
  for (let index = 0; index < closed; index += 1) {
    const { sessionId, slots, enrolments } = await session(index, yesterday, 'attended');
    await db('attendance_slots').insert(
      slots.map((slotId) => ({ slot_id: slotId, recorded_at: at, recorded_by: providerUser })),
    );
    const marks = enrolments.flatMap((enrolmentId) =>
      slots.map((slotId) => ({
        enrolment_id: enrolmentId,
        slot_id: slotId,
        presence: 'present',
        changed_at: at,
      })),
    );
    await db('attendance').insert(marks);
    await db('attendance_sheets').insert({
      ...{ session_id: sessionId, closed_at: new Date(), closed_by: providerUser },
    });
    issued.push(sessionId);
  }
  const today = await session(closed, new Date(Date.now() - 3_600_000), 'enrolled');
  await db.raw('vacuum analyze');
  return {
    provider: { email, profile: `provider:${providerId}` },
    closed: issued,
    slotToSign: today.slots[0] as number,
    people,
  };
}

const personNamed = (index: number, given: object = {}) => ({
  email: `personne${index}@mesure.example`,
  ...{ password_hash: 'x', civility: 'Mme', last_name: `Exemple ${index}`, first_name: 'Camille' },
  created_at: new Date(0),
  ...given,
});
