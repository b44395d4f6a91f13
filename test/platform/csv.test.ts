import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayCell, momentCell, toCsv } from '#platform/csv/csv.ts';
import { readCsv } from '#platform/csv/csv-reader.ts';
import { readTable } from '#platform/csv/csv-table.ts';
import { decodeText } from '#platform/csv/encoding.ts';
import { textOf } from '#platform/web/forms/upload.ts';

/** Reads back what a spreadsheet would: separators, quotes, lines. */
function read(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let index = 0; index < csv.length; index += 1) {
    const character = csv[index];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (csv[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ';') {
      row.push(cell);
      cell = '';
    } else if (character === '\r' && csv[index + 1] === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      index += 1;
    } else cell += character;
  }
  return rows;
}

test.each([
  ['plain text', 'Nom', 'Nom'],
  ['nothing', null, ''],
  ['a separator', 'a;b', '"a;b"'],
  ['quotes', 'dit « "oui" »', '"dit « ""oui"" »"'],
  ['two lines', 'a\nb', '"a\nb"'],
  ['=', '=1+1', "'=1+1"],
  ['+', '+33556000000', "'+33556000000"],
  ['-', '-2', "'-2"],
  ['@', '@SUM(A1)', "'@SUM(A1)"],
  ['a tab', '\t=1', '"\'\t=1"'],
  ['a carriage return', '\r=1', '"\'\r=1"'],
  ['a number', -2, '-2'],
  ['a decimal', 1.75, '"1,75"'],
  ['a comma', 'a,b', '"a,b"'],
  ['a SIRET', '73282932000074', '"\t73282932000074"'],
  ['a SIRET in groups', '732\u00a0829\u00a0320\u00a000074', '"\t732\u00a0829\u00a0320\u00a000074"'],
  ['a telephone', '05\u00a056\u00a000\u00a000\u00a000', '"\t05\u00a056\u00a000\u00a000\u00a000"'],
  ['a postcode', '01000', '"\t01000"'],
  ['a code that looks like a power of ten', '12E5', '"\t12E5"'],
  ['a year', '2026', '2026'],
  ['a date', dayCell(new Date('2026-11-30T23:30:00Z')), '01/12/2026'],
  ['a moment', momentCell(new Date('2026-03-01T07:05:00Z')), '01/03/2026 08:05'],
])('writes %s', (_what, value, written) => {
  expect(toCsv([[value]])).toBe(`\uFEFF${written}\r\n`);
});

test('a table written by the house is read back without the apostrophes that kept its cells harmless', async () => {
  const cells = [
    '- Le cadre\n- Les acteurs',
    '=1+1',
    '’- pas nous',
    "'simple",
    '73282932000074',
    'a, b',
    '01000',
  ];
  const columns = cells.map((_, index) => `c${index}`);
  const read = await readTable(toCsv([columns, cells]), { columns, required: columns, most: 1 });
  expect('rows' in read && Object.values(read.rows[0]?.cells ?? {})).toEqual(cells);
});

const guarded = (cell: string) => {
  if (/^[=+\-@\t\r]/.test(cell)) return `'${cell}`;
  return /^(0[\d\s]+|\d[\d\s]{10,}|\d+e\d+)$/i.test(cell) ? `\t${cell}` : cell;
};

test('whatever the cells, they come back as they were and none begins a formula', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ';', '"', "'", 'a') }),
  );
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(table, (rows) => {
      const csv = toCsv(rows);
      expect(csv.startsWith('\uFEFF')).toBe(true);
      const back = read(csv.slice(1));
      // A tab before a digit is ours, and makes text of it.
      expect(back.flat().filter((one) => /^([=+\-@\r]|\t(?!\d))/.test(one))).toEqual([]);
      expect(back).toEqual(rows.map((row) => row.map(guarded)));
    }),
  );
});

/** A file as a program writes it, then read as the pages read it. */
const HEADER = ['Siret', 'Année'];
const LINES = [
  ['73282932000074', 'été 2026'],
  ['35600000000048', 'n’a rien'],
];
const written = (separator: string, end: string) =>
  [HEADER, ...LINES].map((cells) => cells.join(separator)).join(end) + end;
const wide = (text: string, isBig = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return isBig ? bytes.swap16() : bytes;
};
const usual = written(';', '\n');

test.each<[string, Uint8Array]>([
  ['semicolons and CR LF, with a byte order mark', Buffer.from(`\ufeff${written(';', '\r\n')}`)],
  ['commas and LF', Buffer.from(written(',', '\n'))],
  ['tabs', Buffer.from(written('\t', '\r\n'))],
  ['tabs in UTF-16 (« Texte Unicode » of Excel)', wide(written('\t', '\r\n'))],
  ['UTF-16, the other way round', wide(written('\t', '\r\n'), true)],
  ['UTF-16 without a byte order mark', wide(written(';', '\r\n')).subarray(2)],
  ['line ends of old Macintoshes', Buffer.from(written(';', '\r'))],
  ['line ends of every sort', Buffer.from(usual.replace('\n', '\r').replace('\n', '\r\n'))],
  ['what Windows writes in French', Buffer.from(usual.replaceAll('’', '\u0092'), 'latin1')],
  [
    'invisible signs',
    Buffer.from(usual.replaceAll('3', '\u200b3\u2060').replace('Siret', '\u200eSi\u00adret')),
  ],
  ['numbers kept as text by a formula', Buffer.from(usual.replace(/\d{14}/g, '="$&"'))],
  ['the same, quoted', Buffer.from(usual.replace(/\d{14}/g, '"=""$&"""'))],
  ['numbers kept as text by a tab', Buffer.from(usual.replace(/\d{14}/g, '"\t$&"'))],
  ['a header in quotes', Buffer.from(usual.replace('Année', '"Année"'))],
])('a file is read: %s', async (_what, bytes) => {
  const columns = ['siret', 'annee'];
  const read = await readTable(textOf(bytes), { columns, required: columns, most: 10 });
  expect('rows' in read && read.rows.map(({ cells }) => [cells.siret, cells.annee])).toEqual(LINES);
  const chunks = (async function* () {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  })();
  const rows: string[][] = [];
  for await (const part of readCsv(decodeText(chunks))) rows.push(...part.map(({ cells }) => cells));
  expect(rows).toHaveLength(3);
});
