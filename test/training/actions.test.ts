import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freeSlug, slugOf } from '#platform/french/slug.ts';
import { mayDo } from '#training/actions/rules.ts';
import { saveAction } from '#training/actions/service.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../support/app.ts';
import {
  actionOf,
  actionsIn,
  createAction,
  createSession,
  kindOf,
  newestAction,
  sessionsIn,
  themeOf,
} from '../support/catalogue.ts';
import { createEnrolment, withdrawRequests } from '../support/enrolments.ts';
import { journalOf } from '../support/journal.ts';
import { createStructure, createUser, setStructure } from '../support/people.ts';
import { forgetAttempts } from '../support/rate-limits.ts';
import { recordStatements } from '../support/statements.ts';
import { allWaitingFor } from '../support/waiting.ts';

const LIST = '/agence/catalogue';
const NEW = `${LIST}/actions/nouvelle`;
let site: TestSite;
let agnes: Visitor;
let basile: Visitor;
let provider: number;
let typed: Record<string, string>;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  const { db } = site.dependencies;
  [agnes, basile] = (await Promise.all(
    [1, 2].map(async () => site.signedIn((await createUser(db, { isAgencyManager: true })).email)),
  )) as [Visitor, Visitor];
  provider = await createStructure(db, {
    isTrainingBody: true,
    name: 'Coopérative <des> savoirs',
    memberIn: [2026],
  });
  typed = {
    titre: 'Accueillir un public éloigné de l’emploi',
    type: String((await kindOf(db, 'formation')).id),
    theme: String((await themeOf(db, 'emploi')).id),
    modalite: 'mixed',
    duree: '1,5',
    intervenant: 'Une formatrice',
    objectifs: 'Écouter\nOrienter',
    public: 'Tous',
    prerequis: '',
    programme: '## Matin\n\n**Écoute** [guide](https://guide.example)',
    structure_id: String(provider),
  };
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const CONTENT = {
  title: 'Pareilles',
  modality: 'remote',
  durationDays: 1,
  trainer: '',
  objectives: '',
  audience: '',
  prerequisites: '',
  programme: '',
  reference: null,
};
const db = () => site.dependencies.db;
const audits = async (id: number) =>
  (await journalOf(db(), '%', { subject_kind: 'action', subject_id: id })).map(({ action }) => action);
const hidden = (text: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
const create = async (changes: Record<string, string> = {}) => {
  const answer = await agnes.submit(NEW, { ...typed, ...changes });
  expect(answer.status).toBe(303);
  return { ...(await newestAction(db())), path: answer.headers.location as string };
};
const save = async (path: string, changes: Record<string, string>, visitor = agnes) =>
  visitor.submit(path, { ...typed, version: hidden((await visitor.get(path)).text, 'version'), ...changes });

describe('an action', () => {
  test('created as a draft, seen by nobody, then published, with its Markdown', async () => {
    const { id, slug, path } = await create();
    expect(slug).toBe('accueillir-un-public-eloigne-de-l-emploi');
    expect(await actionOf(db(), id)).toMatchObject({
      duration_days: 1.5,
      published_at: null,
      provider_id: provider,
    });
    const page = `/parcourspro/actions/${slug}`;
    expect((await site.visitor().get(page)).status).toBe(404);
    expect((await agnes.submit(`${path}/publier`, {}, path)).status).toBe(303);
    const { text } = await site.visitor().get(page);
    for (const html of [
      '<li>Écouter</li>',
      '<h3>Matin</h3>',
      '<strong>Écoute</strong>',
      '<a href="https://guide.example">guide</a>',
      'Coopérative &lt;des&gt; savoirs',
    ])
      expect(text).toContain(html);
    expect(await audits(id)).toEqual(['action.created', 'action.published']);
  });

  test('the preview shows the text as the page will, saves nothing, and neutralises markup', async () => {
    const before = await newestAction(db());
    const programme = '<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![i](https://x.example/i.png)';
    const { status, text } = await agnes.submit(NEW, { ...typed, programme, step: 'apercu' });
    expect(status).toBe(200);
    const preview = text.slice(text.indexOf('id="apercu"'), text.indexOf('<form class="panel"'));
    expect(preview).toContain('<li>Écouter</li>');
    expect(preview).toContain('&lt;script&gt;');
    expect(preview).not.toMatch(/<script|href="javascript|<img/);
    expect(text).toContain('value="1,5"');
    expect(text).toContain('value="Accueillir un public éloigné de l’emploi"');
    expect(await newestAction(db())).toEqual(before);
    const empty = await agnes.submit(NEW, { step: 'apercu' });
    expect(empty.status).toBe(200);
    expect(empty.text).toContain('Aucun texte n’est écrit');
  });

  test('a new title gives a new address, the former ones lead to it, and may be taken back', async () => {
    const { id, slug, path } = await create({ titre: 'Premier titre' });
    await agnes.submit(`${path}/publier`, {}, path);
    expect((await save(path, { titre: 'Deuxième titre' })).status).toBe(303);
    expect((await save(path, { titre: 'Troisième titre !' })).status).toBe(303);
    for (const former of [slug, 'deuxieme-titre']) {
      const moved = await site.visitor().get(`/parcourspro/actions/${former}`);
      expect([moved.status, moved.headers.location]).toEqual([301, '/parcourspro/actions/troisieme-titre']);
    }
    // Another action does not take an address that leads here.
    expect((await create({ titre: 'Premier titre' })).slug).toBe('premier-titre-2');
    expect((await save(path, { titre: 'Premier titre' })).status).toBe(303);
    expect((await actionOf(db(), id)).slug).toBe('premier-titre');
    expect((await site.visitor().get('/parcourspro/actions/premier-titre')).status).toBe(200);
    expect((await site.visitor().get('/parcourspro/actions/troisieme-titre')).status).toBe(301);
    await agnes.submit(`${path}/retirer`, {}, path);
    expect((await site.visitor().get('/parcourspro/actions/troisieme-titre')).status).toBe(404);
  });

  test('the same title at the same moment: two addresses', async () => {
    const answers = await Promise.all(
      [agnes, basile].map((one) => one.submit(NEW, { ...typed, titre: 'Jumelles' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const twins = await actionsIn(db(), { title: 'Jumelles' });
    expect(twins.map(({ slug }) => slug).sort()).toEqual(['jumelles', 'jumelles-2']);
  });

  test('two actions renamed alike at the same moment: two addresses', async () => {
    const [one, other] = [await create({ titre: 'Une' }), await create({ titre: 'Autre' })];
    await allWaitingFor(
      db(),
      { sql: 'select id from action_kinds where id = ? for update', binding: Number(typed.type) },
      [one, other].map(({ id }) => () => {
        const content = { kindId: Number(typed.type), themeId: Number(typed.theme), providerId: provider };
        return saveAction(site.dependencies, { id, version: 1 }, { ...CONTENT, ...content });
      }),
    );
    expect([(await actionOf(db(), one.id)).slug, (await actionOf(db(), other.id)).slug].sort()).toEqual([
      'pareilles',
      'pareilles-2',
    ]);
  });

  test('two managers: the second is told what the first wrote, loses nothing, and may go on', async () => {
    const { id, path } = await create({ titre: 'À deux' });
    const version = hidden((await basile.get(path)).text, 'version');
    expect((await save(path, { objectifs: 'Écrit par Agnès' })).status).toBe(303);
    const late = await basile.submit(path, {
      ...typed,
      version,
      titre: 'À deux',
      objectifs: 'Écrit par Basile',
    });
    expect(late.status).toBe(409);
    expect(late.text).toContain('Écrit par Agnès');
    expect(late.text).toMatch(/<textarea[^>]*>Écrit par Basile</);
    expect((await actionOf(db(), id)).objectives).toBe('Écrit par Agnès');
    const again = { ...typed, titre: 'À deux', objectifs: 'Les deux', version: hidden(late.text, 'version') };
    expect((await basile.submit(path, again)).status).toBe(303);
    expect((await actionOf(db(), id)).objectives).toBe('Les deux');
    // A preview between opening and saving does not hide what somebody else saves.
    const preview = await basile.submit(path, { ...again, version, step: 'apercu' });
    expect(hidden(preview.text, 'version')).toBe(version);
  });

  test('copied as a draft without its sessions', async () => {
    const { id, path } = await create({ titre: 'x'.repeat(150) });
    await createSession(db(), { actionId: id, now: site.clock.now() });
    const copied = await agnes.submit(`${path}/copier`, {}, path);
    const copy = await newestAction(db());
    expect(copied.headers.location).toBe(`${LIST}/actions/${copy.id}`);
    expect(copy).toMatchObject({
      title: `${'x'.repeat(140)} (copie)`,
      published_at: null,
      programme: typed.programme,
    });
    expect(await sessionsIn(db(), { action_id: copy.id })).toEqual([]);
    expect(await audits(copy.id)).toEqual(['action.copied']);
    expect((await agnes.get(copied.headers.location as string)).status).toBe(200);
  });

  test('archived only without requests under way; taken off the catalogue it says how many go on', async () => {
    const { id, slug, path } = await create({ titre: 'Avec des demandes' });
    await agnes.submit(`${path}/publier`, {}, path);
    const sessionId = await createSession(db(), { actionId: id, now: site.clock.now() });
    await createEnrolment(db(), { sessionId, state: 'enrolled', at: site.clock.now() });
    const refused = await agnes.submit(`${path}/archiver`, {}, path);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('annulez d’abord ces sessions');
    await agnes.submit(`${path}/retirer`, {}, path);
    expect((await agnes.get(path)).text).toContain('1\u00a0demande reste en cours');
    await withdrawRequests(db(), { action_id: id });
    await agnes.submit(`${path}/publier`, {}, path);
    expect((await agnes.submit(`${path}/archiver`, {}, path)).status).toBe(303);
    expect((await site.visitor().get(`/parcourspro/actions/${slug}`)).status).toBe(404);
    expect((await agnes.submit(`${path}/publier`, {}, path)).status).toBe(409);
    expect((await agnes.submit(`${path}/desarchiver`, {}, path)).status).toBe(303);
    expect(await actionOf(db(), id)).toMatchObject({ archived_at: null, published_at: null });
    expect(await audits(id)).toEqual([
      'action.created',
      'action.published',
      'action.unpublished',
      'action.published',
      'action.archived',
      'action.unarchived',
    ]);
  });

  test('not published without objectives, nor emptied of them once it is', async () => {
    const { path } = await create({ titre: 'Sans but', objectifs: '' });
    expect((await agnes.submit(`${path}/publier`, {}, path)).status).toBe(409);
    expect((await save(path, { titre: 'Sans but', objectifs: 'Un but' })).status).toBe(303);
    expect((await agnes.submit(`${path}/publier`, {}, path)).status).toBe(303);
    const emptied = await save(path, { titre: 'Sans but', objectifs: ' ' });
    expect(emptied.status).toBe(422);
    expect(emptied.text).toContain('href="#objectifs"');
  });
});

describe('the body that runs it', () => {
  test('looked for without a script, chosen, changed; nothing typed is lost', async () => {
    const found = await agnes.submit(NEW, {
      ...typed,
      structure_id: '',
      q: 'cooperative savoirs',
      step: 'search',
    });
    expect(found.status).toBe(200);
    expect(found.text).toContain(`value="${provider}"`);
    expect(found.text).toContain('Écouter');
    expect(found.text).not.toContain('à corriger');
    const { path } = await create({ titre: 'Changer' });
    const changing = await save(path, { titre: 'Changer', step: 'change' });
    expect(changing.text).toContain('data-structure-search');
    expect(changing.text).toContain('Écouter');
  });

  test('only an open training body, save the one that the action has', async () => {
    const association = await createStructure(db(), { name: 'Amicale' });
    const refused = await agnes.submit(NEW, { ...typed, structure_id: String(association) });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Amicale n’est pas un organisme de formation');
    for (const structure_id of ['', '0', 'x', '2000000000']) {
      const answer = await agnes.submit(NEW, { ...typed, structure_id });
      expect(answer.status, structure_id).toBe(422);
      expect(answer.text).toContain('href="#q"');
    }
    const closing = await createStructure(db(), { isTrainingBody: true });
    const { path } = await create({ titre: 'Fermeture', structure_id: String(closing) });
    const closesOn = (closed_on: string) => setStructure(db(), closing, { closed_on });
    await closesOn('2026-11-13');
    await create({ titre: 'Dernière action', structure_id: String(closing) });
    await closesOn('2026-11-12');
    const kept = await save(path, { titre: 'Fermeture prochaine', structure_id: String(closing) });
    expect(kept.status).toBe(303);
    expect((await agnes.submit(NEW, { ...typed, structure_id: String(closing) })).status).toBe(422);
  });
});

test.each<[string, Record<string, string>, string]>([
  ['no title', { titre: ' ' }, '#titre'],
  ['a long title', { titre: 'x'.repeat(151) }, '#titre'],
  ['no kind', { type: '' }, '#type'],
  ['a kind that does not exist', { type: '2000000000' }, '#type'],
  ['a theme that does not exist', { theme: '2000000000' }, '#theme'],
  ['a modality that does not exist', { modalite: 'constructor' }, '#modalite'],
  ['a negative duration', { duree: '-1' }, '#duree'],
  ['no duration at all', { duree: '0,0' }, '#duree'],
  ['a huge duration', { duree: '999' }, '#duree'],
  ['a duration in words', { duree: '1e9' }, '#duree'],
  ['a long text', { programme: 'x'.repeat(10_001) }, '#programme'],
  ['bytes', { public: 'a\u0000b' }, '#public'],
])('%s is refused, with what was typed', async (_what, wrong, link) => {
  const { path } = await create({ titre: 'Saisie' });
  const before = (await actionsIn(db())).length;
  for (const to of [NEW, path]) {
    const answer = await agnes.submit(to, { ...typed, version: '1', ...wrong });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="${link}"`);
    expect(answer.text).toContain('Une formatrice');
  }
  expect(await actionsIn(db())).toHaveLength(before);
});

test('a title without a letter still has an address; unknown actions are no page', async () => {
  expect((await create({ titre: '!!!' })).slug).toBe('action');
  expect((await create({ titre: '日本' })).slug).toBe('action-2');
  for (const id of ['2000000000', '0', 'x'])
    for (const path of [`${LIST}/actions/${id}`]) expect((await agnes.get(path)).status).toBe(404);
  for (const step of ['', '/publier', '/retirer', '/archiver', '/desarchiver', '/copier'])
    expect((await agnes.submit(`${LIST}/actions/2000000000${step}`, typed, NEW)).status).toBe(404);
});

describe('the list', () => {
  test('filters by words, state, kind and theme, whatever is typed', async () => {
    await create({ titre: 'Zébrure 100% unique' });
    const of = async (query: string) => readable((await agnes.get(`${LIST}?${query}`)).text);
    expect(await of('q=zebrure')).toContain('Zébrure 100% unique');
    expect(await of('q=100%25+u')).toContain('Zébrure 100% unique');
    // Signs between words are no words: alone they find nothing, rather than everything.
    expect(await of('q=100__unique')).toContain('Zébrure 100% unique');
    for (const sign of ['%25', '_', '__']) expect(await of(`q=${sign}`)).toContain('Aucune action trouvée');
    expect(await of('q=zebrure&etat=brouillons')).toContain('Brouillon');
    expect(await of('q=zebrure&etat=publiees')).toContain('Aucune action trouvée');
    expect(await of(`q=zebrure&type=${typed.type}&theme=${typed.theme}`)).toContain('Zébrure');
    for (const junk of [
      'q=%00',
      'q=%ff',
      'etat=__proto__',
      'type=x',
      'page=-1',
      'page=99999999',
      `q=${'x'.repeat(5000)}`,
      'q=a&q=b',
    ])
      expect((await agnes.get(`${LIST}?${junk}`)).status, junk).toBe(200);
  });

  test('pages of 25; four statements at most whatever the number of rows', async () => {
    for (let index = 0; index < 60; index += 1) {
      const fields = { title: `Beaucoup ${index}`, slug: `beaucoup-${index}`, published_at: null };
      await createAction(db(), { providerId: provider, fields });
    }
    const { text } = await agnes.get(`${LIST}?q=beaucoup`);
    expect(text).toContain('60\u00a0actions');
    expect(text).toContain('Page 1 sur 3');
    expect(text.match(/<tr>/g)?.length ?? text.match(/<tr /g)?.length).toBe(26);
    const { id } = await createAction(db(), { providerId: provider });
    for (const path of [LIST, `${LIST}?q=beaucoup&page=3`, NEW, `${LIST}/actions/${id}`])
      expect((await recordStatements(() => agnes.get(path))).length, path).toBeLessThanOrEqual(4);
  });
});

test.each([
  ['Rôle de l’e-tuteur', 'role-de-l-e-tuteur'],
  ['  Œuvrer & Ça ', 'oeuvrer-ca'],
  ['x'.repeat(200), 'x'.repeat(80)],
  ['日本', ''],
])('the address of %s', (title, slug) => expect(slugOf(title)).toBe(slug));

test('a free address is the wished one, else the first number', () => {
  expect(freeSlug('a', new Set())).toBe('a');
  expect(freeSlug('a', new Set(['a', 'a-2', 'a-4']))).toBe('a-3');
});

test.each([
  ['publier', 'draft', true],
  ['publier', 'published', false],
  ['publier', 'archived', false],
  ['retirer', 'published', true],
  ['retirer', 'draft', false],
  ['archiver', 'draft', true],
  ['archiver', 'archived', false],
  ['desarchiver', 'archived', true],
  ['desarchiver', 'draft', false],
] as const)('%s of a %s action: %s', (step, state, expected) => {
  expect(mayDo(step, { state, objectives: 'x', live: 0 }) === true).toBe(expected);
});
