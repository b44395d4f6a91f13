import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { rescheduleSession } from '#enrolment/session-changes/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createAction, createSession, sessionOf, setDates } from '../support/catalogue.ts';
import { DAY, HOUR } from '../support/database.ts';
import { actorOf, enrolmentsOf, stateOf, statesOf } from '../support/enrolments.ts';
import { createStructure, createUser, type TestUser } from '../support/people.ts';
import { first } from '../support/rows.ts';
import { recordStatements } from '../support/statements.ts';

/** The pages that change a session, give a seat by exception, move, enrol by hand, or take an approval back. */
let site: TestSite;
let asPerson: Visitor;
let asValidator: Visitor;
let asTrainer: Visitor;
let asAgency: Visitor;
let agencyId: number;
let people: TestUser[];
let trainer: TestUser;
let structureId: number;
let actionId: number;
let providerId: number;
const ids: Record<'session' | 'other' | 'seat' | 'waiting' | 'requested', number> = {} as never;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  const { dependencies: deps, clock } = site;
  const { db } = deps;
  structureId = await createStructure(db, { name: 'Structure <b>d’essai</b>', memberIn: [2026] });
  providerId = await createStructure(db, { isTrainingBody: true });
  const validator = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  trainer = await createUser(db, { affiliations: { [providerId]: ['provider'] } });
  const agency = await createUser(db, { isAgencyManager: true });
  people = [];
  for (let index = 0; index < 5; index += 1) {
    people.push(
      await createUser(db, {
        lastName: `Été-${index} <script>alert(1)</script>`,
        affiliations: { [structureId]: [] },
      }),
    );
  }
  ({ id: actionId } = await createAction(db, {
    providerId,
    title: 'Titre <script>alert(2)</script> 100 %_',
  }));
  ids.session = await createSession(db, { actionId, now: clock.now(), capacity: 5 });
  ids.other = await createSession(db, { actionId, now: clock.now(), capacity: 5, startsInDays: 50 });
  const by = { role: 'hr_validator', userId: validator.id, way: 'page' } as const;
  const made: number[] = [];
  for (const person of people.slice(0, 4)) {
    const { id } = await requestEnrolment(deps, await actorOf(db, person.id), {
      actionId,
      sessionId: ids.session,
      structureId,
      motivation: 'Progresser',
    });
    if (made.length < 3) await decideEnrolment(deps, id, { event: 'approve', by });
    made.push(id);
    clock.advance(1000);
  }
  [ids.seat, , ids.waiting, ids.requested] = made as [number, number, number, number];
  asPerson = await site.signedIn((people[0] as TestUser).email);
  asValidator = await acting(validator, `hr_validator:${structureId}`);
  asTrainer = await acting(trainer, `provider:${providerId}`);
  asAgency = await site.signedIn(agency.email);
  agencyId = agency.id;
});
afterAll(() => site.close());

const db = () => site.dependencies.db;
async function acting(user: TestUser, profil: string): Promise<Visitor> {
  const browser = await site.signedIn(user.email);
  await browser.submit('/parcourspro/profil', { profil }, '/parcourspro/mon-espace');
  return browser;
}
const session = () => `/parcourspro/prestataire/seances/${ids.session}`;

const pages: [string, () => Visitor, () => string][] = [
  ['cancellation', () => asTrainer, () => `${session()}/annuler`],
  ['restoration', () => asTrainer, () => `${session()}/retablir`],
  ['attendance', () => asTrainer, () => `${session()}/presence`],
  ['waiting list', () => asTrainer, () => `${session()}?liste=attente`],
  ['withdrawals', () => asTrainer, () => `${session()}?liste=annulations`],
  ['seat by exception', () => asTrainer, () => `/parcourspro/prestataire/demandes/${ids.waiting}/placer`],
  ['approval taken back', () => asValidator, () => `/parcourspro/valideur/demandes/${ids.seat}/retirer`],
  ['late or not', () => asPerson, () => `/parcourspro/mon-espace/demandes/${ids.seat}/annuler`],
  ['by hand, empty', () => asAgency, () => '/agence/inscriptions/ajouter'],
  ['by hand', () => asAgency, () => '/agence/inscriptions/ajouter?qui=ete&action=TITRE'],
  ['by hand, nothing found', () => asAgency, () => '/agence/inscriptions/ajouter?qui=%25%00%27&action=_'],
  ['move', () => asAgency, () => `/agence/inscriptions/${ids.seat}/deplacer`],
  ['agency: seat', () => asAgency, () => `/agence/inscriptions/${ids.waiting}/placer`],
  ['agency: approval', () => asAgency, () => `/agence/inscriptions/${ids.seat}/retirer`],
  ['agency: withdrawal', () => asAgency, () => `/agence/inscriptions/${ids.seat}/annuler`],
  ['agency: the file', () => asAgency, () => `/agence/inscriptions/${ids.seat}`],
];
test.each(pages)('%s takes 4 statements at most, and shows names as text', async (_name, who, path) => {
  await who().get(path());
  let text = '';
  const statements = await recordStatements(async () => {
    const response = await who().get(path());
    expect(response.status).toBe(200);
    text = response.text;
  });
  expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
  expect(text).not.toContain('<script>alert');
  expect(text.length).toBeLessThan(61_440);
});

const forms: [string, () => Visitor, () => string, Record<string, string>][] = [
  ['cancellation', () => asTrainer, () => `${session()}/annuler`, { motif: 'x' }],
  ['seat', () => asTrainer, () => `/parcourspro/prestataire/demandes/${ids.waiting}/placer`, { motif: 'x' }],
  ['approval', () => asValidator, () => `/parcourspro/valideur/demandes/${ids.seat}/retirer`, { motif: 'x' }],
  [
    'by hand',
    () => asAgency,
    () => '/agence/inscriptions/ajouter?qui=ete&action=titre',
    { personne: 'x', session: 'x', motif: 'Un motif tapé' },
  ],
  [
    'move',
    () => asAgency,
    () => `/agence/inscriptions/${ids.seat}/deplacer`,
    { session: 'x', motif: 'Un motif tapé' },
  ],
  ['agency: seat', () => asAgency, () => `/agence/inscriptions/${ids.waiting}/placer`, { motif: 'x' }],
  ['agency: approval', () => asAgency, () => `/agence/inscriptions/${ids.seat}/retirer`, { motif: 'x' }],
  ['agency: withdrawal', () => asAgency, () => `/agence/inscriptions/${ids.seat}/annuler`, { motif: 'x' }],
];
describe('bad input', () => {
  test.each(forms)(
    '%s: refused in French, the typing kept, nothing changed',
    async (_name, who, path, good) => {
      const names = Object.keys(good);
      const filled = (value: string | string[]) => Object.fromEntries(names.map((name) => [name, value]));
      for (const fields of [
        {},
        filled(' \u00a0\u200b '),
        filled(['a', 'b']),
        filled('x'.repeat(20_000)),
        filled('a\u0000b\u0007'),
        { ...filled('1:1'), motif: '' },
      ]) {
        const response = await who().submit(path(), fields);
        expect(response.status).toBe(422);
        expect(response.text).toContain('à corriger');
      }
      if (names.length > 1) {
        const kept = await who().submit(path(), { ...good, session: 'nulle part' });
        expect(kept.status).toBe(422);
        expect(kept.text).toContain('Un motif tapé');
      }
      expect((await who().post(path(), good)).status).toBe(403);
      expect(await statesOf(db(), [ids.seat, ids.waiting, ids.requested])).toEqual([
        'preregistered',
        'waitlisted',
        'requested',
      ]);
    },
  );

  test('ids that are no ids, or somebody else’s, do not exist', async () => {
    for (const id of ['0', '-1', 'abc', '99999999', '%00']) {
      for (const [who, path] of [
        [asTrainer, `/parcourspro/prestataire/seances/${id}/annuler`],
        [asTrainer, `/parcourspro/prestataire/seances/${id}/presence`],
        [asTrainer, `/parcourspro/prestataire/demandes/${id}/placer`],
        [asValidator, `/parcourspro/valideur/demandes/${id}/retirer`],
        [asAgency, `/agence/inscriptions/${id}/deplacer`],
      ] as const) {
        expect((await who.get(path)).status, path).toBe(404);
      }
    }
    // A request that the employer has yet to approve is not known to the provider.
    expect((await asTrainer.get(`/parcourspro/prestataire/demandes/${ids.requested}/placer`)).status).toBe(
      404,
    );
  });

  test('a rule that stands against it is said on the form, the typing kept', async () => {
    const path = '/agence/inscriptions/ajouter?qui=ete&action=titre';
    const first = (people[0] as TestUser).id;
    const refused = await asAgency.submit(path, {
      personne: `${first}:${structureId}`,
      session: ids.session,
      motif: 'Un motif tapé',
    });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('a déjà une demande en cours');
    expect(refused.text).toContain('Un motif tapé');
    const stranger = await createUser(db());
    const notThere = await asAgency.submit(path, {
      personne: `${stranger.id}:${structureId}`,
      session: ids.session,
      motif: 'Motif',
    });
    expect(notThere.status).toBe(409);
    const nowhere = await asAgency.submit(`/agence/inscriptions/${ids.seat}/deplacer`, {
      session: 99_999_999,
      motif: 'Motif',
    });
    expect(nowhere.status).toBe(404);
  });
});

test('the whole way, page after page', async () => {
  // The person waits, and reads why.
  const waiter = await site.signedIn((people[2] as TestUser).email);
  expect((await waiter.get('/parcourspro/mon-espace')).text).toContain(
    'votre structure a déjà 2\u00a0places',
  );
  const list = await asTrainer.get(`${session()}?liste=attente`);
  expect(list.text).toContain(`/parcourspro/prestataire/demandes/${ids.waiting}/placer`);
  const seat = `/parcourspro/prestataire/demandes/${ids.waiting}/placer`;
  expect((await asTrainer.submit(seat, { motif: 'Un binôme' })).status).toBe(303);
  expect((await asTrainer.submit(seat, { motif: 'Un binôme' })).status).toBe(409);
  expect(await stateOf(db(), ids.waiting)).toBe('enrolled');

  // Moved by the agency, with a seat.
  const file = await asAgency.get(`/agence/inscriptions/${ids.waiting}`);
  expect(file.text).toContain(`/agence/inscriptions/${ids.waiting}/deplacer`);
  const move = `/agence/inscriptions/${ids.waiting}/deplacer`;
  expect((await asAgency.submit(move, { session: ids.other, motif: 'Congés' })).status).toBe(303);
  expect((await asAgency.get(`/agence/inscriptions/${ids.waiting}`)).text).toContain('Congés');

  // Enrolled by hand.
  const fifth = (people[4] as TestUser).id;
  const byHand = await asAgency.submit('/agence/inscriptions/ajouter?qui=ete-4&action=titre', {
    personne: `${fifth}:${structureId}`,
    session: ids.session,
    motif: 'Demande du directeur',
  });
  expect(byHand.status).toBe(303);
  expect((await asAgency.get(byHand.headers.location as string)).text).toContain('Demande du directeur');

  // The approval taken back has words of its own, everywhere.
  const back = `/parcourspro/valideur/demandes/${ids.seat}/retirer`;
  expect((await asValidator.get('/parcourspro/valideur/decisions')).text).toContain(back);
  expect((await asValidator.submit(back, { motif: 'Absence' })).status).toBe(303);
  for (const [who, path] of [
    [asValidator, '/parcourspro/valideur/decisions'],
    [asValidator, `/parcourspro/valideur/demandes/${ids.seat}`],
    [asPerson, '/parcourspro/mon-espace/passees'],
    [asTrainer, `${session()}?liste=annulations`],
  ] as const) {
    expect((await who.get(path)).text, path).toContain('Accord retiré par l’employeur');
  }
  expect((await asValidator.get(`/parcourspro/valideur/demandes/${ids.seat}`)).text).not.toContain(back);

  // The session is moved: the person says that they come, the provider sees it.
  const startsAt = new Date(site.clock.now().getTime() + 60 * DAY);
  const slot = { startsAt, endsAt: new Date(startsAt.getTime() + 7 * HOUR), modality: 'remote' as const };
  await rescheduleSession(
    site.dependencies,
    ids.session,
    { role: 'agency', userId: agencyId, way: 'page' },
    { slots: [{ ...slot, place: '', address: '', postcode: '', city: '', link: '' }], reason: 'Salle' },
  );
  const { id: fifthId } = first(await enrolmentsOf(db(), { user_id: fifth }));
  const asFifth = await site.signedIn((people[4] as TestUser).email);
  expect((await asFifth.get('/parcourspro/mon-espace')).text).toContain('Je confirme ma présence');
  expect((await asTrainer.get(session())).text).toContain('restent à confirmer');
  expect((await asFifth.get(`/parcourspro/mon-espace/demandes/${fifthId}/annuler`)).text).toContain(
    'ne sera pas tardive',
  );
  const confirm = `/parcourspro/mon-espace/demandes/${fifthId}/confirmer`;
  expect((await asFifth.submit(confirm, {}, '/parcourspro/mon-espace')).status).toBe(303);
  expect((await asFifth.submit(confirm, {}, '/parcourspro/mon-espace')).status).toBe(409);
  expect((await asTrainer.get(`${session()}?liste=inscrits`)).text).toContain('Présence confirmée');

  // Cancelled, after reading who is told; then restored.
  expect((await asTrainer.get(`${session()}/annuler`)).text).toContain('3\u00a0personnes seront prévenues');
  expect((await asTrainer.submit(`${session()}/annuler`, { motif: 'Malade' })).status).toBe(303);
  expect((await asTrainer.submit(`${session()}/annuler`, { motif: 'Malade' })).status).toBe(409);
  expect((await asTrainer.get(session())).text).toContain('Rétablir la session');
  expect((await asTrainer.submit(`${session()}/retablir`)).status).toBe(303);
  const again = await asTrainer.submit(`${session()}/retablir`, {}, session());
  expect(again.status).toBe(409);
  expect(await stateOf(db(), fifthId)).toBe('enrolled');
});

test('a second session at the same hours is told before asking and before deciding', async () => {
  const { starts_at, ends_at } = await sessionOf(db(), ids.other);
  const { id: other, slug } = await createAction(db(), { providerId, title: 'Autre action' });
  const sessionId = await createSession(db(), { actionId: other, now: site.clock.now() });
  await setDates(db(), sessionId, [{ starts_at, ends_at }]);
  const asWaiter = await site.signedIn((people[2] as TestUser).email);
  const words = 'aux mêmes heures';
  const form = `/parcourspro/actions/${slug}/inscription?session=${sessionId}`;
  expect((await asWaiter.get(form)).text).toContain(words);
  expect((await asWaiter.get(`/parcourspro/actions/${slug}`)).text).toContain(words);
  const request = { structure: String(structureId), motivation: 'Progresser' };
  expect((await asWaiter.submit(form, request)).status).toBe(303);
  const { id } = first(await enrolmentsOf(db(), { session_id: sessionId }));
  expect((await asValidator.get(`/parcourspro/valideur/demandes/${id}`)).text).toContain(words);
  expect((await asPerson.get(form)).text).not.toContain(words);
});

test('a course followed at one’s own hours, open for weeks, is not at the same hours as another', async () => {
  const { starts_at, ends_at } = await sessionOf(db(), ids.other);
  const { id: other, slug } = await createAction(db(), { providerId, title: 'À son rythme' });
  const sessionId = await createSession(db(), { actionId: other, now: site.clock.now() });
  await setDates(db(), sessionId, [
    { starts_at: new Date(+starts_at - 3 * DAY), ends_at: new Date(+ends_at + 20 * DAY) },
  ]);
  const asHolder = await site.signedIn((people[2] as TestUser).email);
  const form = `/parcourspro/actions/${slug}/inscription?session=${sessionId}`;
  expect((await asHolder.get(form)).text).not.toContain('aux mêmes heures');
  const request = { structure: String(structureId), motivation: 'Progresser' };
  expect((await asHolder.submit(form, request)).status).toBe(303);
  const page = await asValidator.get('/parcourspro/valideur?q=son+rythme');
  expect(page.text).toContain('À son rythme');
  expect(page.text).not.toContain('Aux mêmes heures');
});

test.each([
  ['formation', 'Votre Valideur RH l’examinera', 'Votre demande est enregistrée'],
  ['journee', 'Vous serez préinscrit', 'Votre préinscription est enregistrée'],
  ['webinaire', 'Votre inscription sera immédiate', 'Votre inscription est confirmée'],
])('asking for a place in a « %s » says what follows, before and after', async (kind, before, after) => {
  const { id, slug } = await createAction(db(), { providerId, title: `Suites ${kind}`, kind });
  const now = site.clock.now();
  const sessionId = await createSession(db(), { actionId: id, now, startsInDays: 70 });
  const asked = await createUser(db(), { affiliations: { [structureId]: [] } });
  const asAsked = await site.signedIn(asked.email);
  const form = `/parcourspro/actions/${slug}/inscription?session=${sessionId}`;
  const { text } = await asAsked.get(form);
  expect(text).toContain(before);
  expect(text.includes('À l’attention de votre Valideur RH')).toBe(kind === 'formation');
  const request = { structure: String(structureId), motivation: 'Progresser' };
  expect((await asAsked.submit(form, request)).status).toBe(303);
  expect((await asAsked.get('/parcourspro/mon-espace')).text).toContain(after);
  const refused = await asAsked.submit(form, request);
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('id="refus" tabindex="-1" autofocus');
});

test('a name that begins with a vowel is elided, and a page names what it leads back to', async () => {
  const elie = await createUser(db(), {
    firstName: 'Élie',
    lastName: 'Boussole',
    affiliations: { [structureId]: [] },
  });
  const { id } = await requestEnrolment(site.dependencies, await actorOf(db(), elie.id), {
    actionId,
    sessionId: ids.other,
    structureId,
    motivation: 'Progresser',
  });
  const { text } = await asAgency.get(`/agence/inscriptions/${id}/annuler`);
  expect(text).toContain('Annuler la demande d’Élie Boussole');
  expect(text).toMatch(/Revenir à la demande<\/a>/);
});

test('a withdrawal says beforehand that it will be late, and is marked for validator and provider', async () => {
  const row = first(await enrolmentsOf(db(), { session_id: ids.other, state: 'enrolled' }));
  site.clock.set('2026-04-18T09:00:00Z');
  const person = people.find(({ id }) => id === row.user_id) as TestUser;
  const browser = await site.signedIn(person.email);
  const path = `/parcourspro/mon-espace/demandes/${row.id}/annuler`;
  const page = await browser.get(path);
  expect(page.text).toContain('Cette annulation sera marquée comme tardive');
  expect(page.text).toContain('mardi 14\u00a0avr. 2026');
  expect((await browser.submit(path, { motif: 'Empêchement' })).status).toBe(303);
  const asProvider = await acting(trainer, `provider:${providerId}`);
  const list = await asProvider.get(`/parcourspro/prestataire/seances/${ids.other}?liste=annulations`);
  expect(list.text).toContain('Annulation tardive');
});
