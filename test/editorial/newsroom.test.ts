import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { entriesDuring } from '../support/journal.ts';
import { createNews, forgetNews, newsIn } from '../support/news.ts';
import { createUser } from '../support/people.ts';
import { forgetAttempts } from '../support/rate-limits.ts';
import { first } from '../support/rows.ts';

const LIST = '/agence/actualites';
const NEW = `${LIST}/nouvelle`;
let site: TestSite;
let agnes: Visitor;
let bruno: Visitor;
let agnesId: number;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  const { db } = site.dependencies;
  const one = await createUser(db, { isAgencyManager: true, firstName: 'Agnès', lastName: 'Une' });
  const other = await createUser(db, { isAgencyManager: true, firstName: 'Bruno', lastName: 'Deux' });
  agnesId = one.id;
  agnes = await site.signedIn(one.email);
  bruno = await site.signedIn(other.email);
});
afterAll(() => site.close());
beforeEach(async () => {
  await forgetNews(site.dependencies.db);
  await forgetAttempts(site.dependencies.db);
});

const typed = (changes: Record<string, string> = {}) => ({
  title: 'Le titre',
  body: 'Le texte.',
  link: '',
  online_from: '2026-11-12',
  online_until: '',
  ...changes,
});
const rows = () => newsIn(site.dependencies.db);
const lastId = async (): Promise<number> => first((await rows()).toReversed()).id;
const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1];

async function add(changes: Record<string, string> = {}): Promise<number> {
  expect((await agnes.submit(LIST, typed(changes), NEW)).status).toBe(303);
  return lastId();
}
async function edit(browser: Visitor, id: number, version: number | string, changes = {}) {
  return browser.submit(`${LIST}/${id}`, { ...typed(changes), version }, NEW);
}
const audited = (work: () => Promise<unknown>) => entriesDuring(site.dependencies.db, work);

test('written, seen in the list with where it stands, changed and deleted, each noted in the journal', async () => {
  expect((await agnes.get(LIST)).text).toContain('Aucune actualité');
  expect((await agnes.get('/agence')).text).toContain(`href="${LIST}"`);
  expect((await agnes.get(NEW)).text).toContain('value="2026-11-12"');
  const created = await audited(() => add({ title: 'Aujourd’hui', link: '/parcourspro' }));
  const id = await lastId();
  const subject = { actor_id: agnesId, subject_kind: 'news', subject_id: id, way: 'page', details: {} };
  expect(created).toMatchObject([{ action: 'news.created', ...subject }]);
  await add({ title: 'Demain', online_from: '13/11/2026' });
  await add({ title: 'Hier', online_from: '2026-11-01', online_until: '2026-11-11' });
  const { text } = await agnes.get(LIST);
  for (const [title, state] of [
    ['Aujourd’hui', 'En ligne'],
    ['Demain', 'Programmée'],
    ['Hier', 'Passée'],
  ]) {
    const line = text.split('<tr').find((part) => part.includes(`>${title}</a>`));
    expect(line, title).toContain(`</svg> ${state}</span>`);
    expect(line).toContain('Agnès Une');
  }
  expect((await agnes.get('/')).text).toContain('Aujourd’hui');

  const page = await agnes.get(`${LIST}/${id}`);
  expect(page.text).toContain('value="/parcourspro"');
  const changed = await audited(() =>
    edit(agnes, id, hidden(page.text, 'version') as string, { title: 'Changé' }),
  );
  expect(changed).toMatchObject([{ action: 'news.updated', ...subject }]);
  expect((await rows())[0]).toMatchObject({ title: 'Changé', link: null, version: 2, written_by: agnesId });

  const ask = `${LIST}/${id}/supprimer`;
  const confirmation = await agnes.get(ask);
  expect(confirmation.text).toContain('Changé');
  const version = hidden(confirmation.text, 'version') as string;
  const deleted = await audited(() => agnes.submit(ask, { version }));
  expect(deleted).toMatchObject([{ action: 'news.deleted', ...subject }]);
  expect(await rows()).toHaveLength(2);
  for (const path of [ask, `${LIST}/${id}`]) expect((await agnes.get(path)).status).toBe(404);
  expect((await agnes.submit(ask, { version }, NEW)).status).toBe(404);
  expect((await agnes.get('/agence/journal')).text).toMatch(/Actualité publiée[\s\S]*Actualité n°/);
});

test('each time, the next page says whether people see it', async () => {
  for (const [changes, words] of [
    [{}, 'elle est en ligne.'],
    [{ online_from: '2026-12-24' }, 'elle sera en ligne le 24\u00a0déc. 2026.'],
    [{ online_from: '2026-11-01', online_until: '2026-11-11' }, 'elle n’est pas en ligne.'],
  ] as const) {
    await add(changes);
    expect((await agnes.get(LIST)).text).toContain(words);
  }
});

test('the preview shows the text as it will be read, writes nothing and keeps what is typed', async () => {
  const body = '# Partie\n\n**gras** <b>non</b> [x](javascript:alert(1))';
  const before = await agnes.submit(LIST, { ...typed({ body }), etape: 'apercu' }, NEW);
  expect(before.status).toBe(200);
  expect(before.text).toContain('<h4>Partie</h4>');
  expect(before.text).toContain('<strong>gras</strong> &lt;b&gt;non&lt;/b&gt; [x](javascript:alert(1))');
  expect(before.text).toMatch(/<textarea[^>]*># Partie/);
  expect(await rows()).toEqual([]);
  const id = await add();
  const again = await agnes.submit(`${LIST}/${id}`, { ...typed({ body }), version: 1, etape: 'apercu' });
  expect(again.text).toContain('<h4>Partie</h4>');
  expect(hidden(again.text, 'version')).toBe('1');
  expect((await rows())[0]?.body).toBe('Le texte.');
});

test.each([
  ['title', ''],
  ['title', 'x'.repeat(151)],
  ['title', 'a\u0000'],
  ['body', ''],
  ['body', 'x'.repeat(5001)],
  ['link', 'javascript:alert(1)'],
  ['link', 'http://exemple.example'],
  ['link', '//evil.example'],
  ['link', '/\\evil.example'],
  ['link', 'https://'],
  ['link', 'https://moi:secret@exemple.example'],
  ['online_from', ''],
  ['online_from', '31/02/2026'],
  ['online_from', 'demain'],
  ['online_until', '2026-11-11'],
  ['online_until', '2026-13-01'],
  ['online_until', '9999-12-31'],
])('%s = %j is refused, with the rest kept', async (name, value) => {
  const kept = name === 'title' ? ['body', 'Mon texte gardé'] : ['title', 'Mon titre gardé'];
  const fields = typed({ [kept[0] as string]: kept[1] as string, [name]: value });
  const id = await add();
  for (const [path, version] of [
    [LIST, ''],
    [`${LIST}/${id}`, '1'],
  ] as const) {
    const refused = await agnes.submit(path, { ...fields, version }, NEW);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(`href="#${name}"`);
    expect(refused.text).toContain(kept[1]);
  }
  expect(await rows()).toHaveLength(1);
});

test('the longest title, text and a full address are taken', async () => {
  await add({ title: '😀'.repeat(150), body: '😀'.repeat(5000), link: 'https://EXEMPLE.example/é?x=1#y' });
  expect((await rows())[0]).toMatchObject({ link: 'https://exemple.example/%C3%A9?x=1#y' });
});

test('a form sent twice, even at once, writes one piece of news', async () => {
  const cle = hidden((await agnes.get(NEW)).text, 'cle') as string;
  const _csrf = await agnes.token(NEW);
  const sent = await Promise.all([1, 2, 3].map(() => agnes.post(LIST, { ...typed(), cle, _csrf })));
  expect(sent.map(({ status }) => status)).toEqual([303, 303, 303]);
  expect(await rows()).toHaveLength(1);
  // What is no key of a form is replaced, not refused.
  for (const key of ['', 'x', 'g'.repeat(36)])
    expect((await agnes.submit(LIST, { ...typed(), cle: key }, NEW)).status).toBe(303);
  expect(await rows()).toHaveLength(4);
});

test('two managers at once: the second is told, sees both texts, and may then decide', async () => {
  const id = await add();
  expect((await edit(bruno, id, 1, { body: 'Le texte de Bruno.' })).status).toBe(303);
  const refused = await edit(agnes, id, 1, { body: 'Le texte d’Agnès.' });
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('Cette actualité a changé pendant que vous écriviez');
  expect(refused.text).toContain('Bruno Deux');
  expect(refused.text).toMatch(/<textarea[^>]*>Le texte d’Agnès\./);
  expect(refused.text).toContain('<p>Le texte de Bruno.</p>');
  expect((await rows())[0]?.body).toBe('Le texte de Bruno.');
  const version = hidden(refused.text, 'version') as string;
  expect((await edit(agnes, id, version, { body: 'Les deux.' })).status).toBe(303);
  expect((await rows())[0]).toMatchObject({ body: 'Les deux.', version: 3 });
  // A version that is none is an old one.
  for (const junk of ['', 'x', '-1']) expect((await edit(agnes, id, junk, { body: 'x' })).status).toBe(409);
});

test('at the very same moment, one is written and the others are told', async () => {
  const id = await add();
  const sent = await Promise.all(
    [1, 2, 3, 4].map((number) => edit(number % 2 ? agnes : bruno, id, 1, { body: `Texte ${number}` })),
  );
  expect(sent.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409]);
  expect((await rows())[0]?.version).toBe(2);
});

test('the same change sent twice is one change', async () => {
  const id = await add();
  const entries = await audited(async () => {
    for (let time = 0; time < 2; time += 1)
      expect((await edit(agnes, id, 1, { body: 'Une fois.' })).status).toBe(303);
  });
  expect(entries).toHaveLength(1);
});

test('deleted while somebody writes: their text becomes a new one if they wish', async () => {
  const id = await add();
  await bruno.submit(`${LIST}/${id}/supprimer`, { version: 1 });
  const refused = await edit(agnes, id, 1, { body: 'Longuement écrit.' });
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('Cette actualité vient d’être supprimée');
  expect(refused.text).toMatch(/<textarea[^>]*>Longuement écrit\./);
  const cle = hidden(refused.text, 'cle') as string;
  expect((await agnes.submit(LIST, { ...typed(), body: 'Longuement écrit.', cle }, NEW)).status).toBe(303);
  expect(await rows()).toHaveLength(1);
});

test('changed since the confirmation was shown: not deleted, and told', async () => {
  const id = await add();
  await edit(bruno, id, 1, { title: 'Autre titre' });
  const refused = await agnes.submit(`${LIST}/${id}/supprimer`, { version: 1 });
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('Cette actualité vient de changer');
  expect(refused.text).toContain('Autre titre');
  expect(await rows()).toHaveLength(1);
});

test('what names no piece of news is no page', async () => {
  for (const id of ['2000000000', 'x', '0'])
    for (const path of [`${LIST}/${id}`, `${LIST}/${id}/supprimer`]) {
      expect((await agnes.get(path)).status).toBe(404);
      expect((await agnes.submit(path, {}, NEW)).status).toBe(404);
    }
});

test('the list is paged', async () => {
  for (let nr = 0; nr < 30; nr += 1)
    await createNews(site.dependencies.db, new Date(), { online_from: '2026-01-01' });
  const count = async (path: string) =>
    (await agnes.get(path)).text.match(/<th[^>]*scope="row"/g)?.length ?? 0;
  expect(await count(LIST)).toBe(25);
  expect(await count(`${LIST}?page=2`)).toBe(5);
  expect((await agnes.get(LIST)).text).toContain('Cap Métiers</td>');
});
