import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv } from '../../src/platform/csv/csv.ts';
import { readTable } from '../../src/platform/csv/csv-table.ts';

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
])('writes %s', (_what, value, written) => {
  expect(toCsv([[value]])).toBe(`\uFEFF${written}\r\n`);
});

test('a table written by the house is read back without the apostrophes that kept its cells harmless', async () => {
  const cells = ['- Le cadre\n- Les acteurs', '=1+1', '’- pas nous', "'simple"];
  const columns = cells.map((_, index) => `c${index}`);
  const read = await readTable(toCsv([columns, cells]), { columns, required: columns, most: 1 });
  expect('rows' in read && Object.values(read.rows[0]?.cells ?? {})).toEqual(cells);
});

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
      expect(back.flat().filter((one) => /^[=+\-@\t\r]/.test(one))).toEqual([]);
      expect(back).toEqual(rows.map((row) => row.map((one) => (/^[=+\-@\t\r]/.test(one) ? `'${one}` : one))));
    }),
  );
});
