import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../../support/app.ts';
import { createAction, createSession, sessionOf, slotsOf } from '../../../support/catalogue.ts';
import { HOUR } from '../../../support/database.ts';
import { actorOf, stateOf, statesOf } from '../../../support/enrolments.ts';
import { lastEntry } from '../../../support/journal.ts';
import { createStructure, createUser, personOf, type TestUser } from '../../../support/people.ts';
import { recordStatements } from '../../../support/statements.ts';

/** The agency's page of one session, and what it does there with a whole session. */
let site: TestSite;
let agnes: Visitor;
let agencyId: number;
let providerId: number;
let trainer: TestUser;
let structures: { id: number; validator: TestUser }[];

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  const { db } = site.dependencies;
  providerId = await createStructure(db, { name: 'Organisme & fils', isTrainingBody: true });
  trainer = await createUser(db, { affiliations: { [providerId]: ['provider'] } });
  structures = [];
  for (let index = 0; index < 3; index += 1) {
    const id = await createStructure(db, { name: `Structure <b>${index}</b>`, memberIn: [2026] });
    structures.push({ id, validator: await createUser(db, { affiliations: { [id]: ['hr_validator'] } }) });
  }
  const manager = await createUser(db, { isAgencyManager: true });
  agencyId = manager.id;
  agnes = await site.signedIn(manager.email);
});
afterAll(() => site.close());

const db = () => site.dependencies.db;
const hidden = (text: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
const lastEntryOfSession = () => lastEntry(db(), 'training_session.%');

let actionId: number;
let sessionId: number;
let page: string;
let ids: number[];
/** Two preregistered, one on the waiting list, one whose employer has not answered; two seats, two in the queue. */
beforeEach(async () => {
  const { dependencies: deps, clock } = site;
  clock.set('2026-03-02T09:00:00Z');
  ({ id: actionId } = await createAction(db(), { providerId, title: 'Titre <script>alert(1)</script>' }));
  sessionId = await createSession(db(), { actionId, now: clock.now(), capacity: 2, waitingCapacity: 2 });
  page = `/agence/sessions/${sessionId}`;
  ids = [];
  for (const [index, team] of [0, 1, 2, 0].entries()) {
    const { id: structureId, validator } = structures[team] as (typeof structures)[0];
    const person = await createUser(db(), {
      lastName: `Été-${index} <script>alert(2)</script>`,
      affiliations: { [structureId]: [] },
    });
    const { id } = await requestEnrolment(deps, await actorOf(db(), person.id), {
      actionId,
      sessionId,
      structureId,
      motivation: 'Progresser',
    });
    if (index < 3)
      await decideEnrolment(deps, id, {
        event: 'approve',
        by: { role: 'hr_validator', userId: validator.id, way: 'page' },
      });
    ids.push(id);
    clock.advance(1000);
  }
  // What the preparation tells people is no part of a test: sending it would take longer than most of them.
  await site.owner.raw(`delete from graphile_worker._private_jobs
                         where task_id = (select id from graphile_worker._private_tasks where identifier = 'deliver_email')`);
  await site.runJobs();
  site.mailbox.clear();
});

test('people by state with what may be done; four statements at most; names as text', async () => {
  await agnes.get(page);
  for (const list of [
    '',
    '?liste=demandes',
    '?liste=inscrits',
    '?liste=attente',
    '?liste=closes',
    '?liste=x',
  ]) {
    let text = '';
    const statements = await recordStatements(async () => {
      const response = await agnes.get(page + list);
      expect(response.status).toBe(200);
      text = response.text;
    });
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('À l’employeur (1)');
    expect(text).toContain('Au prestataire (2)');
    expect(text).toContain('Liste d’attente (1)');
    expect(text).toMatch(/<title>Session du /);
  }
  const waiting = await agnes.get(`${page}?liste=attente`);
  expect(waiting.text).toContain(`/agence/inscriptions/${ids[2]}/placer`);
  expect(waiting.text).toContain('Liste d’attente (rang\u00a01)');
  const file = await agnes.get(`/agence/inscriptions/${ids[0]}`);
  expect(file.text).toContain(`href="${page}"`);
});

test.each(['0', '-1', 'abc', '99999999', '%00'])('%s names no session', async (id) => {
  for (const name of ['', '/places', '/dates', '/annuler', '/retablir', '/presence'])
    expect((await agnes.get(`/agence/sessions/${id}${name}`)).status).toBe(404);
});

describe('seats', () => {
  const typed = (places: string, attente: string, more = {}) => ({
    places,
    attente,
    ouverture: '2026-01-31',
    cloture: '2026-03-31',
    ...more,
  });
  const confirm = async (places: string, attente: string, more = {}) => {
    const version = hidden((await agnes.get(`${page}/places`)).text, 'version');
    return agnes.submit(`${page}/places`, { ...typed(places, attente, more), version, etape: 'confirmer' });
  };

  test('read before they are saved: sureffectif is said, nobody loses a seat', async () => {
    const shown = await agnes.submit(`${page}/places`, typed('1', '2'));
    expect(shown.text).toContain('Sureffectif');
    expect((await sessionOf(db(), sessionId)).capacity).toBe(2);
    expect((await confirm('1', '2')).status).toBe(303);
    const { text } = await agnes.get(page);
    expect(text).toContain('Sureffectif');
    expect(text).toContain('2\u00a0prises sur 1');
    expect(await statesOf(db(), ids)).toEqual(['preregistered', 'preregistered', 'waitlisted', 'requested']);
    expect(await lastEntryOfSession()).toMatchObject({
      action: 'training_session.capacity_changed',
      actor_id: agencyId,
      subject_id: sessionId,
      details: { from: 2, to: 1 },
    });
  });

  test('raised, the queue moves at once and is told', async () => {
    expect((await agnes.submit(`${page}/places`, typed('3', '2'))).text).toContain(
      '1\u00a0personne au plus quitte la liste d’attente',
    );
    expect((await confirm('3', '2')).status).toBe(303);
    expect(await stateOf(db(), ids[2] as number)).toBe('preregistered');
    await site.runJobs();
    expect(site.mailbox.mails.length).toBeGreaterThan(0);
  });

  test('the window moves without the dates', async () => {
    expect((await confirm('2', '2', { cloture: '2026-03-20' })).status).toBe(303);
    expect((await sessionOf(db(), sessionId)).registration_closes_at).toEqual(
      new Date('2026-03-20T23:00:00Z'),
    );
  });

  test.each<[string, Record<string, string>, string]>([
    ['nothing', { places: '', attente: '' }, 'Indiquez le nombre de places'],
    ['a negative number', { places: '-1' }, 'nombre entier'],
    ['a huge number', { places: '10001' }, 'nombre entier'],
    ['a huge queue', { attente: '99999999999' }, 'trop long'],
    ['a number with decimals', { places: '1.5' }, 'nombre entier'],
    ['what is there already', {}, 'rien ne change'],
    ['an end after the start', { cloture: '2026-04-30' }, 'au plus tard le premier jour'],
    ['an end before the opening', { ouverture: '2026-03-10', cloture: '2026-03-05' }, 'après leur ouverture'],
    ['an opening after the start', { ouverture: '2026-04-20', cloture: '' }, 'avant le début'],
    ['bytes', { places: 'a\u0000' }, 'illisibles'],
  ])('%s is refused, with what was typed', async (_what, wrong, message) => {
    for (const etape of ['', 'confirmer']) {
      const answer = await agnes.submit(`${page}/places`, {
        ...typed('2', '2'),
        version: '1',
        ...wrong,
        etape,
      });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(message);
    }
    expect(await sessionOf(db(), sessionId)).toMatchObject({
      capacity: 2,
      waiting_capacity: 2,
      lock_version: 1,
    });
  });

  test('two managers: the second is told, keeps what they typed, and then knows', async () => {
    const version = hidden((await agnes.get(`${page}/places`)).text, 'version');
    expect((await confirm('1', '2')).status).toBe(303);
    const late = { ...typed('5', '2'), version, etape: 'confirmer' };
    const answer = await agnes.submit(`${page}/places`, late);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('a été modifiée entre-temps');
    expect(answer.text).toContain('value="5"');
    expect((await sessionOf(db(), sessionId)).capacity).toBe(1);
    const knowing = { ...late, version: hidden(answer.text, 'version') };
    expect((await agnes.submit(`${page}/places`, knowing)).status).toBe(303);
  });
});

describe('dates', () => {
  const typed = {
    creneaux: '05/05/2026 09:00-12:00\n05/05/2026 13:00-17:00',
    lieu: 'Ailleurs',
    adresse: '',
    code_postal: '33000',
    ville: 'Bordeaux',
    lien: '',
    ouverture: '',
    cloture: '',
    motif: 'La salle est prise <script>alert(3)</script>',
  };
  const send = async (changes: Record<string, string> = {}, from = `${page}/dates`) => {
    const version = hidden((await agnes.get(from)).text, 'version');
    return agnes.submit(from, { ...typed, version, ...changes });
  };

  test('who will be told is read first; then everybody is, once, and asked to confirm', async () => {
    const check = await send();
    expect(check.status).toBe(200);
    expect(check.text).toContain('4\u00a0personnes seront prévenues');
    expect(check.text).not.toContain('<script>alert');
    expect(await slotsOf(db(), sessionId)).toHaveLength(1);
    expect((await send({ etape: 'confirmer' })).status).toBe(303);
    expect(await sessionOf(db(), sessionId)).toMatchObject({
      starts_at: new Date('2026-05-05T07:00:00Z'),
      city: 'Bordeaux',
      registration_opens_at: new Date('2026-01-31T09:00:00Z'),
      registration_closes_at: new Date('2026-05-05T07:00:00Z'),
    });
    expect(await statesOf(db(), ids)).toEqual(['preregistered', 'preregistered', 'waitlisted', 'requested']);
    await site.runJobs();
    const to = site.mailbox.mails.map((mail) => mail.to);
    for (const { validator } of structures)
      expect(to.filter((one) => one === validator.email)).toHaveLength(1);
    expect(to.filter((one) => one === trainer.email)).toHaveLength(1);
    expect(to).toHaveLength(8);
    expect((await agnes.get(page)).text).toContain('2\u00a0présences restent à confirmer');
    expect(await lastEntryOfSession()).toMatchObject({
      action: 'training_session.rescheduled',
      actor_id: agencyId,
      details: { people: 4 },
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ['no half-day', { creneaux: '' }, 'au moins une demi-journée'],
    ['an end before the start', { creneaux: '05/05/2026 12:00-09:00' }, 'finit avant de commencer'],
    [
      'half-days that overlap',
      { creneaux: '05/05/2026 9:00-12:00\n05/05/2026 11:00-13:00' },
      'se chevauchent',
    ],
    ['a day gone by', { creneaux: '01/03/2026 9:00-12:00' }, 'déjà passée'],
    ['no reason', { motif: ' \u00a0' }, 'Indiquez un motif'],
    ['no city', { ville: '' }, 'Indiquez la ville'],
    ['an end after the start', { cloture: '2026-05-06' }, 'au plus tard le premier jour'],
    ['a very long reason', { motif: 'x'.repeat(20_000) }, 'trop long'],
    ['a link that is none', { lien: 'javascript:alert(1)' }, 'https://'],
  ])('%s is refused, with what was typed', async (_what, wrong, message) => {
    for (const etape of ['', 'confirmer']) {
      const answer = await send({ ...wrong, etape });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(message);
      expect(answer.text).toContain('value="Ailleurs"');
    }
    expect((await sessionOf(db(), sessionId)).lock_version).toBe(1);
  });

  test('the dates that it has already tell nobody anything', async () => {
    const form = await agnes.get(`${page}/dates`);
    const field = (name: string) => hidden(form.text, name);
    const creneaux = /<textarea[^>]*name="creneaux"[^>]*>([^<]*)</.exec(form.text)?.[1] ?? '';
    const same = {
      creneaux,
      lieu: 'Centre régional',
      adresse: '102 avenue de l’Essai',
      code_postal: '33600',
      ville: 'Pessac',
      motif: 'Rien',
      version: field('version'),
      etape: 'confirmer',
    };
    const answer = await agnes.submit(`${page}/dates`, same);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('rien ne change');
  });

  test('dates that repeat are worked out, and the reason stays', async () => {
    const answer = await agnes.submit(`${page}/dates`, {
      ...typed,
      du: '2026-05-04',
      au: '2026-05-10',
      jour_2: '1',
      matin_de: '9h',
      matin_a: '12h',
      etape: 'calculer',
    });
    expect(answer.text).toContain('mardi 05/05/2026 09:00-12:00');
    expect(answer.text).toContain('La salle est prise');
  });

  test('changed meanwhile: said, shown again, nothing half-done', async () => {
    const version = hidden((await agnes.get(`${page}/dates`)).text, 'version');
    expect((await send({ etape: 'confirmer' })).status).toBe(303);
    const late = { ...typed, creneaux: '06/05/2026 09:00-12:00', version, etape: 'confirmer' };
    const answer = await agnes.submit(`${page}/dates`, late);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('06/05/2026 09:00-12:00');
    expect(await slotsOf(db(), sessionId)).toHaveLength(2);
  });
});

describe('cancellation', () => {
  test('with a reason, after reading who will be told; then restored as it was', async () => {
    expect((await agnes.get(`${page}/annuler`)).text).toContain('4\u00a0personnes seront prévenues');
    expect((await agnes.submit(`${page}/annuler`, { motif: ' ' })).status).toBe(422);
    expect((await agnes.submit(`${page}/annuler`, { motif: 'Intervenante malade' })).status).toBe(303);
    expect(new Set(await statesOf(db(), ids))).toEqual(new Set(['session_cancelled']));
    expect((await agnes.get(page)).text).toContain('Intervenante malade');
    expect(await lastEntryOfSession()).toMatchObject({
      action: 'training_session.cancelled',
      actor_id: agencyId,
      details: { people: 4 },
    });
    const twice = await agnes.submit(`${page}/annuler`, { motif: 'Encore' });
    expect(twice.status).toBe(409);
    expect(twice.text).toContain('déjà annulée');
    for (const name of ['dates', 'places'])
      expect((await agnes.get(`${page}/${name}`)).text).toContain('Cette session est annulée');
    expect((await agnes.submit(`${page}/retablir`)).status).toBe(303);
    expect(await statesOf(db(), ids)).toEqual(['preregistered', 'preregistered', 'waitlisted', 'requested']);
    expect(await lastEntryOfSession()).toMatchObject({
      action: 'training_session.restored',
      actor_id: agencyId,
      details: { back: 4, stayed: 0 },
    });
    expect((await agnes.submit(`${page}/retablir`)).status).toBe(409);
  });
});

test('presence is noted by the agency too, and the validators are told who said so', async () => {
  for (const id of ids.slice(0, 2))
    await decideEnrolment(site.dependencies, id, {
      event: 'accept',
      by: { role: 'agency', userId: agencyId, way: 'page' },
    });
  const { starts_at } = await sessionOf(db(), sessionId);
  site.clock.set(new Date(starts_at.getTime() + HOUR).toISOString());
  const sheet = `${page}/presence`;
  const asAgnes = await site.signedIn((await personOf(db(), agencyId)).email);
  const { text } = await asAgnes.get(sheet);
  expect(text).toContain(`href="${page}?liste=inscrits"`);
  const sent = { personne: ids.slice(0, 2).map(String), [`present-${ids[0]}`]: '1', version: '0' };
  expect((await asAgnes.submit(sheet, sent)).status).toBe(303);
  expect(await statesOf(db(), ids.slice(0, 2))).toEqual(['attended', 'absent']);
  site.mailbox.clear();
  expect((await asAgnes.submit(`${sheet}/valider`, {}, sheet)).status).toBe(303);
  await site.runJobs();
  const mail = site.mailbox.mails.findLast(({ to }) => to === structures[0]?.validator.email);
  expect(mail?.text).toContain('Cap Métiers a validé la feuille de présence');
  expect(await lastEntryOfSession()).toMatchObject({
    action: 'training_session.attendance_closed',
    actor_id: agencyId,
    details: { people: 2, again: false },
  });
  // Of somebody who is not of the agency, the page does not exist at all.
  const person = await site.signedIn(trainer.email);
  expect((await person.get(sheet)).status).toBe(403);
});

test('somebody is enrolled by hand from the page of the session', async () => {
  const { id: structureId } = structures[2] as (typeof structures)[0];
  const person = await createUser(db(), { lastName: 'Zoé', affiliations: { [structureId]: [] } });
  const other = await createSession(db(), { actionId, now: site.clock.now(), capacity: 2 });
  const form = `/agence/inscriptions/ajouter?seance=${other}`;
  expect((await agnes.get(form)).text).toContain('Cherchez la personne à inscrire');
  const found = `${form}&qui=Zoe`;
  expect(readable((await agnes.get(found)).text)).toContain(person.email);
  const sent = { personne: `${person.id}:${structureId}`, session: String(other), motif: 'À sa demande' };
  expect((await agnes.submit(found, sent)).status).toBe(303);
  expect((await agnes.get(`/agence/sessions/${other}?liste=inscrits`)).text).toContain('Zoé');
  const gone = await createSession(db(), { actionId, now: site.clock.now(), cancelled: true });
  expect((await agnes.get(`/agence/inscriptions/ajouter?seance=${gone}`)).text).toContain(
    'Personne ne peut plus être inscrit',
  );
});
