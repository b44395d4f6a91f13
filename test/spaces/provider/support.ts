import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createAction, createSession, sessionOf } from '../../support/catalogue.ts';
import { actorOf } from '../../support/enrolments.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';
import { setSettings } from '../../support/settings.ts';

/** A training body with its people, an action and a session; and another body that must see nothing of it. */
export interface Body {
  site: TestSite;
  providerId: number;
  trainer: TestUser;
  asTrainer: Visitor;
  asStranger: Visitor;
  strangerId: number;
  actionId: number;
  slug: string;
  sessionId: number;
  /** Of a member structure, one each unless told otherwise; everybody's validator. */
  validatorId: number;
  structureId: number;
}

export const acting = async (site: TestSite, user: TestUser, profil: string): Promise<Visitor> => {
  const browser = await site.signedIn(user.email);
  await browser.submit('/parcourspro/profil', { profil }, '/parcourspro/mon-espace');
  return browser;
};

/** @param session of the first action: ten seats and five in the queue unless told otherwise */
export async function createBody(
  now = '2026-03-02T09:00:00Z',
  session: Partial<Parameters<typeof createSession>[1]> = {},
): Promise<Body> {
  const site = await createTestSite({ now });
  const { db } = site.dependencies;
  await setSettings(db, { yearly_actions: 100, yearly_formations: 100, structure_seats_per_formation: 50 });
  const providerId = await createStructure(db, { name: 'Brandelle Formation', isTrainingBody: true });
  const strangerId = await createStructure(db, { isTrainingBody: true });
  const structureId = await createStructure(db, { name: 'Ma structure', memberIn: [2026, 2027] });
  const trainer = await createUser(db, { affiliations: { [providerId]: ['provider'] } });
  const stranger = await createUser(db, { affiliations: { [strangerId]: ['provider'] } });
  const validator = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  const { id: actionId, slug } = await createAction(db, { providerId, title: 'Accompagner une VAE' });
  const sessionId = await createSession(db, { actionId, now: site.clock.now(), ...session });
  return {
    site,
    providerId,
    trainer,
    strangerId,
    asTrainer: await acting(site, trainer, `provider:${providerId}`),
    asStranger: await acting(site, stranger, `provider:${strangerId}`),
    actionId,
    slug,
    sessionId,
    validatorId: validator.id,
    structureId,
  };
}

/** Somebody of the structure with a request in the session. */
export interface Person extends TestUser {
  enrolmentId: number;
  name: string;
}

/**
 * Somebody who asks for a place, and goes as far as `state`.
 * @param structureId another structure than that of everybody, which then needs a validator of its own
 */
export async function addPerson(
  { site, actionId, sessionId, structureId, validatorId, trainer }: Body,
  state: 'requested' | 'preregistered' | 'enrolled',
  options: { firstName?: string; lastName?: string; motivation?: string; sessionId?: number } = {},
): Promise<Person> {
  const deps = site.dependencies;
  const { firstName = 'Ada', lastName = 'Lovelace' } = options;
  const user = await createUser(deps.db, { firstName, lastName, affiliations: { [structureId]: [] } });
  const { id } = await requestEnrolment(deps, await actorOf(deps.db, user.id), {
    actionId,
    sessionId: options.sessionId ?? sessionId,
    structureId,
    motivation: options.motivation ?? 'Progresser',
  });
  site.clock.advance(1000);
  const validator = { role: 'hr_validator', userId: validatorId, way: 'page' } as const;
  if (state !== 'requested') await decideEnrolment(deps, id, { event: 'approve', by: validator });
  const provider = { role: 'provider', userId: trainer.id, way: 'page' } as const;
  if (state === 'enrolled') await decideEnrolment(deps, id, { event: 'accept', by: provider });
  return { ...user, enrolmentId: id, name: `${firstName} ${lastName}` };
}

/** Puts a session an hour into its first half-day (a clock set forward would sign everybody out), and back. */
export async function begin({ site }: Body, sessionId: number): Promise<() => Promise<void>> {
  const { db } = site.dependencies;
  const row = await sessionOf(db, sessionId);
  const by = site.clock.now().getTime() - 3_600_000 - row.starts_at.getTime();
  const shift = async (milliseconds: number) => {
    for (const [table, key] of [['sessions', 'id'] as const, ['slots', 'session_id'] as const]) {
      await db(table)
        .where({ [key]: sessionId })
        .update({
          starts_at: db.raw(`starts_at + ? * interval '1 millisecond'`, [milliseconds]),
          ends_at: db.raw(`ends_at + ? * interval '1 millisecond'`, [milliseconds]),
        });
    }
  };
  await shift(by);
  return () => shift(-by);
}
