import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestSite, readable, type TestSite, type Visitor } from '../support/app.ts';
import {
  actionOf,
  createAction,
  createSession,
  kindOf,
  kindsIn,
  themeOf,
  themesIn,
} from '../support/catalogue.ts';
import { createEnrolment } from '../support/enrolments.ts';
import { lastEntry } from '../support/journal.ts';
import { createStructure, createUser } from '../support/people.ts';
import { recordStatements } from '../support/statements.ts';

const KINDS = '/agence/catalogue/types';
const THEMES = '/agence/catalogue/themes';
let site: TestSite;
let agnes: Visitor;
let basile: Visitor;
let provider: number;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  const { db } = site.dependencies;
  [agnes, basile] = (await Promise.all(
    [1, 2].map(async () => site.signedIn((await createUser(db, { isAgencyManager: true })).email)),
  )) as [Visitor, Visitor];
  provider = await createStructure(db, { isTrainingBody: true, memberIn: [2026] });
});
afterAll(() => site.close());

const db = () => site.dependencies.db;
const hidden = (text: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
const openVersion = async (path: string, visitor = agnes) =>
  hidden((await visitor.get(path)).text, 'version');
const formation = {
  label: 'Formation',
  acces: 'reserve',
  formation: '1',
  total: '1',
  validations: 'employeur_et_prestataire',
};

describe('kinds', () => {
  test('the list says the rules of each', async () => {
    const text = readable((await agnes.get(KINDS)).text);
    for (const words of [
      'Lab’Innov',
      'Réservé aux adhérents',
      'Le Valideur RH, puis le prestataire',
      'Non comptée',
    ])
      expect(text).toContain(words);
  });

  test('added with an address of its own, offered by the search; a name is used once', async () => {
    const add = (label: string) =>
      agnes.submit(KINDS, { label, acces: 'ouvert', validations: 'aucune' }, `${KINDS}/nouveau`);
    expect((await add('Café d’été')).status).toBe(303);
    expect(await kindOf(db(), 'cafe-d-ete')).toMatchObject({
      label: 'Café d’été',
      reserved: false,
      needs_hr_approval: false,
      needs_provider_approval: false,
    });
    expect((await agnes.get('/parcourspro/actions')).text).toContain('Café d’été');
    expect(await lastEntry(db())).toMatchObject({ action: 'kind.created' });
    const again = await add('CAFE d’ete');
    expect(again.status).toBe(422);
    expect(again.text).toContain('déjà dans la liste');
  });

  test('new rules are read in plain words first, with the requests under way, then saved', async () => {
    const { id: actionId } = await createAction(db(), { providerId: provider, kind: 'formation' });
    const sessionId = await createSession(db(), { actionId, now: site.clock.now() });
    await createEnrolment(db(), { sessionId, at: site.clock.now() });
    const { id } = await kindOf(db(), 'formation');
    const path = `${KINDS}/${id}`;
    const changed = { ...formation, acces: 'ouvert', formation: '', total: '', validations: 'prestataire' };
    const version = await openVersion(path);
    const check = await agnes.submit(path, { ...changed, version });
    expect(check.status).toBe(200);
    for (const words of [
      'désormais ouvertes à toute personne',
      'ne comptent plus comme des formations',
      'le prestataire, au lieu de\u00a0: le Valideur RH, puis le prestataire',
      '1\u00a0demande est en cours',
    ])
      expect(check.text).toContain(words);
    expect(await kindOf(db(), 'formation')).toMatchObject({ reserved: true });
    const back = await agnes.submit(path, { ...changed, version, etape: 'modifier' });
    expect(back.text).toMatch(/value="prestataire" selected/);
    expect((await agnes.submit(path, { ...changed, version, etape: 'confirmer' })).status).toBe(303);
    expect(await kindOf(db(), 'formation')).toMatchObject({
      reserved: false,
      counts_as_formation: false,
      counts_in_yearly_total: false,
      needs_hr_approval: false,
      needs_provider_approval: true,
    });
    expect(await lastEntry(db())).toMatchObject({ action: 'kind.updated', details: { reserved: false } });
    const restored = { ...formation, version: await openVersion(path), etape: 'confirmer' };
    expect((await agnes.submit(path, restored)).status).toBe(303);
  });

  test('two managers on the same kind: the second is told, and loses nothing', async () => {
    const path = `${KINDS}/${(await kindOf(db(), 'conference')).id}`;
    const fields = {
      label: 'Conférence A',
      acces: 'ouvert',
      validations: 'aucune',
      version: await openVersion(path),
    };
    expect((await agnes.submit(path, fields)).status).toBe(303);
    const late = await basile.submit(path, { ...fields, label: 'Conférence B' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('Quelqu’un d’autre a enregistré');
    expect(late.text).toContain('Conférence A');
    expect(late.text).toContain('value="Conférence B"');
    expect((await kindOf(db(), 'conference')).label).toBe('Conférence A');
    const knowing = await basile.submit(path, {
      ...fields,
      label: 'Conférence B',
      version: hidden(late.text, 'version'),
    });
    expect(knowing.status).toBe(303);
    expect((await kindOf(db(), 'conference')).label).toBe('Conférence B');
  });

  test('at the same moment, one of the two is saved', async () => {
    const path = `${KINDS}/${(await kindOf(db(), 'reunion')).id}`;
    const fields = { acces: 'ouvert', validations: 'aucune', version: await openVersion(path) };
    const answers = await Promise.all([
      agnes.submit(path, { ...fields, label: 'Réunion A' }),
      basile.submit(path, { ...fields, label: 'Réunion B' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  });

  test.each<[string, Record<string, string>]>([
    ['no name', { label: '' }],
    ['a long name', { label: 'x'.repeat(61) }],
    ['bytes', { label: 'a\u0000' }],
    ['an access that does not exist', { acces: '__proto__' }],
    ['approvals that do not exist', { validations: 'x' }],
    ['open but counted', { acces: 'ouvert' }],
    ['a formation outside the total', { total: '' }],
  ])('%s is refused and kept', async (_what, wrong) => {
    const typed = {
      label: 'Nom gardé',
      acces: 'reserve',
      formation: '1',
      total: '1',
      validations: 'aucune',
      ...wrong,
    };
    for (const path of [KINDS, `${KINDS}/${(await kindOf(db(), 'webinaire')).id}`]) {
      const answer = await agnes.submit(path, typed, KINDS);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('à corriger');
      if (typed.label === 'Nom gardé') expect(answer.text).toContain('value="Nom gardé"');
    }
  });

  test('moved, and deleted only where nothing uses it', async () => {
    const order = async () => (await kindsIn(db())).map(({ code }) => code);
    const before = await order();
    const last = await kindOf(db(), before.at(-1) as string);
    await agnes.submit(`${KINDS}/${last.id}/monter`, {}, KINDS);
    expect((await order()).at(-2)).toBe(last.code);
    await agnes.submit(`${KINDS}/${last.id}/descendre`, {}, KINDS);
    expect(await order()).toEqual(before);
    expect(
      (await agnes.submit(`${KINDS}/${(await kindOf(db(), 'formation')).id}/supprimer`, {}, KINDS)).status,
    ).toBe(409);
    expect((await agnes.submit(`${KINDS}/${last.id}/supprimer`, {}, KINDS)).status).toBe(303);
    for (const path of ['', '/supprimer', '/monter'])
      expect((await agnes.submit(`${KINDS}/${last.id}${path}`, formation, KINDS)).status).toBe(404);
  });
});

describe('themes', () => {
  test('added, renamed with its address kept, moved, deleted when unused', async () => {
    expect((await agnes.submit(THEMES, { label: 'Métiers d’avenir' })).status).toBe(303);
    const { id } = await themeOf(db(), 'metiers-d-avenir');
    const path = `${THEMES}/${id}`;
    const renamed = await agnes.submit(path, {
      label: 'Métiers de demain',
      version: await openVersion(path),
    });
    expect(renamed.status).toBe(303);
    expect(await themeOf(db(), 'metiers-d-avenir')).toMatchObject({ label: 'Métiers de demain' });
    await agnes.submit(`${path}/monter`, {}, THEMES);
    expect((await themesIn(db())).at(-2)?.id).toBe(id);
    expect((await agnes.submit(`${path}/supprimer`, {}, THEMES)).status).toBe(303);
    expect((await agnes.get(path)).status).toBe(404);
    expect(await lastEntry(db())).toMatchObject({ action: 'theme.deleted', subject_id: id });
  });

  test('one that is used is not deleted, but joined to another with its actions', async () => {
    const { id: actionId, slug } = await createAction(db(), { providerId: provider, theme: 'handicap' });
    const [from, into] = [await themeOf(db(), 'handicap'), await themeOf(db(), 'qualite')];
    expect((await agnes.submit(`${THEMES}/${from.id}/supprimer`, {}, THEMES)).status).toBe(409);
    expect((await agnes.submit(`${THEMES}/${from.id}/reunir`, { vers: from.id }, THEMES)).status).toBe(409);
    for (const [vers, status] of [
      ['', 422],
      ['x', 422],
      ['2000000000', 404],
    ] as const)
      expect((await agnes.submit(`${THEMES}/${from.id}/reunir`, { vers }, THEMES)).status).toBe(status);
    const joined = await agnes.submit(
      `${THEMES}/${from.id}/reunir`,
      { vers: into.id },
      `${THEMES}/${from.id}`,
    );
    expect(joined.status).toBe(303);
    expect((await themesIn(db())).map(({ slug }) => slug)).not.toContain('handicap');
    expect((await actionOf(db(), actionId)).theme_id).toBe(into.id);
    expect((await agnes.get(`/parcourspro/actions/${slug}`)).text).toContain(into.label);
    expect(await lastEntry(db())).toMatchObject({
      action: 'theme.merged',
      details: { into: into.id, actions: 1 },
    });
  });

  test('bad names are refused and kept; two managers are told', async () => {
    const path = `${THEMES}/${(await themeOf(db(), 'emploi')).id}`;
    for (const label of ['', 'x'.repeat(81), 'a\u0007', 'Faciliter les parcours / vae']) {
      for (const to of [THEMES, path]) {
        const answer = await agnes.submit(to, { label, version: '1' });
        expect(answer.status, label).toBe(422);
      }
    }
    const version = await openVersion(path);
    expect((await agnes.submit(path, { label: 'Emploi A', version })).status).toBe(303);
    const late = await basile.submit(path, { label: 'Emploi B', version });
    expect(late.status).toBe(409);
    expect(late.text).toContain('Emploi A');
    expect(late.text).toContain('value="Emploi B"');
  });
});

test('no page asks the database more than four times', async () => {
  const pages = [
    KINDS,
    `${KINDS}/nouveau`,
    `${KINDS}/${(await kindOf(db(), 'formation')).id}`,
    THEMES,
    `${THEMES}/${(await themeOf(db(), 'vae')).id}`,
  ];
  for (const path of pages) {
    const statements = await recordStatements(() => agnes.get(path));
    // The session and the actor are read by every page.
    expect(statements.length, path).toBeLessThanOrEqual(4);
  }
});
