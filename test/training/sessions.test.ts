import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moveEnrolment } from '#enrolment/placement/service.ts';
import { requestEnrolment } from '#enrolment/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import {
  createAction,
  createSession,
  newestSession,
  sessionOf,
  sessionsIn,
  setAction,
  slotsOf,
} from '../support/catalogue.ts';
import { actorOf, createEnrolment } from '../support/enrolments.ts';
import { writeMessages } from '../support/follow-up.ts';
import { lastEntry } from '../support/journal.ts';
import { createStructure, createUser } from '../support/people.ts';
import { recordStatements } from '../support/statements.ts';

let site: TestSite;
let agnes: Visitor;
let basile: Visitor;
let provider: number;
let action: { id: number; slug: string };
let list: string;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  const { db } = site.dependencies;
  [agnes, basile] = (await Promise.all(
    [1, 2].map(async () => site.signedIn((await createUser(db, { isAgencyManager: true })).email)),
  )) as [Visitor, Visitor];
  provider = await createStructure(db, { isTrainingBody: true, memberIn: [2026] });
  action = await createAction(db, { providerId: provider });
  list = `/agence/catalogue/actions/${action.id}/sessions`;
});
afterAll(() => site.close());

const db = () => site.dependencies.db;
const typed = {
  creneaux: 'mardi 12/01/2027 09:00-12:30\nmardi 12/01/2027 13:30-17:00',
  places: '12',
  attente: '6',
  ouverture: '2026-12-01',
  cloture: '2027-01-05',
  lieu: 'Centre régional',
  adresse: '102 avenue de l’Essai',
  code_postal: '33 600',
  ville: 'Pessac',
  lien: '',
};
const hidden = (text: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
const send = (changes: Record<string, string> = {}, path = `${list}/nouvelle`, visitor = agnes) =>
  visitor.submit(path, { ...typed, ...changes });

describe('a new session', () => {
  test('half-days are worked out, read again with holidays marked, then saved with the place and the window', async () => {
    const repetition = {
      ...typed,
      creneaux: '',
      du: '2027-05-03',
      au: '2027-05-09',
      jour_4: '1',
      jour_6: '1',
      matin_de: '9h',
      matin_a: '12h30',
      apres_midi_de: '',
      apres_midi_a: '',
    };
    const worked = await agnes.submit(`${list}/nouvelle`, { ...repetition, etape: 'calculer' });
    expect(worked.status).toBe(200);
    const lines = 'jeudi 06/05/2027 09:00-12:30\nsamedi 08/05/2027 09:00-12:30';
    expect(worked.text).toContain(lines);
    expect(worked.text).toContain('value="Centre régional"');
    const check = await agnes.submit(`${list}/nouvelle`, { ...repetition, creneaux: lines, cloture: '' });
    expect(check.status).toBe(200);
    expect(check.text).toContain('2\u00a0demi-journées, 7\u00a0heures');
    expect(check.text.match(/Jour férié/g)).toHaveLength(2);
    const before = await sessionsIn(db());
    const sent = { ...repetition, creneaux: lines, cloture: '', etape: 'confirmer' };
    expect((await agnes.submit(`${list}/nouvelle`, sent)).status).toBe(303);
    expect(await sessionsIn(db())).toHaveLength(before.length + 1);
    const saved = await newestSession(db());
    expect(saved).toMatchObject({
      action_id: action.id,
      capacity: 12,
      waiting_capacity: 6,
      city: 'Pessac',
      department: '33',
      registration_opens_at: new Date('2026-11-30T23:00:00Z'),
      registration_closes_at: new Date('2027-05-06T07:00:00Z'),
      starts_at: new Date('2027-05-06T07:00:00Z'),
      ends_at: new Date('2027-05-08T10:30:00Z'),
    });
    expect(await slotsOf(db(), saved.id)).toMatchObject([
      { modality: 'in_person', place: 'Centre régional', postcode: '33600' },
      { modality: 'in_person', city: 'Pessac' },
    ]);
    const page = await site.visitor().get(`/parcourspro/actions/${action.slug}`);
    expect(page.text).toContain('Centre régional');
    expect(await lastEntry(db())).toMatchObject({
      action: 'training_session.created',
      details: { slots: 2 },
    });
  });

  test('is in the département of its town, where the postcode is of the next one', async () => {
    await send({ code_postal: '33220', ville: 'Port Ste Foy et Ponchapt', etape: 'confirmer' });
    expect(await newestSession(db())).toMatchObject({ city: 'Port Ste Foy et Ponchapt', department: '24' });
  });

  test('the last day of registrations counts whole; nothing is saved before it was read', async () => {
    const before = (await sessionsIn(db())).length;
    expect((await send()).text).toContain(
      'Du 1\u00a0déc. 2026 à\u00a000:00 au 6\u00a0janv. 2027 à\u00a000:00',
    );
    expect(await sessionsIn(db())).toHaveLength(before);
    const again = await send({ etape: 'modifier' });
    expect(again.text).toContain('mardi 12/01/2027 13:30-17:00');
    expect(again.text).not.toContain('à corriger');
  });

  test('registrations that go on until the first day end when it begins', async () => {
    expect((await send({ cloture: '2027-01-12', etape: 'confirmer' })).status).toBe(303);
    const { registration_closes_at, starts_at } = await newestSession(db());
    expect(registration_closes_at).toEqual(starts_at);
  });

  test('from afar there is a link and no place; a mixed action has both', async () => {
    const remote = await createAction(db(), { providerId: provider, fields: { modality: 'remote' } });
    const path = `/agence/catalogue/actions/${remote.id}/sessions/nouvelle`;
    const afar = { ville: '', code_postal: '', lien: 'https://visio.example/salle', etape: 'confirmer' };
    expect((await send(afar, path)).status).toBe(303);
    const { id, city, department } = await newestSession(db());
    expect([city, department]).toEqual([null, null]);
    expect((await slotsOf(db(), id))[0]).toMatchObject({
      modality: 'remote',
      link: 'https://visio.example/salle',
      city: '',
    });
    await setAction(db(), remote.id, { modality: 'mixed' });
    const both = {
      creneaux: `${typed.creneaux} (à distance)`,
      lien: 'https://visio.example/salle',
      etape: 'confirmer',
    };
    expect((await send(both, path)).status).toBe(303);
    expect(await slotsOf(db(), (await newestSession(db())).id)).toMatchObject([
      { modality: 'in_person', city: 'Pessac', link: '' },
      { modality: 'remote', city: '', link: 'https://visio.example/salle' },
    ]);
    expect((await site.visitor().get(`/parcourspro/actions/${remote.slug}`)).text).not.toContain(
      'visio.example',
    );
  });
});

test.each<[string, Record<string, string>, string]>([
  ['no half-day', { creneaux: '' }, '#creneaux'],
  ['half-days that overlap', { creneaux: '12/01/2027 9:00-12:00\n12/01/2027 11:00-13:00' }, '#creneaux'],
  ['an end before the start', { creneaux: '12/01/2027 12:00-9:00' }, '#creneaux'],
  ['a day gone by', { creneaux: '11/11/2026 9:00-12:00', cloture: '' }, '#creneaux'],
  ['bytes', { creneaux: 'a\u0000' }, '#creneaux'],
  ['a very long text', { creneaux: 'x'.repeat(20_000) }, '#creneaux'],
  ['no seat', { places: '0' }, '#places'],
  ['a negative number of seats', { places: '-5' }, '#places'],
  ['a huge number of seats', { places: '10001' }, '#places'],
  ['a negative queue', { attente: '-1' }, '#attente'],
  ['no city', { ville: '' }, '#ville'],
  ['no postcode', { code_postal: '' }, '#code_postal'],
  ['a wrong postcode', { code_postal: '336' }, '#code_postal'],
  ['a link that is none', { lien: 'javascript:alert(1)' }, '#lien'],
  ['a link without security', { lien: 'http://x.example' }, '#lien'],
  ['registrations that close after the start', { cloture: '2027-01-13' }, '#cloture'],
  [
    'registrations that close before they open',
    { ouverture: '2027-01-05', cloture: '2027-01-04' },
    '#cloture',
  ],
  ['registrations that open after the start', { ouverture: '2027-01-13', cloture: '' }, '#ouverture'],
  ['a day that does not exist', { ouverture: '2027-02-30' }, '#ouverture'],
])('%s is refused, with what was typed', async (_what, wrong, link) => {
  const before = (await sessionsIn(db())).length;
  for (const etape of ['', 'confirmer']) {
    const answer = await send({ ...wrong, etape });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="${link}"`);
    expect(answer.text).toContain('value="Centre régional"');
  }
  expect(await sessionsIn(db())).toHaveLength(before);
});

test.each<[string, Record<string, string>, string]>([
  ['nothing', {}, '#du'],
  ['the last day before the first', { du: '2027-02-01', au: '2027-01-01', jour_1: '1' }, '#au'],
  ['no weekday', { du: '2027-01-01', au: '2027-02-01' }, '#jour_1'],
  ['no such day in between', { du: '2027-01-04', au: '2027-01-04', jour_2: '1' }, '#au'],
  ['half an hour', { du: '2027-01-01', au: '2027-02-01', jour_1: '1', matin_a: '' }, '#matin_a'],
  [
    'an afternoon before noon',
    { du: '2027-01-01', au: '2027-02-01', jour_1: '1', apres_midi_de: '11:00' },
    '#apres_midi_de',
  ],
  ['no time', { matin_de: 'x' }, '#matin_de'],
])('working out %s is refused, and the list stays', async (_what, wrong, link) => {
  const hours = { matin_de: '9:00', matin_a: '12:30', apres_midi_de: '13:30', apres_midi_a: '17:00' };
  const answer = await send({ ...hours, ...wrong, etape: 'calculer' });
  expect(answer.status).toBe(422);
  expect(answer.text).toContain(`href="${link}"`);
  expect(answer.text).toContain('mardi 12/01/2027 13:30-17:00');
});

describe('a session that is there', () => {
  const create = async () => {
    expect((await send({ etape: 'confirmer' })).status).toBe(303);
    const { id } = await newestSession(db());
    return { id, path: `${list}/${id}` };
  };
  const ask = async (sessionId: number) => {
    const { id: userId } = await createUser(db(), { affiliations: { [provider]: [] } });
    await createEnrolment(db(), { sessionId, userId, structureId: provider, at: site.clock.now() });
  };

  test('opened as it was typed, written anew, told to calendars', async () => {
    const { id, path } = await create();
    const { text } = await agnes.get(path);
    expect(text).toContain(typed.creneaux);
    for (const value of ['2026-12-01', '2027-01-05', '33600']) expect(text).toContain(`value="${value}"`);
    const changed = {
      creneaux: '13/01/2027 09:00-12:00',
      version: hidden(text, 'version'),
      etape: 'confirmer',
    };
    expect((await send(changed, path)).status).toBe(303);
    expect(await slotsOf(db(), id)).toHaveLength(1);
    expect(await sessionOf(db(), id)).toMatchObject({
      starts_at: new Date('2027-01-13T08:00:00Z'),
      calendar_sequence: 1,
      lock_version: 2,
    });
  });

  test('two managers: the second is told, and keeps what they typed', async () => {
    const { id, path } = await create();
    const version = hidden((await agnes.get(path)).text, 'version');
    expect((await send({ places: '20', version, etape: 'confirmer' }, path)).status).toBe(303);
    const late = await send({ places: '30', version, etape: 'confirmer' }, path, basile);
    expect(late.status).toBe(409);
    expect(late.text).toContain('value="30"');
    expect((await sessionOf(db(), id)).capacity).toBe(20);
    const knowing = { places: '30', version: hidden(late.text, 'version'), etape: 'confirmer' };
    expect((await send(knowing, path, basile)).status).toBe(303);
  });

  test('once somebody asked for a place, neither written anew nor deleted, even from a page opened before', async () => {
    const { id, path } = await create();
    const version = hidden((await agnes.get(path)).text, 'version');
    await ask(id);
    expect((await send({ places: '1', version, etape: 'confirmer' }, path)).status).toBe(409);
    expect((await agnes.submit(`${path}/supprimer`, {}, `${list}/nouvelle`)).status).toBe(409);
    expect((await agnes.get(path)).text).toContain('ne se réécrit plus');
    expect((await sessionOf(db(), id)).capacity).toBe(12);
  });

  test('nor once it has begun or is cancelled', async () => {
    for (const options of [{ startsInDays: -1 }, { cancelled: true }]) {
      const id = await createSession(db(), { actionId: action.id, now: site.clock.now(), ...options });
      const kept = { ...typed, version: '1', etape: 'confirmer' };
      expect((await agnes.submit(`${list}/${id}`, kept, `${list}/nouvelle`)).status).toBe(409);
      expect((await agnes.submit(`${list}/${id}/supprimer`, {}, `${list}/nouvelle`)).status).toBe(409);
    }
  });

  test('copied into a new form, deleted when nobody asked', async () => {
    const { id, path } = await create();
    const copy = await agnes.get(`${list}/nouvelle?copie=${id}`);
    expect(copy.text).toContain(typed.creneaux);
    expect(copy.text).toContain('value="Pessac"');
    expect((await agnes.submit(`${path}/supprimer`, {}, path)).status).toBe(303);
    expect(await slotsOf(db(), id)).toEqual([]);
    expect((await agnes.get(path)).status).toBe(404);
    expect((await agnes.get(`${list}/nouvelle?copie=${id}`)).status).toBe(404);
  });

  test('of another action, it does not exist', async () => {
    const { id } = await create();
    const other = await createAction(db(), { providerId: provider });
    const path = `/agence/catalogue/actions/${other.id}/sessions/${id}`;
    expect((await agnes.get(path)).status).toBe(404);
    for (const to of [path, `${path}/supprimer`])
      expect((await agnes.submit(to, { ...typed, etape: 'confirmer' }, `${list}/nouvelle`)).status).toBe(404);
  });
});

test('a session that people were moved from, or were written to in, stays: it is in their history', async () => {
  const deps = site.dependencies;
  const structureId = await createStructure(db(), { memberIn: [2026, 2027] });
  const person = await createUser(db(), { affiliations: { [structureId]: [] } });
  const manager = await createUser(db(), { isAgencyManager: true });
  const moved = await createAction(db(), { providerId: provider });
  const session = { actionId: moved.id, now: site.clock.now() };
  const [from, to, wordy] = [
    await createSession(db(), session),
    await createSession(db(), session),
    await createSession(db(), session),
  ];
  const request = { actionId: moved.id, sessionId: from, structureId, motivation: 'Progresser' };
  const { id } = await requestEnrolment(deps, await actorOf(db(), person.id), request);
  const by = { role: 'agency', userId: manager.id, way: 'page' } as const;
  await moveEnrolment(deps, id, by, { sessionId: to, reason: 'Dates changées' });
  await writeMessages(db(), wordy, manager.id, site.clock.now());
  const sessions = `/agence/catalogue/actions/${moved.id}/sessions`;
  for (const one of [from, wordy]) {
    const answer = await agnes.submit(`${sessions}/${one}/supprimer`, {}, `${sessions}/nouvelle`);
    expect([answer.status, answer.text.includes('annulez-la plutôt')]).toEqual([409, true]);
    expect(await sessionOf(db(), one)).toBeDefined();
  }
});

describe('a draft', () => {
  const drafts = () => db()('session_drafts').where({ action_id: action.id }).orderBy('id');

  test('kept as it is, opened again, published once, out of the catalogue until then', async () => {
    const before = (await sessionsIn(db())).length;
    const unfinished = { creneaux: 'mardi 12/01/2027', places: 'x', lieu: '<b>Ici</b>', etape: 'brouillon' };
    expect((await send(unfinished)).status).toBe(303);
    expect(await sessionsIn(db())).toHaveLength(before);
    expect(await lastEntry(db())).toMatchObject({
      action: 'training_session.drafted',
      subject_id: action.id,
    });
    const [{ id }] = await drafts();
    const page = await agnes.get(list);
    expect(page.text).toContain(`${list}/nouvelle?brouillon=${id}`);
    const opened = await agnes.get(`${list}/nouvelle?brouillon=${id}`);
    expect(opened.text).toContain('value="&lt;b&gt;Ici&lt;/b&gt;"');
    expect(opened.text).toContain(`name="brouillon" value="${id}"`);
    const brouillon = String(id);
    expect((await send({ creneaux: 'mardi 12/01/2027', etape: 'confirmer', brouillon })).status).toBe(422);
    expect((await send({ ...unfinished, lieu: 'Là', brouillon })).status).toBe(303);
    expect(await drafts()).toMatchObject([{ id, fields: { lieu: 'Là' } }]);
    const check = await send({ brouillon });
    expect(check.text).toContain('Publier la session');
    expect(check.text).toContain(`name="brouillon" value="${id}"`);
    const published = await Promise.all([1, 2].map(() => send({ etape: 'confirmer', brouillon })));
    expect(published.map(({ status }) => status).toSorted()).toEqual([303, 409]);
    expect(await drafts()).toEqual([]);
    expect((await agnes.get(`${list}/nouvelle?brouillon=${id}`)).status).toBe(404);
  });

  test('given up; of another action it does not exist; twenty at most; any bytes', async () => {
    expect(
      (await send({ etape: 'brouillon', lieu: `${'x'.repeat(11_999)}😀`, ville: 'a\u0000b' })).status,
    ).toBe(303);
    const [{ id }] = await drafts();
    const other = await createAction(db(), { providerId: provider });
    const elsewhere = `/agence/catalogue/actions/${other.id}/sessions`;
    expect((await agnes.get(`${elsewhere}/nouvelle?brouillon=${id}`)).status).toBe(404);
    expect((await agnes.submit(`${elsewhere}/brouillons/${id}/supprimer`, {}, list)).status).toBe(404);
    expect((await agnes.submit(`${list}/brouillons/${id}/supprimer`, {}, list)).status).toBe(303);
    expect(await drafts()).toEqual([]);
    for (let index = 0; index < 20; index += 1) await send({ etape: 'brouillon' });
    expect((await send({ etape: 'brouillon' })).status).toBe(409);
    await db()('session_drafts').delete();
  });
});

test('the list is of a period', async () => {
  const other = await createAction(db(), { providerId: provider });
  const path = `/agence/catalogue/actions/${other.id}/sessions`;
  const make = (startsInDays: number, cancelled = false) =>
    createSession(db(), {
      actionId: other.id,
      now: site.clock.now(),
      startsInDays,
      opensInDays: startsInDays - 60,
      cancelled,
    });
  const [coming, past, cancelled] = [await make(30), await make(-30), await make(60, true)];
  const shown = async (query: string) => {
    const { text } = await agnes.get(path + query);
    return [coming, past, cancelled].filter((id) => text.includes(`/agence/sessions/${id}"`));
  };
  expect(await shown('')).toEqual([coming, past, cancelled]);
  expect(await shown('?periode=a-venir')).toEqual([coming]);
  expect(await shown('?periode=passees')).toEqual([past, cancelled]);
  expect(await shown('?periode=x')).toEqual([coming, past, cancelled]);
});

test('the list is paged; four statements at most', async () => {
  for (let index = 0; index < 30; index += 1)
    await createSession(db(), { actionId: action.id, now: site.clock.now(), startsInDays: 100 + index });
  expect((await agnes.get(list)).text).toContain('Page 1 sur');
  const { id } = await newestSession(db());
  for (const path of [list, `${list}?page=2`, `${list}/nouvelle`, `${list}/${id}`])
    expect((await recordStatements(() => agnes.get(path))).length, path).toBeLessThanOrEqual(4);
});
