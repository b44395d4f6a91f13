import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createAction, createSession } from '../support/catalogue.ts';
import { actorOf, statesOf } from '../support/enrolments.ts';
import { createStructure, createUser, takeRight } from '../support/people.ts';
import { setSettings } from '../support/settings.ts';
import { recordStatements } from '../support/statements.ts';

/** The three spaces with many rows: what they show, what they cost, and what bad input gets. */
let site: TestSite;
let asPerson: Visitor;
let asValidator: Visitor;
let asTrainer: Visitor;
let asAgency: Visitor;
let link: string;
const ids: Record<'session' | 'requested' | 'preregistered' | 'own', number> = {} as never;
let slug: string;
let structureId: number;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  const { dependencies: deps, clock } = site;
  const { db } = deps;
  await setSettings(db, { yearly_actions: 100, yearly_formations: 100, structure_seats_per_formation: 50 });
  structureId = await createStructure(db, { memberIn: [2026] });
  const providerId = await createStructure(db, { isTrainingBody: true });
  const validator = await createUser(db, {
    lastName: 'Valideur <script>alert(1)</script>',
    affiliations: { [structureId]: ['hr_validator'] },
  });
  const trainer = await createUser(db, { affiliations: { [providerId]: ['provider'] } });
  const agency = await createUser(db, { isAgencyManager: true });
  const people = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      createUser(db, {
        lastName: `O’Nom-très-long ${'x'.repeat(60)} ${index}`,
        affiliations: { [structureId]: [] },
      }),
    ),
  );
  const by = { role: 'hr_validator', userId: validator.id, way: 'page' } as const;
  for (let index = 0; index < 4; index += 1) {
    const action = await createAction(db, { providerId, title: `Titre « ${index} » <b>gras</b> & 'quotes'` });
    const sessionId = await createSession(db, {
      actionId: action.id,
      now: clock.now(),
      capacity: 5,
      waitingCapacity: 20,
    });
    if (index === 0) {
      ids.session = sessionId;
      slug = action.slug;
    }
    for (const [position, person] of people.entries()) {
      const { id } = await requestEnrolment(deps, await actorOf(db, person.id), {
        actionId: action.id,
        sessionId,
        structureId,
        motivation: `<script>alert("motif")</script> Motivation ${position}. ${'Mes missions évoluent. '.repeat(160)}`,
      });
      if (position < 8) await decideEnrolment(deps, id, { event: 'approve', by });
      if (index === 0 && position === 0) ids.preregistered = id;
      if (index === 0 && position === 11) ids.requested = id;
      if (index === 3 && position === 0) ids.own = id;
    }
  }
  await site.runJobs();
  const mail = site.mailbox
    .to(validator.email)
    .find((one) => one.text.includes('Motivation 11') && one.text.includes('«\u00a00\u00a0»'));
  link = /http:\/\/localhost:3000(\/\S+)/.exec(mail?.text ?? '')?.[1] ?? '';
  asPerson = await site.signedIn((people[0] as { email: string }).email);
  asValidator = await site.signedIn(validator.email);
  await asValidator.submit(
    '/parcourspro/profil',
    { profil: `hr_validator:${structureId}` },
    '/parcourspro/mon-espace',
  );
  asTrainer = await site.signedIn(trainer.email);
  await asTrainer.submit(
    '/parcourspro/profil',
    { profil: `provider:${providerId}` },
    '/parcourspro/mon-espace',
  );
  asAgency = await site.signedIn(agency.email);
});
afterAll(() => site.close());

describe('each page, with many rows', () => {
  const pages: [string, () => Visitor, () => string][] = [
    ['« Mon espace personnel »', () => asPerson, () => '/parcourspro/mon-espace'],
    ['« Mes actions passées »', () => asPerson, () => '/parcourspro/mon-espace/passees'],
    ['« Mes informations »', () => asPerson, () => '/parcourspro/mon-espace/informations'],
    ['« Mon agenda »', () => asPerson, () => '/parcourspro/mon-espace/agenda'],
    ['one’s own request', () => asPerson, () => `/parcourspro/mon-espace/demandes/${ids.own}`],
    ['withdrawal', () => asPerson, () => `/parcourspro/mon-espace/demandes/${ids.own}/annuler`],
    ['request form', () => asPerson, () => `/parcourspro/actions/${slug}/inscription?session=${ids.session}`],
    ['« Valideur RH »', () => asValidator, () => '/parcourspro/valideur'],
    ['one request', () => asValidator, () => `/parcourspro/valideur/demandes/${ids.requested}`],
    ['the e-mail link', () => site.visitor(), () => link],
    ['the e-mail link, signed in', () => asValidator, () => link],
    ['« Prestataire »', () => asTrainer, () => '/parcourspro/prestataire'],
    ['one session', () => asTrainer, () => `/parcourspro/prestataire/seances/${ids.session}`],
    ['refusal', () => asTrainer, () => `/parcourspro/prestataire/demandes/${ids.preregistered}/refuser`],
    ['agency: requests', () => asAgency, () => '/agence/inscriptions'],
    ['agency: one request', () => asAgency, () => `/agence/inscriptions/${ids.requested}`],
  ];
  test.each(pages)('%s takes 4 statements at most, and shows names as text', async (_name, who, path) => {
    // The first visit may note itself in the session's row.
    await who().get(path());
    let text = '';
    const statements = await recordStatements(async () => {
      const response = await who().get(path());
      expect(response.status).toBe(200);
      text = response.text;
    });
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
    expect(text).not.toContain('<script>alert');
    expect(text).not.toContain('<b>gras</b>');
    expect(text.length).toBeLessThan(61_440);
  });
});

describe('bad input', () => {
  type Form = [name: string, who: () => Visitor, path: () => string, good: Record<string, string>];
  const forms: Form[] = [
    [
      'request',
      () => asPerson,
      () => `/parcourspro/actions/${slug}/inscription?session=${ids.session}`,
      { structure: '1', motivation: 'Progresser' },
    ],
    [
      'withdrawal',
      () => asPerson,
      () => `/parcourspro/mon-espace/demandes/${ids.own}/annuler`,
      { motif: 'Empêchement' },
    ],
    [
      'validator',
      () => asValidator,
      () => `/parcourspro/valideur/demandes/${ids.requested}`,
      { decision: 'refuser', motif: 'Absence' },
    ],
    ['e-mail link', () => site.visitor(), () => link, { decision: 'refuser', motif: 'Absence' }],
    [
      'provider',
      () => asTrainer,
      () => `/parcourspro/prestataire/demandes/${ids.preregistered}/refuser`,
      { motif: 'Prérequis' },
    ],
    [
      'agency',
      () => asAgency,
      () => `/agence/inscriptions/${ids.requested}`,
      { decision: 'refuser', motif: 'Absence' },
    ],
  ];
  const script = '"><script>alert(1)</script>';
  const bad: [string, (good: Record<string, string>) => Record<string, string | string[]>][] = [
    ['nothing', () => ({})],
    ['blanks', (good) => Object.fromEntries(Object.keys(good).map((name) => [name, ' \u00a0\u200b ']))],
    [
      'repeated fields',
      (good) => Object.fromEntries(Object.entries(good).map(([name, value]) => [name, [value, value]])),
    ],
    [
      'far too long',
      (good) => Object.fromEntries(Object.entries(good).map(([name]) => [name, 'x'.repeat(20_000)])),
    ],
    [
      'NUL and controls',
      (good) =>
        Object.fromEntries(Object.entries(good).map(([name, value]) => [name, `${value}\u0000\u0007`])),
    ],
    [
      'a script where a choice is expected',
      (good) => ({ ...good, structure: script, decision: script, motif: '' }),
    ],
  ];
  for (const [name, who, path, good] of forms) {
    test.each(bad)(`${name}: %s is refused in French, typed text kept`, async (_what, spoil) => {
      const fields = spoil(good);
      const response = await who().submit(path(), fields);
      expect(response.status).toBe(422);
      expect(response.text).toMatch(/erreurs? à corriger/);
      expect(response.text).not.toContain('<script>alert');
      expect(response.text).not.toMatch(/Invalid|expected|undefined|NaN/);
      const long = Object.values(fields).find((value) => typeof value === 'string' && value.length > 1000);
      const textField = good.motivation ?? good.motif;
      if (long && textField) expect(response.text).toContain(long as string);
    });

    test(`${name}: bytes that are not UTF-8, and a megabyte`, async () => {
      const token = await who().token(path());
      const field = good.motivation ? 'motivation' : 'motif';
      const visitor = who();
      const page = await visitor.get(path());
      const csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? token;
      const rest = Object.entries(good)
        .filter(([key]) => key !== field)
        .map(([key, value]) => `&${key}=${value}`)
        .join('');
      const raw = await visitor.agent
        .post(path())
        .type('form')
        .send(`_csrf=${encodeURIComponent(csrf)}${rest}&${field}=caf%E9%FF`);
      expect(raw.status).toBe(422);
      expect(raw.text).toContain('caractères illisibles');
      const huge = await visitor.agent
        .post(path())
        .type('form')
        .send(`_csrf=${encodeURIComponent(csrf)}${rest}&${field}=${'x'.repeat(1_048_576)}`);
      expect(huge.status).toBe(413);
      expect(huge.text).toContain('Envoi trop volumineux');
    });

    test(`${name}: without the form’s token nothing happens`, async () => {
      const response = await who().post(path(), good);
      expect(response.status).toBe(403);
      // A visitor by a link comes without any cookie either, and is told of that.
      expect(response.text).toMatch(/Cette page a expiré|Les cookies sont nécessaires/);
    });
  }

  test('ids that are no ids, or somebody else’s, do not exist', async () => {
    const wrong = ['0', '-1', '1.5', '99999999', '99999999999999999999', 'abc', '%00', '1%27--', '١'];
    for (const id of wrong) {
      for (const [who, path] of [
        [asPerson, `/parcourspro/mon-espace/demandes/${id}/annuler`],
        [asValidator, `/parcourspro/valideur/demandes/${id}`],
        [asTrainer, `/parcourspro/prestataire/seances/${id}`],
        [asAgency, `/agence/inscriptions/${id}`],
        [asPerson, `/parcourspro/actions/${slug}/inscription?session=${id}`],
      ] as const) {
        expect((await who.get(path)).status, path).toBe(404);
      }
    }
    expect((await asPerson.get(`/parcourspro/mon-espace/demandes/${ids.requested}/annuler`)).status).toBe(
      404,
    );
  });

  test('nothing of all this changed anything', async () => {
    const states = await statesOf(site.dependencies.db, [ids.own, ids.requested, ids.preregistered]);
    expect(states.sort()).toEqual(['preregistered', 'preregistered', 'requested']);
  });
});

test('a double click on « Accepter » and the back button say what has been done', async () => {
  const path = `/parcourspro/prestataire/demandes/${ids.preregistered}/accepter`;
  const session = `/parcourspro/prestataire/seances/${ids.session}`;
  expect((await asTrainer.submit(path, {}, session)).status).toBe(303);
  const again = await asTrainer.submit(path, {}, session);
  expect(again.status).toBe(409);
  expect(again.text).toContain('Déjà accepté par le prestataire');
});

test('the link of a validator who lost the right is dead, and the history cannot be rewritten', async () => {
  const { db } = site.dependencies;
  await takeRight(db, 'hr_validator');
  const response = await site.visitor().get(link);
  expect(response.status).toBe(404);
  expect(response.text).toContain('Ce lien n’est plus valable');
  for (const [role, refusal] of [
    [db, 'permission denied'],
    [site.owner, 'append-only'],
  ] as const) {
    await expect(role('enrolment_history').update({ reason: 'autre' })).rejects.toThrow(refusal);
    await expect(role('enrolment_history').delete()).rejects.toThrow(refusal);
  }
});
