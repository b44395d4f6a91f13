import PDFDocument from 'pdfkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLimit } from '#platform/web/limits.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createAction, setAction } from '../support/catalogue.ts';
import {
  addActionDocuments,
  type DocumentRow,
  documentsOfAction,
  isActionFileKept,
} from '../support/documents.ts';
import { journalOf, lastEntry } from '../support/journal.ts';
import { createStructure, createUser } from '../support/people.ts';
import { first } from '../support/rows.ts';
import { recordStatements } from '../support/statements.ts';

let site: TestSite;
let agnes: Visitor;
let provider: number;
let action: { id: number; slug: string };
let list: string;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  const { db } = site.dependencies;
  agnes = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
  provider = await createStructure(db, { isTrainingBody: true });
});
afterAll(() => site.close());
beforeEach(async () => {
  action = await createAction(db(), { providerId: provider, title: 'Action' });
  list = `/agence/catalogue/actions/${action.id}/documents`;
});

const db = () => site.dependencies.db;
const saved = () => documentsOfAction(db(), action.id);

/** A PDF of one page that says this. */
const pdf = (text: string, options: PDFKit.PDFDocumentOptions = {}): Promise<Buffer> =>
  new Promise((resolve) => {
    const parts: Buffer[] = [];
    const document = new PDFDocument(options);
    document.on('data', (part: Buffer) => parts.push(part));
    document.on('end', () => resolve(Buffer.concat(parts)));
    document.text(text);
    document.end();
  });
const send = async (
  files: [name: string, content: Buffer][],
  fields: Record<string, string> = {},
  to = list,
  who = agnes,
) => {
  const token = await who.token(list);
  const request = who.agent.post(to).field('_csrf', token);
  for (const [name, value] of Object.entries(fields)) request.field(name, value);
  for (const [name, content] of files) request.attach('fichier', content, name);
  return request;
};

test('files are counted before they are read, and at most as many as an action has are taken at once', async () => {
  const manager = (await lastEntry(db(), 'session.opened'))?.person_id;
  const limit = createLimit(site.dependencies.pool, 'action-documents', 60, 3600);
  for (let sent = 0; sent < 59; sent += 1) await limit.consume(String(manager));
  const bad: [string, Buffer] = ['x.pdf', Buffer.from('<script>')];
  expect((await send(Array(21).fill(bad))).text).toContain('20 fichiers au plus');
  expect((await send([bad])).status).toBe(422);
  const beyond = await send([bad]);
  expect(beyond.status).toBe(429);
  expect(Number(beyond.headers['retry-after'])).toBeGreaterThan(0);
  expect(beyond.text).not.toContain('n’est pas un PDF');
  await limit.reset(String(manager));
});

test('added under its title or its name, shown on the page of the action, downloaded as it is', async () => {
  const content = await pdf('Programme');
  expect((await send([['Programme détaillé.pdf', content]])).status).toBe(303);
  expect((await send([['x.pdf', await pdf('Plan')]], { titre: 'Plan <b>d’accès</b>' })).status).toBe(303);
  expect((await saved()).map(({ title }) => title)).toEqual(['Programme détaillé', 'Plan <b>d’accès</b>']);
  const added = first(await saved());
  const page = await site.visitor().get(`/parcourspro/actions/${action.slug}`);
  expect(page.text).toContain('Plan &lt;b&gt;d’accès&lt;/b&gt;');
  expect(page.text).toMatch(/PDF, \d+\u00a0ko/);
  const href = `/parcourspro/actions/${action.slug}/documents/${added.id}`;
  expect(page.text).toContain(`href="${href}"`);
  const file = await site.visitor().get(href).buffer();
  expect(file.status).toBe(200);
  expect(Buffer.compare(file.body, content)).toBe(0);
  expect(file.headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition':
      'attachment; filename="Programme d?taill?.pdf"; filename*=UTF-8\'\'Programme%20d%C3%A9taill%C3%A9.pdf',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'cache-control': 'public, no-cache',
    etag: `"${added.sha256}"`,
  });
  expect(await lastEntry(db())).toMatchObject({
    action: 'action.document_added',
    subject_kind: 'action',
    subject_id: action.id,
  });
});

test('whoever has it is answered without its bytes', async () => {
  await send([['a.pdf', await pdf('A')]]);
  const { id, sha256 } = first(await saved());
  const href = `/parcourspro/actions/${action.slug}/documents/${id}`;
  let status = 0;
  const statements = await recordStatements(async () => {
    ({ status } = await site.visitor().get(href).set('If-None-Match', `"${sha256}"`));
  });
  expect(status).toBe(304);
  expect(statements.join()).not.toContain('action_document_contents');
});

test('of an action that the public does not see, or of another one, it does not exist; the agency reads it', async () => {
  await send([['a.pdf', await pdf('A')]]);
  const { id } = first(await saved());
  const href = `/parcourspro/actions/${action.slug}/documents/${id}`;
  const other = await createAction(db(), { providerId: provider });
  for (const path of [
    `/parcourspro/actions/${other.slug}/documents/${id}`,
    `/parcourspro/actions/${action.slug}/documents/${id + 1000}`,
    `/parcourspro/actions/${action.slug}/documents/abc`,
    `/parcourspro/actions/%00/documents/${id}`,
  ])
    expect((await site.visitor().get(path)).status, path).toBe(404);
  for (const state of [{ published_at: null }, { published_at: new Date(0), archived_at: new Date(0) }]) {
    await setAction(db(), action.id, state);
    const { sha256 } = first(await saved());
    expect((await site.visitor().get(href).set('If-None-Match', `"${sha256}"`)).status).toBe(404);
    const own = await agnes.get(`${list}/${id}`);
    expect(own.status).toBe(200);
    expect(own.headers['cache-control']).toBe('private, no-cache');
  }
  expect((await agnes.get(`/agence/catalogue/actions/${other.id}/documents/${id}`)).status).toBe(404);
});

describe('what is not what it says', () => {
  const whole = async () => pdf('Entier');
  test.each<[string, (name?: string) => Promise<[string, Buffer]>, string]>([
    ['nothing', async () => ['a.pdf', Buffer.alloc(0)], 'vide'],
    ['a page of HTML', async () => ['a.pdf', Buffer.from('<html><script>alert(1)</script>')], 'pas un PDF'],
    [
      'a picture',
      async () => ['a.pdf', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
      'pas un PDF',
    ],
    [
      'HTML before a PDF',
      async () => ['a.pdf', Buffer.concat([Buffer.from('<html>'), await whole()])],
      'pas un PDF',
    ],
    ['half a PDF', async () => ['a.pdf', (await whole()).subarray(0, 400)], 'pas entier'],
    [
      'a PDF with a password',
      async () => ['a.pdf', await pdf('x', { userPassword: 'secret' })],
      'mot de passe',
    ],
  ])('%s is refused, and the title is kept', async (_what, make, message) => {
    const answer = await send([await make()], { titre: 'Mon titre' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(message);
    expect(answer.text).toContain('value="Mon titre"');
    expect(await saved()).toEqual([]);
  });

  test('a PDF by its content is taken whatever its name', async () => {
    expect((await send([['programme.html', await whole()]])).status).toBe(303);
    const { id } = first(await saved());
    const file = await site.visitor().get(`/parcourspro/actions/${action.slug}/documents/${id}`);
    expect(file.headers['content-type']).toBe('application/pdf');
    expect(file.headers['content-disposition']).toContain('.pdf');
  });

  test('eleven megabytes are not read', async () => {
    const answer = await send([['a.pdf', Buffer.concat([await whole(), Buffer.alloc(11_000_000)])]]);
    expect(answer.status).toBe(413);
    expect(answer.text).toContain('10\u00a0Mo');
    expect(await saved()).toEqual([]);
  });

  test('no file, a title for two, a title too long', async () => {
    expect((await send([])).text).toContain('Choisissez un fichier');
    const two = await send(
      [
        ['a.pdf', await pdf('A')],
        ['b.pdf', await pdf('B')],
      ],
      { titre: 'Un seul' },
    );
    expect(two.status).toBe(422);
    expect((await send([['a.pdf', await pdf('A')]], { titre: 'x'.repeat(121) })).status).toBe(422);
    expect(await saved()).toEqual([]);
  });

  test('one bad file among two: none is added, and which is said', async () => {
    const answer = await send([
      ['bon.pdf', await pdf('A')],
      ['faux.pdf', Buffer.from('<html>')],
    ]);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('faux');
    expect(await saved()).toEqual([]);
  });
});

test('two at once are both added; the same one twice, even at the same moment, is one', async () => {
  const one = await pdf('A');
  expect(
    (
      await send([
        ['a.pdf', one],
        ['b.pdf', await pdf('B')],
      ])
    ).status,
  ).toBe(303);
  expect(await saved()).toHaveLength(2);
  const twice = await Promise.all([1, 2].map(() => send([['encore.pdf', one]])));
  expect(twice.map(({ status }) => status)).toEqual([303, 303]);
  expect(await saved()).toHaveLength(2);
});

test('twenty at most', async () => {
  await addActionDocuments(db(), action.id, 20);
  const answer = await send([['a.pdf', await pdf('A')]]);
  expect(answer.status).toBe(409);
  expect(answer.text).toContain('20 documents au plus');
  expect(await saved()).toHaveLength(20);
});

test('renamed, moved, deleted for good', async () => {
  await send([
    ['a.pdf', await pdf('A')],
    ['b.pdf', await pdf('B')],
  ]);
  const [a, b] = (await saved()) as [DocumentRow, DocumentRow];
  const post = (path: string, fields = {}) => agnes.submit(`${list}/${path}`, fields, list);
  expect((await post(`${b.id}/monter`)).status).toBe(303);
  expect((await saved()).map(({ id }) => id)).toEqual([b.id, a.id]);
  expect((await post(`${b.id}/monter`)).status).toBe(303);
  expect((await post(`${b.id}/descendre`)).status).toBe(303);
  expect((await saved()).map(({ id }) => id)).toEqual([a.id, b.id]);
  const wrong = await post(String(a.id), { titre: ' ' });
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain('Donnez un titre au document');
  expect((await post(String(a.id), { titre: 'Nouveau titre' })).status).toBe(303);
  expect(first(await saved()).title).toBe('Nouveau titre');
  expect((await post(`${a.id}/retirer`)).status).toBe(303);
  expect((await post(`${a.id}/retirer`)).status).toBe(404);
  expect(await isActionFileKept(db(), a.id)).toBe(false);
  const other = await createAction(db(), { providerId: provider });
  for (const path of ['', '/monter', '/retirer'])
    expect(
      (
        await agnes.submit(
          `/agence/catalogue/actions/${other.id}/documents/${b.id}${path}`,
          { titre: 'x' },
          list,
        )
      ).status,
    ).toBe(404);
  const actions = (await journalOf(db())).slice(-2).map(({ action }) => action);
  expect(actions).toEqual(['action.document_updated', 'action.document_removed']);
});

test('somebody else’s files are not even read', async () => {
  const person = await createUser(db());
  const browser = await site.signedIn(person.email);
  const token = await browser.token('/mon-compte');
  const request = browser.agent.post(list).field('_csrf', token);
  expect((await request.attach('fichier', await pdf('A'), 'a.pdf')).status).toBe(403);
  expect(await saved()).toEqual([]);
});

test('four statements at most, without a byte of the documents', async () => {
  await send([['a.pdf', await pdf('A')]]);
  for (const [who, path] of [
    [agnes, list],
    [agnes, `/agence/catalogue/actions/${action.id}`],
    [site.visitor(), `/parcourspro/actions/${action.slug}`],
  ] as const) {
    const statements = await recordStatements(() => who.get(path));
    expect(statements.length, path).toBeLessThanOrEqual(4);
    expect(statements.join()).not.toContain('action_document_contents');
  }
});
