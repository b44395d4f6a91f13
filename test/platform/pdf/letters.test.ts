import { extractText, getDocumentProxy } from 'unpdf';
import { describe, expect, test } from 'vitest';
import { makePdf, makePdfs } from '#platform/pdf/document.ts';
import { directionalRuns } from '#platform/pdf/drawing/right-to-left.ts';
import drawPdfs from '#platform/pdf/drawing.ts';
import type { PdfWriter } from '#platform/pdf/steps.ts';

const options = { title: 'Attestation', footer: 'Essai', at: new Date(0) };
const legal = { ...options, refusesUnknown: true };
const saying = (words: string) => (pdf: PdfWriter) => pdf.paragraph(words);

async function textOf(bytes: Uint8Array): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: true });
  return text;
}

describe('the same order gives the same bytes', () => {
  test('drawn twice', async () => {
    const [first, second] = [
      await makePdf(options, saying('Chloé')),
      await makePdf(options, saying('Chloé')),
    ];
    expect(first.equals(second)).toBe(true);
  });

  // « fi » is drawn as the one letter « ﬁ »: a file that took it for that letter would be another file.
  test('whatever was drawn before on that thread', async () => {
    const orders = ['La \ufb01n', 'La fin'].map((words) => ({
      options,
      steps: [['paragraph', words] as const],
    }));
    const [, second] = await drawPdfs(orders);
    const elsewhere = await makePdf(options, saying('La fin'));
    expect(elsewhere.equals(second?.bytes as Uint8Array)).toBe(true);
  });
});

describe('a name is written as it is', () => {
  test.each([
    'Ngọc Ánh',
    'Şükrü',
    'Ольга',
    'Ελένη',
    'محمد علي',
    'דוד בן־גוריון',
    '**A** {nom} # <b>',
    'A̧nge\u0301lique'.normalize('NFD'),
  ])('%s', async (name) => {
    const bytes = await makePdf(legal, (pdf) => {
      pdf.paragraph(`Nom\u00a0: ${name}`);
      pdf.paragraph([{ text: 'Soit ' }, { text: name, bold: true }]);
      pdf.table({ columns: [{ label: 'Personne', width: 1 }], rows: [[name]] });
    });
    const found = (await textOf(bytes)).replaceAll('\u00a0', ' ').normalize('NFC');
    expect(found.split(name.normalize('NFC')).length - 1).toBe(3);
  });

  test.each(['x', 'Œ', 'ع', 'Anne-Laure '])(
    'two hundred characters of « %s » stay on the page',
    async (letter) => {
      const name = letter.repeat(200).slice(0, 200).trim();
      const bytes = await makePdf(legal, (pdf) => {
        pdf.heading(name);
        pdf.paragraph([{ text: 'Soit ' }, { text: name, bold: true }]);
        pdf.list([[{ text: name }]]);
        pdf.boxes([{ label: name, isTicked: true }]);
        pdf.code('https://parcours.example/verifier/7H2K9QXM4TBN', { alt: 'Code', beside: [name] });
        pdf.table({
          columns: ['Nom', 'Matin', 'Soir'].map((label) => ({ label, width: 1 })),
          rows: [[name, name, '']],
        });
      });
      const page = await (await getDocumentProxy(new Uint8Array(bytes))).getPage(1);
      const { width } = page.getViewport({ scale: 1 });
      const { items } = await page.getTextContent();
      const right = items.map((item) => ('transform' in item ? item.transform[4] + item.width : 0));
      expect(Math.max(...right)).toBeLessThan(width - 39);
    },
  );
});

describe('a character that the fonts lack', () => {
  test('is told of at the end of a working paper', async () => {
    expect(await textOf(await makePdf(options, saying('Madame 王')))).toContain('Le signe \ufffd remplace');
  });

  test('keeps a document that counts from being made, and is named', async () => {
    await expect(makePdf(legal, saying('王 Wang 王芳'))).rejects.toMatchObject({
      status: 409,
      characters: ['王', '芳'],
      message: expect.stringContaining('王 芳'),
    });
  });

  test('keeps no other of its batch from being made', async () => {
    const made = await makePdfs(
      ['Anne', '王', 'Zoé'].map((name) => ({ options: legal, write: saying(name) })),
    );
    expect(made).toMatchObject([{ pages: 1 }, { unknown: ['王'] }, { pages: 1 }]);
  });
});

test('many are made in order, each with its number of pages', async () => {
  const made = await makePdfs(
    Array.from({ length: 60 }, (_, index) => ({
      options,
      write(pdf: PdfWriter) {
        pdf.paragraph(`Document ${index}`);
        if (index % 2) pdf.newPage();
      },
    })),
  );
  expect(made.map((one) => 'pages' in one && one.pages)).toEqual(made.map((_, index) => 1 + (index % 2)));
  const last = made.at(-1) as { bytes: Buffer };
  expect(await textOf(last.bytes)).toContain('Document 59');
});

test('whoever asks for one sheet does not wait until two hundred documents are made', async () => {
  const ended: string[] = [];
  const many = makePdfs(Array.from({ length: 200 }, () => ({ options, write: saying('Un parmi tant') })));
  const one = makePdf(options, saying('Un seul'));
  await Promise.all([many.then(() => ended.push('many')), one.then(() => ended.push('one'))]);
  expect(ended).toEqual(['one', 'many']);
});

describe('a line in the order in which it is seen', () => {
  const seen = (line: string) =>
    directionalRuns(line).map(({ text, isRightToLeft }) => (isRightToLeft ? `<${text}` : text));
  test.each([
    ['Anne', ['Anne']],
    ['M. علي محمد, agent', ['M. ', '<علي محمد', ', agent']],
    ['علي 12,5 محمد', ['<\u0020محمد', '12,5', '<علي ']],
    ['علي 1/2', ['1/2', '<علي ']],
    ['علي (محمد) علي', ['<علي )محمد( علي']],
    ['12 علي', ['12 ', '<علي']],
    ['', []],
  ])('%s', (line, runs) => expect(seen(line)).toEqual(runs));
});
