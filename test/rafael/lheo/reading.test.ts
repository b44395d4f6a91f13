import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LheoFileRefused } from '#rafael/lheo/issues.ts';
import { readLheo } from '#rafael/lheo/reading/reader.ts';
import { type LheoElement, textAt, withText } from '#rafael/lheo/tree.ts';
import { fileOf, readAll, rejects, smallest } from '../../support/lheo.ts';

const formation = smallest('formation');
const file = fileOf(formation, smallest('formation', 'B2'));
const trees = async (text: string | Uint8Array, size?: number) =>
  (await readAll(text, size)).map(({ tree }) => tree);

test.each([
  ['one line', file.replaceAll('\n', '')],
  ['lines that end as Windows ends them', file.replaceAll('><', '>\r\n  <')],
  ['comments and instructions', file.replaceAll('<action', '<!-- <formation> --><?x y?><action')],
  [
    'other quotes, spaces in tags',
    file
      .replaceAll(/="([^"]*)"/g, " = '$1' ")
      .replaceAll('</', '</')
      .replaceAll('/>', ' />'),
  ],
  ['texts as CDATA', file.replaceAll(/>([^<>]+)<\//g, '><![CDATA[$1]]></')],
  [
    'a prefix for every element',
    file
      .replace('xmlns=', 'xmlns:l=')
      .replaceAll('<', '<l:')
      .replaceAll('<l:/', '</l:')
      .replaceAll('<l:?', '<?'),
  ],
  [
    'the schema’s place',
    file.replace(
      '<lheo ',
      '<lheo xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" ',
    ),
  ],
  ['a mark of UTF-8', `\ufeff${file}`],
  ['LHÉO 2.2', file.replace('http://lheo.gouv.fr/2.3', 'http://www.lheo.org/2.2')],
  ['extras around', file.replace('</offres>', '<extras><extra>x<y/></extra></extras></offres><extras/>')],
])('a file with %s is read as any other', async (_, other) => {
  expect(await trees(other)).toEqual(await trees(file));
});

test('attributes are found in any order', async () => {
  const ordered = file.replace(
    '<formation numero="A1"',
    '<formation numero="A1" info="i" datemaj="20270101"',
  );
  const other = file.replace('<formation numero="A1"', '<formation datemaj="20270101" info="i" numero="A1"');
  expect(await trees(other)).toEqual(await trees(ordered));
});

test('a file says which version it is, and how many formations it has', async () => {
  const last = async (text: string) => {
    let end: unknown;
    for await (const one of readLheo([Buffer.from(text)])) end = one;
    return end;
  };
  expect(await last(file)).toEqual({ kind: 'end', version: '2.3', formations: 2 });
  expect(await last(file.replace('http://lheo.gouv.fr/2.3', 'http://www.lheo.org/2.2'))).toMatchObject({
    version: '2.2',
  });
});

test.each([
  ['iso-8859-1', 'latin1'],
  ['ISO-8859-15', 'latin1'],
  ['windows-1252', 'latin1'],
  ['UTF-8', 'utf8'],
] as const)('a file in %s is read', async (encoding, bytes) => {
  const accented = fileOf(withText(formation, 'intitule-formation', 'Été à Pessac')).replace(
    'UTF-8',
    encoding,
  );
  for (const size of [1, 5, 65_536]) {
    const [tree] = await trees(Buffer.from(accented, bytes), size);
    expect(tree).toEqual(withText(formation, 'intitule-formation', 'Été à Pessac'));
  }
});

test('a mark of UTF-8 is believed rather than another declaration', async () => {
  const accented = withText(formation, 'intitule-formation', 'Été à Pessac');
  const marked = `\ufeff${fileOf(accented).replace('UTF-8', 'ISO-8859-1')}`;
  expect((await trees(marked))[0]).toEqual(accented);
});

test.each([1, 3, 1000, 65_536])(
  'the place of a byte that is no UTF-8 is told (pieces of %i)',
  async (size) => {
    const text = file.replace('\n', `\n<!-- ${'é\n'.repeat(20_000)}ab`);
    const [before = '', after = ''] = text.split('ab');
    const bytes = Buffer.concat([Buffer.from(`${before}ab`), Buffer.from([0xe9, 0x20]), Buffer.from(after)]);
    await expect(readAll(bytes, size)).rejects.toMatchObject({
      code: 'E02',
      position: { line: 20_002, column: 3 },
    });
  },
);

const prolog = '<?xml version="1.0"?>';
const open = '<lheo xmlns="http://lheo.gouv.fr/2.3"><offres>';
const bomb = `${prolog}<!DOCTYPE lheo [<!ENTITY a "aaaaaaaaaa">${Array.from(
  { length: 12 },
  (_, at) => `<!ENTITY ${String.fromCharCode(98 + at)} "${`&${String.fromCharCode(97 + at)};`.repeat(10)}">`,
).join('')}]><lheo>&m;</lheo>`;

test.each<[what: string, code: string, text: string | Uint8Array]>([
  ['an entity bomb', 'E01', bomb],
  [
    'an external entity',
    'E01',
    `${prolog}<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${open}<formation>&f;`,
  ],
  ['an external subset', 'E01', `${prolog}<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>`],
  ['an entity that nobody declared', 'E02', file.replace('numero="A1"', 'numero="&perdu;"')],
  ['a hundred thousand levels', 'E04', prolog + open + '<formation>'.repeat(100_000)],
  ['ten megabytes in an attribute', 'E04', `${prolog}${open}<formation numero="${'a'.repeat(10_000_000)}`],
  ['a long attribute', 'E04', file.replace('numero="A1"', `numero="${'a'.repeat(1025)}"`)],
  [
    'a million attributes',
    'E04',
    `${prolog}${open}<formation ${Array.from({ length: 100_000 }, (_, at) => `a${at}=""`).join(' ')}`,
  ],
  [
    'ten megabytes of text',
    'E04',
    `${prolog}${open}<formation><intitule-formation>${'a'.repeat(10_000_000)}`,
  ],
  ['ten megabytes of a tag', 'E04', `${prolog}${open}<${'a'.repeat(10_000_000)}`],
  ['a tag of a long name', 'E04', file.replaceAll('certifiante', 'a'.repeat(257))],
  ['an attribute of a long name', 'E04', file.replace('numero="A1"', `${'a'.repeat(257)}="1"`)],
  ['ten megabytes of white space', 'E04', prolog + open + ' '.repeat(10_000_000)],
  ['ten megabytes of a comment', 'E04', `${prolog}${open}<!--${'a'.repeat(10_000_000)}`],
  ['NUL', 'E02', file.replace('numero="A1"', 'numero="A\u00001"')],
  ['a control character', 'E02', file.replace('numero="A1"', 'numero="&#1;"')],
  [
    'a control character as XML 1.1 has it',
    'E02',
    file.replace('version="1.0"', 'version="1.1"').replace('numero="A1"', 'numero="&#1;"'),
  ],
  ['UTF-16', 'E02', Buffer.from(`\ufeff${file}`, 'utf16le')],
  ['UTF-16 without a mark', 'E02', Buffer.from(file, 'utf16le')],
  ['UTF-7, which it declares', 'E02', file.replace('UTF-8', 'UTF-7')],
  [
    'bytes that are no UTF-8',
    'E02',
    Buffer.from(fileOf(withText(formation, 'intitule-formation', 'Été')), 'latin1'),
  ],
  ['nothing', 'E02', ''],
  ['a picture', 'E02', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['its end cut off', 'E02', file.slice(0, -30)],
  ['half of it', 'E02', file.slice(0, file.length / 2)],
  ['two roots', 'E02', `${file}<lheo/>`],
  ['text after its end', 'E02', `${file}fin`],
  ['a prefix that nobody declared', 'E02', file.replaceAll('certifiante', 'x:certifiante')],
  ['the same attribute twice', 'E02', file.replace('numero="A1"', 'numero="A1" numero="A2"')],
  ['another root', 'E03', file.replaceAll('lheo', 'autre')],
  ['no namespace', 'E03', file.replace(/ xmlns="[^"]*"/, '')],
  [
    'the namespace of EDOF',
    'E03',
    file.replace('http://lheo.gouv.fr/2.3', 'https://www.of.moncompteformation.gouv.fr'),
  ],
  ['an index', 'E03', file.replaceAll('lheo ', 'lheo-index ').replace('</lheo>', '</lheo-index>')],
  ['bodies beside', 'E03', file.replaceAll('lheo ', 'lheo-plus ').replace('</lheo>', '</lheo-plus>')],
  ['no formation', 'E03', `${prolog}${open}</offres></lheo>`],
  ['offers twice', 'E03', file.replace('</lheo>', '<offres/></lheo>')],
  ['something else among formations', 'E03', file.replace('</offres>', '<session/></offres>')],
])('a file with %s is refused with %s, in words and soon', async (_, code, text) => {
  const bytes = Buffer.from(text);
  let taken = 0;
  const pieces = function* () {
    for (; taken < bytes.length; taken += 32_768) yield bytes.subarray(taken, taken + 32_768);
  };
  const began = performance.now();
  const refusal = await read(pieces()).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(LheoFileRefused);
  expect(refusal).toMatchObject({ code, message: expect.stringMatching(/^[\p{Lu}«].*\.$/su) });
  expect((refusal as Error).message.length).toBeLessThan(500);
  expect((refusal as Error).message).not.toMatch(/\b(the|tag|disallowed|unexpected|must|character)\b/);
  expect(performance.now() - began).toBeLessThan(1000);
  // However long it goes on, no more of it is held than this.
  expect(taken).toBeLessThan(1_200_000);
});

test('whatever the bytes are, they are read or refused', async () => {
  const valid = Buffer.from(file);
  const spoilt = fc
    .tuple(fc.nat(valid.length), fc.nat(40), fc.oneof(fc.uint8Array({ maxLength: 8 }), markup))
    .map(([at, length, bytes]) => Buffer.concat([valid.subarray(0, at), bytes, valid.subarray(at + length)]));
  await fc.assert(
    fc.asyncProperty(fc.oneof(spoilt, fc.uint8Array({ maxLength: 300 })), async (bytes) => {
      const error: unknown = await read([bytes]).catch((thrown: unknown) => thrown);
      if (error !== undefined) expect(error).toBeInstanceOf(LheoFileRefused);
    }),
    { numRuns: 400 },
  );
});
const markup = fc
  .constantFrom(
    '<',
    '>',
    '</',
    '/>',
    '&',
    '<!--',
    ']]>',
    '<![CDATA[',
    '<?',
    '="',
    ' xmlns=""',
    '\0',
    '<extra>',
  )
  .map((text) => Buffer.from(text));

async function read(pieces: Iterable<Uint8Array>): Promise<void> {
  for await (const _ of readLheo(pieces));
}

test('a formation that is too large is rejected alone', async () => {
  const extra = '<extra><a/></extra>'.repeat(12_000);
  const large = file.replace('</formation>', `<extras>${extra}</extras></formation>`);
  const [first, second] = await readAll(large);
  expect(rejects(first?.issues ?? [])).toEqual(['E14']);
  expect(rejects(second?.issues ?? [])).toEqual([]);
});

test.each([
  ['a long text', 'E14', 'a'.repeat(65_537)],
  ['a long text in parts', 'E14', 'a<!-- -->'.repeat(100_000)],
  ['many texts', undefined, '<b>a</b>'.repeat(100)],
  ['a text that may still be', undefined, 'a'.repeat(65_536)],
])('an extra with %s is judged as %s', async (_, code, content) => {
  const [first, second] = await readAll(
    file.replace('</formation>', `<extras><extra>${content}</extra></extras></formation>`),
  );
  expect(rejects(first?.issues ?? [])).toEqual(code ? [code] : []);
  expect(JSON.stringify(first?.tree).length).toBeLessThan(80_000);
  expect(rejects(second?.issues ?? [])).toEqual([]);
});

test('a value in many parts is one, however long it gets', async () => {
  const parts = (count: number) =>
    file.replace(/(<intitule-formation>).*?</, `$1${'abcde<!-- --><![CDATA[fgh]]>'.repeat(count)}<`);
  const [short] = await readAll(parts(3));
  expect(textAt(short?.tree as LheoElement, 'intitule-formation')).toBe('abcdefgh'.repeat(3));
  const began = performance.now();
  const [long] = await readAll(parts(200_000));
  expect(rejects(long?.issues ?? [])).toEqual(['E20']);
  expect(textAt(long?.tree as LheoElement, 'intitule-formation')).toHaveLength(65_536);
  expect(performance.now() - began).toBeLessThan(3000);
});

test('an element of another namespace is none of LHÉO, whatever its name', async () => {
  for (const other of [
    '<certifiante xmlns="urn:x">1</certifiante>',
    '<certifiante xmlns="">1</certifiante>',
    '<x:certifiante xmlns:x="urn:x">1</x:certifiante>',
  ]) {
    const [first] = await readAll(file.replace('<certifiante>1</certifiante>', other));
    expect(rejects(first?.issues ?? [])).toEqual(['E10', 'E12']);
  }
});

test('the process does other things while a long file is read', async () => {
  const long = Buffer.from(
    fileOf(...Array.from({ length: 3000 }, (_, at) => smallest('formation', `F${at}`))),
  );
  const turnsWhile = async (atOnce: number) => {
    let turns = 0;
    let next = setImmediate(function again() {
      turns += 1;
      next = setImmediate(again);
    });
    let formations = 0;
    for await (const one of readLheo([long], { atOnce })) if (one.kind === 'formation') formations += 1;
    clearImmediate(next);
    expect(formations).toBe(3000);
    return turns;
  };
  expect(await turnsWhile(0)).toBeGreaterThan(long.length / 40_000);
  expect(await turnsWhile(Number.POSITIVE_INFINITY)).toBe(0);
});
