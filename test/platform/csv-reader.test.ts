import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from '#platform/csv/csv-reader.ts';

async function read(...chunks: string[]): Promise<string[][]> {
  const found: string[][] = [];
  const source = (async function* () {
    yield* chunks;
  })();
  for await (const rows of readCsv(source)) found.push(...rows.map(({ cells }) => cells));
  return found;
}

describe('CSV', () => {
  test.each<[string, string, string[][]]>([
    [
      'commas',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'semicolons',
      'a;b\n1,5;2\n',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'no last line end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF and a BOM',
      '\ufeffa,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'empty cells',
      'a,b,c\n,,\n',
      [
        ['a', 'b', 'c'],
        ['', '', ''],
      ],
    ],
    [
      'quotes',
      'a,b\n"1,2","say ""oui"""\n',
      [
        ['a', 'b'],
        ['1,2', 'say "oui"'],
      ],
    ],
    [
      'an empty quoted cell',
      'a,b\n"",2\n1,""\n',
      [
        ['a', 'b'],
        ['', '2'],
        ['1', ''],
      ],
    ],
    [
      'a line end within quotes',
      'a,b\n"1\n2",3\n',
      [
        ['a', 'b'],
        ['1\n2', '3'],
      ],
    ],
  ])('%s', async (_what, text, rows) => {
    expect(await read(text)).toEqual(rows);
  });

  test('what was written comes back, however the bytes are cut', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', ' ', ';') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }),
        fc.integer({ min: 1, max: 7 }),
        async (rows, size) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const text = ['x,y,z', ...rows.map((row) => row.map(quoted).join(','))].join('\n');
          const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
          expect((await read(...chunks)).slice(1)).toEqual(rows);
        },
      ),
    );
  });

  test('the line of a row is the one on which it begins', async () => {
    const lines: number[] = [];
    const source = (async function* () {
      yield 'a\n"1\n\n2"\n\n3\n';
    })();
    for await (const rows of readCsv(source)) lines.push(...rows.map(({ line }) => line));
    expect(lines).toEqual([1, 2, 6]);
  });

  test('a quote never closed ends in words, not in all of the memory', async () => {
    await expect(read('a,b\n"1,2\n', 'x\n'.repeat(200_000))).rejects.toThrow(
      'guillemet jamais refermé, ligne 2',
    );
    await expect(read('a'.repeat(200_000))).rejects.toThrow('ligne démesurée');
  });
});
