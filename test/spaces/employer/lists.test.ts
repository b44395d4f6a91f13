import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import type { HrList } from '#spaces/employer/lists.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createAction, createSession, slotsOf } from '../../support/catalogue.ts';
import { actorOf, enrolmentsOf, setEnrolment } from '../../support/enrolments.ts';
import { noteMark } from '../../support/follow-up.ts';
import { lastEntry } from '../../support/journal.ts';
import { createStructure, createUser, personOf, type TestUser } from '../../support/people.ts';
import { first } from '../../support/rows.ts';
import { setSettings } from '../../support/settings.ts';
import { recordStatements } from '../../support/statements.ts';

/** The lists of « Valideur RH » with many rows: what they show, what they cost, what they give away as a file. */
let site: TestSite;
let structureId: number;
let asValidator: Visitor;
let people: TestUser[];
const HOME = '/parcourspro/valideur';
const lists = ['', '/decisions', '/qui-part-ou', '/personnes'].map((path) => `${HOME}${path}`);
const exportOf = (path: string) => (path === HOME ? `${HOME}/demandes/export.csv` : `${path}/export.csv`);

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  const { dependencies: deps, clock } = site;
  const { db } = deps;
  await setSettings(db, { yearly_actions: 100, yearly_formations: 100, structure_seats_per_formation: 50 });
  structureId = await createStructure(db, { name: '=2+3', memberIn: [2026] });
  const providerId = await createStructure(db, { isTrainingBody: true });
  const validator = await createUser(db, {
    firstName: 'Dominique',
    lastName: 'Valideur',
    affiliations: { [structureId]: ['hr_validator'] },
  });
  const trainer = await createUser(db, { affiliations: { [providerId]: ['provider'] } });
  people = [];
  for (let index = 0; index < 24; index += 1) {
    people.push(
      await createUser(db, {
        firstName: index === 6 ? '=HYPERLINK("x")' : 'Éloïse',
        lastName: `O’Nom <script>alert(1)</script> ${String.fromCharCode(65 + index)}`,
        affiliations: { [structureId]: [] },
      }),
    );
  }
  const hr = { role: 'hr_validator', userId: validator.id, way: 'page' } as const;
  for (let index = 0; index < 4; index += 1) {
    const title = index === 0 ? 'Écrire à 100 % <b>gras</b>' : `Action ${index}`;
    const { id: actionId } = await createAction(db, {
      providerId,
      title,
      kind: index === 1 ? 'lab-studio' : 'formation',
    });
    const sessionId = await createSession(db, {
      actionId,
      now: clock.now(),
      capacity: 20,
      waitingCapacity: 50,
      // Two at the same hours, in March; one in April; one in May.
      startsInDays: [10, 10, 40, 70][index],
    });
    for (const [position, person] of people.entries()) {
      clock.advance(1000);
      const { id } = await requestEnrolment(deps, await actorOf(db, person.id), {
        actionId,
        sessionId,
        structureId,
        motivation: `${'Mes missions évoluent. '.repeat(150)}Fin de la motivation.`,
      });
      if (position < 3)
        await decideEnrolment(deps, id, { event: 'refuse_by_hr', by: hr, reason: `Motif ${position}` });
      else if (position < 6 || index === 3) {
        await decideEnrolment(deps, id, { event: 'approve', by: hr });
        if (position === 3) {
          const by = { role: 'provider', userId: trainer.id, way: 'page' } as const;
          await decideEnrolment(deps, id, { event: 'accept', by });
        }
      }
    }
  }
  asValidator = await site.signedIn(validator.email);
  await asValidator.submit(
    '/parcourspro/profil',
    { profil: `hr_validator:${structureId}` },
    '/mes-structures',
  );
});
afterAll(() => site.close());

const rowsOf = (html: string) => html.match(/<tr role="row">|<tr>/g)?.length ?? 0;
const csvOf = async (path: string, fields: Record<string, string> = {}) => {
  const response = await asValidator.submit(exportOf(path), fields, HOME);
  expect(response.status).toBe(200);
  return response.text.trimEnd().split('\r\n');
};

describe('each page', () => {
  const pages = [
    ...lists,
    `${HOME}?q=eloise+ecrire&type=1&du=2026-03-01&au=2026-12-31&page=2`,
    `${HOME}/decisions?etat=refused&q=eloise`,
    `${HOME}/qui-part-ou?quand=toutes&etat=enrolled`,
    `${HOME}/qui-part-ou/mois?mois=2026-03`,
    `${HOME}/qui-part-ou/mois?mois=2026-05&q=eloise`,
    `${HOME}/preferences`,
  ];
  test.each(pages)(
    '%s takes 4 statements at most, writes nothing, weighs little, shows names as text',
    async (path) => {
      await asValidator.get(path);
      let text = '';
      const statements = await recordStatements(async () => {
        const response = await asValidator.get(path);
        expect(response.status).toBe(200);
        text = response.text;
      });
      expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
      expect(statements.filter((sql) => /^\s*(insert|update|delete)/i.test(sql))).toEqual([]);
      expect(Buffer.byteLength(text)).toBeLessThan(61_440);
      expect(text).not.toContain('<script>alert');
      expect(text).not.toContain('<b>gras</b>');
      expect(text).toMatch(/<title>[^<]*Valideur RH[^<]*<\/title>/);
      expect(text).toContain('aria-current="page"');
    },
  );
});

describe('the filter', () => {
  const countOf = async (path: string) =>
    Number(
      /<p class="mb-0">([\d\s\u202f\u00a0]+)/
        .exec((await asValidator.get(path)).text)?.[1]
        ?.replace(/\D/g, '') ?? 0,
    );
  test.each([
    // 18 wait for each of the first three actions.
    ['', 54],
    ['?q=ecrire+100+%25', 18],
    ['?q=ELOISE', 51],
    ['?q=ecrire+_', 18],
    ['?q=_', 0],
    ['?q=action+2', 18],
    ['?du=2026-03-12&au=2026-03-12', 36],
    ['?au=2026-03-11', 0],
    ['/decisions', 42],
    ['/decisions?etat=refused', 12],
    ['/decisions?etat=approved', 30],
    ['/decisions?etat=withdrawn', 0],
    ['/decisions?etat=rien', 42],
    ['/decisions?au=2026-03-01', 0],
    ['/decisions?du=02/03/2026&au=02/03/2026', 42],
    ['/qui-part-ou', 30],
    ['/qui-part-ou?quand=passees', 0],
    ['/qui-part-ou?etat=enrolled', 4],
    ['/qui-part-ou?etat=waitlisted', 1],
    ['/personnes', 25],
    ['/personnes?q=eloise', 23],
    ['/personnes?annee=2031&q=%25', 0],
  ])('« %s » finds %s', async (query, count) => {
    expect(await countOf(`${HOME}${query}`)).toBe(count);
  });

  test('is kept in the address of the pages, and says what it does not understand', async () => {
    const { text } = await asValidator.get(`${HOME}/decisions?q=eloise`);
    expect(text).toContain('?q=eloise&amp;page=2');
    for (const query of [
      'du=31/02/2026',
      'au=%00',
      'du=2026-05-01&au=2026-04-01',
      `du=${'x'.repeat(5000)}`,
    ]) {
      for (const path of [HOME, `${HOME}/decisions`, `${HOME}/qui-part-ou`]) {
        const response = await asValidator.get(`${path}?q=gardé&${query}`);
        expect(response.status, `${path}?${query}`).toBe(422);
        expect(response.text).toMatch(/erreurs? à corriger/);
        expect(response.text).toContain('value="gardé"');
        expect(rowsOf(response.text)).toBe(0);
      }
    }
    for (const query of [
      'type=abc',
      'page=-1',
      'quand=<script>',
      'annee=99999',
      'mois=2026-99',
      'q=%FF%FE',
    ]) {
      for (const path of [...lists, `${HOME}/qui-part-ou/mois`]) {
        const response = await asValidator.get(`${path}?${query}`);
        expect(response.status, `${path}?${query}`).toBe(200);
        expect(response.text).not.toContain('value="<script>');
      }
    }
  });
});

test('a request tells its age, its motivation folded and cut, and what else is at the same hours', async () => {
  const { text } = await asValidator.get(HOME);
  expect(text).toContain('<details class="hr-motivation"><summary>Motivation');
  expect(text).not.toContain('Fin de la motivation.');
  expect(text).toContain('Lire la suite');
  expect(text).toContain('Aux mêmes heures');
  expect(text).toContain('4 sur 100\u00a0actions');
  expect(text).not.toContain('En retard');
  const before = site.clock.now();
  site.clock.set('2026-03-17T09:00:00Z');
  const { db } = site.dependencies;
  await db('web_sessions').update({
    sess: db.raw(`jsonb_set(sess::jsonb, '{signedInAt}', ?::jsonb)`, [String(site.clock.now().getTime())]),
  });
  expect((await asValidator.get(HOME)).text).toContain('En retard');
  site.clock.set(before);
});

describe('« Exporter »', () => {
  test.each(lists)(
    '%s gives what the filter shows, formulas neutralised, noted in the journal',
    async (path) => {
      const { db } = site.dependencies;
      const all = await csvOf(path);
      expect(all[0]).toMatch(/^\uFEFF/);
      const some = await csvOf(path, { q: 'hyperlink', etat: '', quand: 'toutes' });
      expect(some.length).toBeLessThan(all.length);
      expect(all.join('\n')).not.toMatch(/(^|;)[=+@]/m);
      expect(all.join('\n')).toMatch(/'=HYPERLINK/);
      const entry = await lastEntry(db, 'hr_list.exported');
      expect(entry).toMatchObject({ structure_id: structureId, details: { entries: some.length - 1 } });
      const wrong = await asValidator.submit(exportOf(path), { du: 'abc', annee: '2026' }, HOME);
      expect(wrong.status).toBe(path.endsWith('personnes') ? 200 : 422);
    },
  );

  test('has the whole motivation, and every line however many pages there are', async () => {
    const lines = await csvOf(HOME);
    expect(lines).toHaveLength(55);
    expect(lines.filter((line) => line.includes('Fin de la motivation.'))).toHaveLength(54);
  });
});

test('presence, once recorded, is in hours for the person and the year', async () => {
  const { db } = site.dependencies;
  const enrolment = first(await enrolmentsOf(db, { state: 'enrolled' }));
  const slot = first(await slotsOf(db, enrolment.session_id));
  const mark = { enrolment_id: enrolment.id, slot_id: slot.id, presence: 'partial', minutes: 210 } as const;
  await noteMark(db, mark, enrolment.user_id, site.clock.now());
  await setEnrolment(db, enrolment.id, { state: 'attended' });
  expect((await asValidator.get(`${HOME}/qui-part-ou?etat=attended`)).text).toContain(
    '3\u00a0h\u00a030 sur 7\u00a0h',
  );
  const person = await personOf(db, enrolment.user_id);
  const [, line = ''] = await csvOf(`${HOME}/personnes`, {
    q: person.last_name.split(' ').at(-1) ?? '',
    annee: '2026',
  });
  expect(await csvOf(`${HOME}/personnes`, { annee: '2025' })).toHaveLength(26);
  expect(
    (await csvOf(`${HOME}/personnes`, { annee: '2026' })).some((one) =>
      one.includes(';4;4;0;0;"3,5";4;100;3;100'),
    ),
  ).toBe(true);
  expect(line).not.toBe('');
});

test('the month has each session once on its day, with the names, and the rest in the list', async () => {
  const { text } = await asValidator.get(`${HOME}/qui-part-ou/mois?mois=2026-03`);
  expect(text).toContain('<time datetime="2026-03-12">');
  expect(text).toContain('mois=2026-02');
  expect(text).toContain('mois=2026-04');
  const may = await asValidator.get(`${HOME}/qui-part-ou/mois?mois=2026-05`);
  expect(may.text).toContain('et 16\u00a0autres');
  expect((await asValidator.get(`${HOME}/qui-part-ou/mois?mois=2026-07`)).text).toContain(
    'Personne ne part ce mois-ci',
  );
});

test('a list that leaves out what its own page needs does not compile', () => {
  type Fill = Awaited<ReturnType<HrList<'spaces/employer/waiting', unknown, { total: number }>['extras']>>;
  const whole: Fill = (shared) => ({ ...shared, kinds: [], waitingFor: () => '' });
  // @ts-expect-error
  const withoutKinds: Fill = (shared) => ({ ...shared, waitingFor: () => '' });
  // @ts-expect-error
  const withoutAge: Fill = (shared) => ({ ...shared, kinds: [] });
  expect([whole, withoutKinds, withoutAge]).toHaveLength(3);
});
