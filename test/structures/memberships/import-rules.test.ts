import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOf } from '#platform/web/forms/upload.ts';
import { MOST_LINES, readMemberships } from '#structures/memberships/import/file.ts';
import { checkLines, type KnownStructure, yearOf } from '#structures/memberships/import/rules.ts';

const SIRET = '73282932000074';

describe('the file', () => {
  test.each([
    ['semicolons', `siret;annee\n${SIRET};2026`],
    ['commas, CRLF', `siret,annee\r\n${SIRET},2026\r\n`],
    ['another order, capitals, an accent, other columns', `Nom;Année;SIRET\n"A;B";2026;${SIRET}`],
    ['a byte order mark and quotes', `\ufeff"siret";"annee"\n"${SIRET}";"2026"`],
    ['spaces around', ` siret ; annee \n ${SIRET} ; 2026 `],
    ['empty lines', `\nsiret;annee\n;\n${SIRET};2026\n\n`],
  ])('%s', async (_what, text) => {
    const read = await readMemberships(text);
    expect('lines' in read && read.lines.map(({ siret, year }) => [siret, year])).toEqual([[SIRET, '2026']]);
  });

  test('keeps the spaces of a SIRET and the number of the line', async () => {
    expect(await readMemberships(`siret;annee\n732 829 320 00074;2026\nx;`)).toEqual({
      lines: [
        { line: 2, siret: '732 829 320 00074', year: '2026' },
        { line: 3, siret: 'x', year: '' },
      ],
    });
  });

  test.each([
    ['nothing', '', 'vide'],
    ['titles alone', 'siret;annee\n', 'aucune ligne'],
    ['no titles', `${SIRET};2026`, 'première ligne'],
    ['a workbook', 'PK\u0003\u0004abc', 'classeur'],
    ['UTF-16 or an image', 's\u0000i\u0000r\u0000', 'pas fait de texte'],
    ['a quote that nothing closes', `siret;annee\n"${SIRET};2026`, 'mal formé'],
    ['a page', '<!doctype html><p>Bonjour', 'première ligne'],
    ['too many lines', `siret;annee\n${`${SIRET};2026\n`.repeat(MOST_LINES + 1)}`, '5\u202f000'],
  ])('%s is refused in words', async (_what, text, words) => {
    const read = await readMemberships(text);
    expect('problem' in read && read.problem).toContain(words);
  });

  test('whatever the bytes, an answer and never an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const read = await readMemberships(textOf(bytes));
        expect('lines' in read || read.problem.length > 0).toBe(true);
      }),
    );
  });

  test('Windows-1252 is read as such', () => {
    expect(textOf(Uint8Array.from([0x41, 0x6e, 0x6e, 0xe9, 0x65]))).toBe('Année');
    expect(textOf(new TextEncoder().encode('Année'))).toBe('Année');
  });
});

describe('a line', () => {
  const known = new Map<string, KnownStructure>([
    [SIRET, { id: 1, siret: SIRET, name: 'Essai', isClosed: false, memberYears: [2025], ownYears: [2024] }],
    [
      '35600000000048',
      { id: 2, siret: '35600000000048', name: 'Fermée', isClosed: true, memberYears: [2024], ownYears: [] },
    ],
  ]);
  const statusOf = (siret: string, year: string) =>
    checkLines([{ line: 2, siret, year }], known, 2026)[0]?.status;

  test.each([
    [SIRET, '2026', 'to_record'],
    ['732 829 320 00074', '2027', 'to_record'],
    [SIRET, '2025', 'recorded'],
    [SIRET, '2024', 'own'],
    [SIRET, '2028', 'bad_year'],
    [SIRET, '1999', 'bad_year'],
    [SIRET, '26', 'bad_year'],
    [SIRET, '2026.0', 'bad_year'],
    [SIRET, '', 'bad_year'],
    ['73282932000075', '2026', 'bad_siret'],
    ['7,32829E+13', '2026', 'bad_siret'],
    ['=1+1', '2026', 'bad_siret'],
    ['', '2026', 'bad_siret'],
    ['35600000000048', '2026', 'closed'],
    ['35600000000048', '2024', 'recorded'],
    ['44306184100047', '2026', 'unknown'],
  ])('%s for %s: %s', (siret, year, status) => expect(statusOf(siret, year)).toBe(status));

  test('twice the same: the first counts, however it is written', () => {
    const lines = [SIRET, '732 829 320 00074'].map((siret, index) => ({
      line: index + 2,
      siret,
      year: '2026',
    }));
    expect(checkLines(lines, known, 2026).map(({ status }) => status)).toEqual(['to_record', 'duplicate']);
    const years = ['2026', '2027'].map((year) => ({ line: 2, siret: SIRET, year }));
    expect(checkLines(years, known, 2026).map(({ status }) => status)).toEqual(['to_record', 'to_record']);
  });

  test('the year is one of four digits up to the next', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 99_999 }), (year) => {
        expect(yearOf(String(year), 2026)).toBe(year >= 2000 && year <= 2027 ? year : undefined);
      }),
    );
  });
});
