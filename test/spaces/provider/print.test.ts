import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePdf } from '#platform/pdf/document.ts';
import { slotGroups, slotLabel } from '#spaces/provider/print/sheets.ts';
import type { Visitor } from '../../support/app.ts';
import { addSlots, slotsOf } from '../../support/catalogue.ts';
import { DAY } from '../../support/database.ts';
import { first } from '../../support/rows.ts';
import { recordStatements } from '../../support/statements.ts';
import { addPerson, type Body, createBody } from './support.ts';

/** What a training body prints: the list of its participants, and the sheet that they sign. */
let body: Body;
beforeAll(async () => {
  body = await createBody(undefined, { capacity: 12 });
  await addPerson(body, 'enrolled', { firstName: 'Ève', lastName: 'Lœwenstein' });
  await addPerson(body, 'enrolled', { firstName: 'Łukasz', lastName: 'Żółć' });
  await addPerson(body, 'enrolled', { firstName: '明', lastName: '<script>' });
  await addPerson(body, 'preregistered', { lastName: 'Pas-Encore' });
  const { db } = body.site.dependencies;
  const { starts_at, ends_at } = first(await slotsOf(db, body.sessionId));
  const days = [1, 2, 3, 4, 5, 6].map((day) => ({
    starts_at: new Date(+starts_at + day * DAY),
    ends_at: new Date(+ends_at + day * DAY),
  }));
  await addSlots(db, body.sessionId, days);
});
afterAll(() => body.site.close());

const session = () => `/parcourspro/prestataire/seances/${body.sessionId}`;

async function readPdf(bytes: Uint8Array) {
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  const { text } = await extractText(pdf, { mergePages: true });
  const roles: string[] = [];
  for (let page = 1; page <= pdf.numPages; page += 1) {
    const walk = (node: { role?: string; children?: unknown[] } | null) => {
      if (node?.role) roles.push(node.role);
      for (const child of node?.children ?? []) walk(child as never);
    };
    walk((await (await pdf.getPage(page)).getStructTree()) as never);
  }
  const { info } = await pdf.getMetadata();
  return {
    text,
    roles,
    pages: pdf.numPages,
    info: info as Record<string, unknown>,
    marked: await pdf.getMarkInfo(),
  };
}

const download = (visitor: Visitor, path: string) =>
  visitor
    .get(path)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    });

test('the page of a session says when and where each half-day is, and its places in the singular too', async () => {
  const { text } = await body.asTrainer.get(session());
  const { db } = body.site.dependencies;
  const { place, city } = first(await slotsOf(db, body.sessionId));
  expect(text).toContain('<summary>7\u00a0séances</summary>');
  expect(text.match(new RegExp(`<li>[^<]+ 2026, [^<]+${place || city}`, 'g'))).toHaveLength(7);
  expect(text).toContain('4\u00a0prises sur 12');
});

describe('a PDF of the house', () => {
  test('is tagged, in French, has a title, and says which characters it could not write', async () => {
    const bytes = await makePdf({ title: 'Titre & <b>', footer: 'Pied', at: new Date(0) }, (pdf) => {
      pdf.heading('L’œuvre – « 12 € »');
      pdf.paragraph('Ștefan Αλέξης 王');
      pdf.table({
        columns: [
          { label: 'Nom', width: 1 },
          { label: 'Signature', width: 1 },
        ],
        rows: [['Ada', '']],
      });
    });
    const { text, roles, info, marked } = await readPdf(bytes);
    expect(text).toContain('L’œuvre – « 12 € »');
    expect(text).toContain('Ștefan Αλέξης \ufffd');
    expect(text).toContain('remplace un caractère');
    expect(text).toContain('Pied · page 1 sur 1');
    expect(roles).toEqual(expect.arrayContaining(['Document', 'H1', 'P', 'Table', 'TR', 'TH', 'TD']));
    expect(info).toMatchObject({ Title: 'Titre et b', Language: 'fr-FR' });
    expect(marked).toMatchObject({ Marked: true });
  });

  test('a long table goes on over the pages, its header with it', async () => {
    const rows = Array.from({ length: 90 }, (_, index) => [`Personne ${index}`, '']);
    const bytes = await makePdf({ title: 'Long', footer: '', at: new Date(0), landscape: true }, (pdf) =>
      pdf.table({
        columns: [
          { label: 'En-tête', width: 1 },
          { label: 'x', width: 1 },
        ],
        rows,
        rowHeight: 34,
      }),
    );
    const { text, pages, roles } = await readPdf(bytes);
    expect(pages).toBeGreaterThan(5);
    expect(text.match(/En-tête/g)).toHaveLength(pages);
    expect(text).toContain('Personne 89');
    expect(roles.filter((role) => role === 'Table')).not.toHaveLength(0);
  });
});

test('half-days go five across; one that lasts for weeks shows both its ends', () => {
  const slot = (from: string, to: string) => ({ startsAt: new Date(from), endsAt: new Date(to), place: '' });
  const morning = slot('2027-01-12T08:00:00Z', '2027-01-12T11:30:00Z');
  expect(slotGroups([])).toEqual([]);
  expect(slotGroups(Array(11).fill(morning)).map(({ length }) => length)).toEqual([5, 5, 1]);
  expect(slotLabel(morning)).toEqual(['mardi 12\u00a0janv. 2027', '09:00–12:30']);
  expect(slotLabel(slot('2027-01-12T08:00:00Z', '2027-02-12T08:00:00Z'))).toEqual([
    'du 12\u00a0janv. 2027',
    'au 12\u00a0févr. 2027',
  ]);
});

describe('the sheets of a session', () => {
  test.each(['liste', 'emargement'])('« %s » shows those enrolled, and nobody else', async (name) => {
    const page = `${session()}/${name}`;
    const { text, status } = await body.asTrainer.get(page);
    expect(status).toBe(200);
    expect(text).toContain('Lœwenstein Ève');
    expect(text).toContain('&lt;script&gt; 明');
    expect(text).not.toContain('Pas-Encore');
    expect(text).toContain(`${page}.pdf`);
    const statements = await recordStatements(() => body.asTrainer.get(page));
    expect(statements.length).toBeLessThanOrEqual(4);
  });

  test('a cell to sign for each person and half-day, and for the trainer', async () => {
    const { text } = await body.asTrainer.get(`${session()}/emargement`);
    expect(text.match(/À signer/g)).toHaveLength((3 + 1) * 7);
  });

  test.each(['liste', 'emargement'])('« %s.pdf » is a file, never a page of the site', async (name) => {
    const file = await download(body.asTrainer, `${session()}/${name}.pdf`);
    expect(file.status).toBe(200);
    expect(file.headers).toMatchObject({
      'content-type': 'application/pdf',
      'x-content-type-options': 'nosniff',
      'content-disposition': expect.stringMatching(
        /^attachment; filename="?\w+-accompagner-une-vae-2026-04-01\.pdf"?$/,
      ),
      'content-security-policy': expect.stringContaining('sandbox'),
      'cache-control': 'private, no-store',
    });
    const { text, pages } = await readPdf(file.body);
    expect(text).toContain('Żółć Łukasz');
    expect(text).not.toContain('Pas-Encore');
    expect(text).toContain('Brandelle Formation');
    if (name === 'emargement') {
      expect(pages).toBe(2);
      expect(text).toContain('Feuille d’émargement (2 sur 2)');
    }
  });

  test('another body’s session does not exist', async () => {
    for (const name of ['liste', 'emargement', 'liste.pdf', 'emargement.pdf'])
      expect((await body.asStranger.get(`${session()}/${name}`)).status).toBe(404);
  });
});
