import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import jsqr from 'jsqr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderDocuments } from '#follow-up/documents/issuing/render.ts';
import { attestation, participation } from '#follow-up/documents/kinds/attestation.ts';
import { certificate } from '#follow-up/documents/kinds/certificate.ts';
import { type CompletionFacts, hoursInWords } from '#follow-up/documents/kinds/completion.ts';
import { roster } from '#follow-up/documents/kinds/roster.ts';
import { sampleCompletion } from '#follow-up/documents/kinds/samples.ts';
import { templateFields } from '#follow-up/documents/templates/fields.ts';
import { currentTemplates } from '#follow-up/documents/templates/service.ts';
import { formatDay } from '#platform/french/time.ts';
import type { PdfWriter } from '#platform/pdf/steps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { bytesOf, close, createFollowed, type IssuedRow, issuedIn } from '../../support/issued.ts';
import { textOfPdf } from '../../support/pdf.ts';
import { createUser } from '../../support/people.ts';

let database: TestDatabase;
let folder: string;
const db = () => database.dependencies.db;
beforeAll(async () => {
  database = await createTestDatabase({ now: '2026-11-20T10:00:00Z' });
  folder = mkdtempSync(path.join(tmpdir(), 'documents-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

const printed = {
  number: '2026-CERT-000001',
  code: '7H2K9QXM4TBN',
  version: 1,
  issuedAt: new Date('2026-11-20T10:00:00Z'),
  replaces: null,
  address: 'https://portail.example/verifier/7H2K9QXM4TBN',
  stamp: null,
};
async function certificateOf(
  facts: Partial<CompletionFacts> = {},
): Promise<{ content: Buffer; pages: number }> {
  const template = (await currentTemplates(db(), ['certificate'])).get('certificate');
  if (!template) throw new Error('no template');
  const [made] = await renderDocuments(
    certificate,
    template,
    [{ facts: { ...sampleCompletion, ...facts }, printed }],
    undefined,
  );
  return made as { content: Buffer; pages: number };
}

test('the same facts at the same moment give the same bytes, whatever was drawn before (A4)', async () => {
  const first = await certificateOf();
  await certificateOf({ person: 'M. Ольга Ngọc' });
  expect((await certificateOf()).content.equals(first.content)).toBe(true);
});

describe('every field of the law is printed (A1)', () => {
  let texts: Map<string, string>;
  let rows: Map<string, IssuedRow>;
  beforeAll(async () => {
    const followed = await createFollowed(database, {
      names: [{ firstName: 'Ève', lastName: 'Lœwenstein' }],
    });
    await db()('action_legal').insert({
      action_id: followed.actionId,
      evaluation: 'Étude de cas',
    });
    await db()('actions').where({ id: followed.actionId }).update({
      title: 'Accompagner une VAE',
      objectives: 'Repérer les étapes',
      trainer: 'Ada Intervenante',
    });
    await close(database, followed);
    rows = new Map((await issuedIn(db(), { session_id: followed.sessionId })).map((row) => [row.kind, row]));
    texts = new Map();
    for (const [kind, { id }] of rows) texts.set(kind, await textOfPdf((await bytesOf(db(), id)) as Buffer));
  });

  test.each([
    ['certificate', 'signatory and quality', 'Dominique Exemple, Directrice'],
    ['certificate', 'person', 'Mme Ève Lœwenstein'],
    ['certificate', 'action', 'Accompagner une VAE'],
    ['certificate', 'dates', 'du 19 nov. 2026 au 19 nov. 2026'],
    ['certificate', 'hours really followed', '7 h 00 (7,00 heures)'],
    ['certificate', 'the four natures', 'action de formation par apprentissage'],
    ['certificate', 'what is kept, and for how long', 'pendant une durée de 3 ans'],
    ['certificate', 'co-financing', 'En cas de cofinancement des fonds européens'],
    ['certificate', 'place and day', 'Fait à Bordeaux, le 20 nov. 2026'],
    ['certificate', 'remote hours', 'temps estimé'],
    ['attestation', 'objectives', 'Repérer les étapes'],
    ['attestation', 'nature', 'action de formation'],
    ['attestation', 'duration', '7 h 00 (7,00 heures)'],
    ['attestation', 'results', 'Étude de cas'],
    ['attestation', 'declaration of activity', 'enregistrée sous le numéro 75 33 00000 33'],
    ['attestation', 'no approval', 'ne vaut pas agrément de l’État'],
    ['attestation', 'half-days', 'jeudi 19 nov. 2026, 08:00 – 11:30'],
    ['roster', 'people', 'Ève Lœwenstein'],
    ['roster', 'action', 'Accompagner une VAE'],
  ])('%s: %s', (kind, _field, words) => {
    expect(texts.get(kind)?.replaceAll('\u2060', '')).toContain(words);
  });

  test('each bears its own number and code', () => {
    for (const [kind, row] of rows) {
      expect(texts.get(kind)).toContain(row.number);
      expect(texts.get(kind)).toContain(row.code.replace(/(.{4})(?=.)/g, '$1-'));
    }
  });
});

test.each([
  ['certificate', certificate, sampleCompletion],
  ['attestation', attestation, sampleCompletion],
  ['participation', participation, sampleCompletion],
  [
    'roster',
    roster,
    { ...sampleCompletion, people: [{ id: 1, name: 'Ève Lœwenstein', employer: 'Structure' }] },
  ],
] as const)('whatever a template of %s prints is shown to whoever checks it', (key, kind, facts) => {
  const names = Object.keys(templateFields[key].texts);
  const lines: string[] = [];
  const pdf = new Proxy({} as PdfWriter, {
    get: () => (text: unknown) => void (typeof text === 'string' && lines.push(text)),
  });
  kind.write(pdf, names.map((name) => `{${name}}`).join('\n\n'), facts, printed);
  expect(lines).toHaveLength(names.length);
  const shown = kind
    .printedFields(facts)
    .map(([, value]) => value)
    .join('\n');
  const issuing = [printed.number, formatDay(printed.issuedAt)];
  expect(lines.filter((line) => !issuing.includes(line) && !shown.includes(line))).toEqual([]);
});

describe('names (A13)', () => {
  const long = `${'Anne-Charlotte de Saint-Exupéry '.repeat(7)}Fin`.slice(-200);
  test.each([
    ['200 characters', long],
    ['Vietnamese', 'Ngọc Ánh'],
    ['Turkish', 'Şükrü'],
    ['Cyrillic', 'Ольга'],
    ['Markdown', '**A** {nom} # <b>'],
  ])('%s', async (_name, person) => {
    const { content, pages } = await certificateOf({ person });
    expect((await textOfPdf(content)).replaceAll(/\s+/g, ' ')).toContain(person.trim());
    expect(pages).toBeLessThanOrEqual(2);
  });

  test('Arabic keeps its letters', async () => {
    const text = await textOfPdf((await certificateOf({ person: 'محمد علي' })).content);
    const letters = (words: string) => [...words.replaceAll(/\s/g, '').normalize('NFKC')].sort().join('');
    const arabic = [...text.normalize('NFKC')].filter((one) => /\p{Script=Arabic}/u.test(one)).join('');
    expect(letters(arabic)).toBe(letters('محمدعلي'));
  });
});

test.each([
  [210, '3 h 30 (3,50 heures)'],
  [420, '7 h 00 (7,00 heures)'],
  [45, '0 h 45 (0,75 heures)'],
  [100, '1 h 40 (1,67 heures)'],
])('%d minutes are « %s »', (minutes, words) => {
  expect(hoursInWords(minutes).replaceAll('\u00a0', ' ')).toBe(words);
});

/** Programs that a computer may lack; where they are, they must agree. */
const has = (program: string): boolean => {
  try {
    execFileSync('which', [program]);
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(!has('pdfinfo') || !has('qpdf') || !has('pdftoppm'))(
  'as other programs read it (A2, A5)',
  () => {
    test('sound, tagged, its fonts within; its QR code opens the page that checks it', async () => {
      const file = path.join(folder, 'certificate.pdf');
      writeFileSync(file, (await certificateOf()).content);
      execFileSync('qpdf', ['--check', file]);
      expect(String(execFileSync('pdfinfo', [file]))).toMatch(/Tagged:\s+yes/);
      const structure = String(execFileSync('pdfinfo', ['-struct', file]));
      expect(structure).toMatch(/Document[\s\S]*H1[\s\S]*Figure/);
      const fonts = String(execFileSync('pdffonts', [file]))
        .split('\n')
        .slice(2)
        .filter(Boolean);
      for (const line of fonts) expect(line).toMatch(/\s+yes\s+\w+\s+\w+\s+\d+\s+\d+\s*$/);
      execFileSync('pdftoppm', ['-r', '150', '-singlefile', file, path.join(folder, 'page')]);
      const image = readFileSync(path.join(folder, 'page.ppm'));
      const [, width = '', height = ''] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(image.toString('latin1')) ?? [];
      const pixels = image.subarray(image.length - 3 * Number(width) * Number(height));
      const rgba = new Uint8ClampedArray(4 * Number(width) * Number(height));
      for (let at = 0; at < pixels.length / 3; at += 1)
        rgba.set([...pixels.subarray(3 * at, 3 * at + 3), 255], 4 * at);
      expect(jsqr.default(rgba, Number(width), Number(height))?.data).toBe(printed.address);
    });
  },
);

test('the application role changes and deletes nothing that was issued (A7)', async () => {
  const { enrolments, sessionId } = await createFollowed(database);
  const followed = await createFollowed(database);
  await close(database, followed);
  expect([enrolments.length, sessionId]).toBeDefined();
  await createUser(db());
  for (const statement of [
    'update issued_documents set number = number',
    'delete from issued_documents',
    'update document_events set reason = reason',
    'delete from document_events',
    'truncate document_events',
    "update issued_document_contents set facts = '{}'",
    'update document_templates set body = body where published_at is not null',
  ])
    await expect(db().raw(statement), statement).rejects.toThrow();
});
