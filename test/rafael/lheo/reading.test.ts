import { expect, test } from 'vitest';
import { LheoFileRefused } from '#rafael/lheo/issues.ts';
import { readLheo } from '#rafael/lheo/reading/reader.ts';
import { type LheoElement, withText } from '#rafael/lheo/tree.ts';
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
  ['ten megabytes of a comment', 'E04', `${prolog}${open}<!--${'a'.repeat(10_000_000)}`],
  ['NUL', 'E02', file.replace('numero="A1"', 'numero="A\u00001"')],
  ['a control character', 'E02', file.replace('numero="A1"', 'numero="&#1;"')],
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
  const began = performance.now();
  const before = process.memoryUsage().rss;
  const refusal = await readAll(text).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(LheoFileRefused);
  expect(refusal).toMatchObject({ code, message: expect.stringMatching(/^[\p{Lu}«].*\.$/su) });
  expect(performance.now() - began).toBeLessThan(1000);
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
});

test('a formation that is too large is rejected alone', async () => {
  const extra = '<extra><a/></extra>'.repeat(12_000);
  const large = file.replace('</formation>', `<extras>${extra}</extras></formation>`);
  const [first, second] = await readAll(large);
  expect(rejects(first?.issues ?? [])).toEqual(['E14']);
  expect(rejects(second?.issues ?? [])).toEqual([]);
});

test('the process does other things while a long file is read', async () => {
  const long = fileOf(...Array.from({ length: 3000 }, (_, at) => smallest('formation', `F${at}`)));
  let turns = 0;
  let longest = 0;
  let since = performance.now();
  const timer = setInterval(() => {
    turns += 1;
    longest = Math.max(longest, performance.now() - since);
    since = performance.now();
  }, 1);
  let formations = 0;
  for await (const _ of readLheo([Buffer.from(long)])) formations += 1;
  clearInterval(timer);
  expect(formations).toBe(3001);
  expect(turns).toBeGreaterThan(5);
  expect(longest).toBeLessThan(200);
});

test('what stands in an extra is kept as it is, with the namespaces that it needs', async () => {
  const extra =
    '<extra xmlns:p="urn:p" numero="1">un<p:a p:b="1" c="2">deux<p:d xml:lang="fr"/></p:a><q xmlns="urn:q"><r/></q><action/>trois</extra>';
  const [read] = await readAll(file.replace('</formation>', `<extras>${extra}</extras></formation>`));
  const again = fileOf(read?.tree as LheoElement);
  expect(again).toContain(
    '<extra numero="1">un<p:a c="2" p:b="1" xmlns:p="urn:p">deux<p:d xml:lang="fr"/></p:a><q xmlns="urn:q"><r/></q><action/>trois</extra>',
  );
  expect((await trees(again))[0]).toEqual(read?.tree);
});
