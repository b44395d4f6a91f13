import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprintOf } from '#rafael/lheo/canonical.ts';
import { type LheoElement, withChildren } from '#rafael/lheo/tree.ts';
import { formationAt } from '../../../bench/rafael/formations.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { anyOf, hasLheoSchema, readAll, schemaFaults } from '../../support/lheo.ts';
import {
  BODY_FORM,
  faultIn,
  importFile,
  lheoFile,
  planOf,
  replaced,
  sendFile,
} from '../../support/offer-imports.ts';
import { createStructure, createUser } from '../../support/people.ts';

const SIRET = '32922456200234';
const LHEO = 'http://lheo.gouv.fr/2.3';
let site: TestSite;
let ada: Visitor;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  const body = await createStructure(db(), { siret: SIRET, isTrainingBody: true });
  ada = await site.signedIn((await createUser(db(), { affiliations: { [body]: ['of_general'] } })).email);
});
afterAll(() => site.close());
const db = () => site.dependencies.db;
const file = () => lheoFile(formationAt(1, SIRET, 2027));
const within = (text: string) => file().replace(/<intitule-formation>[^<]*/, `<intitule-formation>${text}`);

/** As long as a hostile file may keep its sender waiting: a second, and as much again for who sends it from this very process. */
const LONGEST_MS = 2_000;

describe('a hostile file is refused at once, as a form is', () => {
  const bomb = `<!DOCTYPE lheo [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, nth) => `<!ENTITY ${String.fromCharCode(98 + nth)} "${`&${String.fromCharCode(97 + nth)};`.repeat(10)}">`).join('')}]>`;
  const attacks: Record<string, () => string | Uint8Array> = {
    'an entity bomb': () => file().replace('<lheo', `${bomb}<lheo`),
    'an entity that no DOCTYPE declares': () => within('&a;'),
    'an external entity of a file': () =>
      within('&x;').replace('<lheo', '<!DOCTYPE lheo [<!ENTITY x SYSTEM "file:///etc/passwd">]><lheo'),
    'an external entity of a site': () =>
      within('&x;').replace('<lheo', '<!DOCTYPE lheo SYSTEM "http://127.0.0.1/x.dtd"><lheo'),
    '100,000 levels': () => `<lheo xmlns="${LHEO}"><offres>${'<formation>'.repeat(100_000)}`,
    '100,000 levels within an extra': () =>
      file().replace(
        '</formation>',
        `<extras><extra>${'<x>'.repeat(100_000)}${'</x>'.repeat(100_000)}</extra></extras></formation>`,
      ),
    '10 MB in an attribute': () => file().replace('numero="F1"', `numero="${'x'.repeat(9_900_000)}"`),
    '10 MB in a text': () => within('x'.repeat(9_900_000)),
    '10 MB in a name': () => within(`<${'x'.repeat(9_900_000)}`),
    'hundreds of thousands of attributes': () =>
      file().replace('numero="F1"', Array.from({ length: 700_000 }, (_, nth) => `a${nth}="1"`).join(' ')),
    'UTF-16': () => Buffer.from(`\ufeff${file()}`, 'utf16le'),
    'UTF-16 that says it is UTF-8': () => Buffer.from(file(), 'utf16le'),
    'UTF-7': () => file().replace('UTF-8', 'UTF-7'),
    'an encoding that nobody has': () => file().replace('UTF-8', 'x-klingon'),
    'bytes that are no UTF-8': () =>
      Buffer.from(file().replace('comptabilité', 'comptabilit\u00e9'), 'latin1'),
    'a NUL': () => within('a\0b'),
    'a control character': () => within('a\u0001b'),
    'an escaped NUL': () => within('a&#0;b'),
    'cut in the middle': () => file().slice(0, 2000),
    'two roots': () => `${file()}<lheo xmlns="${LHEO}"/>`,
    'the namespace of another dialect': () => file().replace(LHEO, 'http://www.edof.fr/lheo'),
    'no namespace': () => file().replace(` xmlns="${LHEO}"`, ''),
    'an index': () => `<lheo-index xmlns="${LHEO}"/>`,
    'no formation': () => `<lheo xmlns="${LHEO}"><offres></offres></lheo>`,
    'a picture': () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    'ten megabytes of nothing': () => Buffer.alloc(10_000_000),
    'ten megabytes of spaces': () => Buffer.alloc(10_000_000, 32),
  };
  test.each(Object.entries(attacks))('%s', async (_, content) => {
    const bytes = Buffer.from(content());
    const began = performance.now();
    const answer = await sendFile(ada, bytes);
    const took = performance.now() - began;
    expect(answer.status, faultIn(answer.text ?? '')).toBe(422);
    expect(faultIn(answer.text)).toMatch(/^Ligne \d+, colonne \d+\u00a0: .*\(E0[1-4]\)$/);
    expect(took).toBeLessThan(LONGEST_MS);
    expect(await db()('offer_imports').count('* as count').first()).toEqual({ count: 0 });
  });
});

describe('a file that is only badly written is taken, or rejected formation by formation', () => {
  const counts = async (content: string | Uint8Array) => {
    const plan = await planOf(ada, content);
    const { counts } = await db()('offer_imports')
      .where({ id: Number(plan.split('/').at(-1)) })
      .first();
    await db()('offer_imports').delete();
    return counts;
  };
  test.each<[string, () => string | Uint8Array, object]>([
    ['on one line', () => file().replaceAll('\n', ''), { new: 1 }],
    ['with CR LF', () => file().replaceAll('\n', '\r\n').replaceAll('><', '>\r\n<'), { new: 1 }],
    ['with a byte order mark', () => `\ufeff${file()}`, { new: 1 }],
    [
      'in ISO-8859-1, as it says',
      () => Buffer.from(file().replace('UTF-8', 'ISO-8859-1').replaceAll('’', "'"), 'latin1'),
      { new: 1 },
    ],
    ['dashes for texts that it has to have', () => within('-'), { new: 1, issues: { W42: 1 } }],
    ['escaped HTML', () => within('&lt;script&gt;alert(1)&lt;/script&gt;'), { new: 1, issues: { W44: 1 } }],
    ['31 February', () => file().replace(/<debut>\d+/, '<debut>20270231'), { rejected: 1 }],
    ['an end before its start', () => file().replace(/<fin>\d+/, '<fin>20260101'), { rejected: 1 }],
    [
      'a code of no list',
      () => file().replace(/<code-niveau-entree>1/, '<code-niveau-entree>99'),
      { rejected: 1 },
    ],
    ['a SIRET that is none', () => file().replaceAll(SIRET, '12345678901234'), { rejected: 1 }],
    [
      'a number that is none',
      () => file().replace(/<nombre-heures-total>\d+/, '<nombre-heures-total>-3'),
      { rejected: 1 },
    ],
    ['no number', () => file().replace(' numero="F1"', ''), { rejected: 1, issues: { E31: 1 } }],
    ['an element of nobody', () => file().replace('</formation>', '<x/></formation>'), { rejected: 1 }],
    [
      'in another order',
      () =>
        file().replace(
          /(<objectif-formation>.*?<\/objectif-formation>)(<resultats-attendus>.*?<\/resultats-attendus>)/s,
          '$2$1',
        ),
      { rejected: 1 },
    ],
  ])('%s', async (_, content, expected) => {
    expect(await counts(content())).toMatchObject({ read: 1, ...expected });
  });

  test('what was markup is shown as text', async () => {
    const plan = await planOf(ada, within('&lt;script&gt;alert(1)&lt;/script&gt;'));
    const { text } = await ada.get(plan);
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&lt;script&gt;alert(1)');
    await db()('offer_imports').delete();
  });
});

test('any bytes are answered, never with a failure of ours', async () => {
  const answered = async (bytes: Uint8Array) => {
    const { status } = await sendFile(ada, bytes);
    expect([303, 422]).toContain(status);
  };
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), answered), { numRuns: 25 });
  // A file of which some bytes were lost or changed.
  const whole = Buffer.from(file());
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.nat(20), (at, byte, lost) =>
      answered(Buffer.concat([whole.subarray(0, at), Buffer.from([byte]), whole.subarray(at + lost)])),
    ),
    { numRuns: 40 },
  );
  await db()('offer_imports').delete();
});

test('the name of a file is anything', async () => {
  for (const name of ['<script>.xml', `${'x'.repeat(400)}.xml`, '../../etc/passwd', '😀.xml']) {
    const plan = await planOf(ada, file(), { name });
    expect((await ada.get(plan)).status).toBe(200);
    expect((await ada.get('/rafaelpro/catalogue/imports')).text).not.toContain('<script>.xml');
  }
  await db()('offer_imports').delete();
});

test('whatever LHÉO allows is imported, exported as valid LHÉO, and then the same to the last attribute', async () => {
  const trees: LheoElement[] = fc
    .sample(anyOf('formation', 'X'), { numRuns: 40, seed: 7 })
    .map((tree, nth) => replaced(numbered(tree, `X${nth}`), 'SIRET', SIRET));
  const content = lheoFile(...trees);
  const read = (await readAll(content)).filter(({ issues }) =>
    issues.every(({ severity }) => severity !== 'reject'),
  );
  expect(read.length).toBeGreaterThan(20);
  const plan = await importFile(ada, content);
  const counts = (
    await db()('offer_imports')
      .where({ id: Number(plan.split('/').at(-1)) })
      .first()
  ).counts;
  const exported = (await ada.submit('/rafaelpro/catalogue/export.xml', {}, BODY_FORM)).text;
  const back = new Map(
    (await readAll(exported)).map(({ tree }) => [tree.attributes?.numero, fingerprintOf(tree)]),
  );
  expect(back.size).toBe(counts.new);
  for (const { tree } of read) {
    const found = back.get(tree.attributes?.numero);
    if (found) expect(found.equals(fingerprintOf(tree)), tree.attributes?.numero).toBe(true);
  }
  if (hasLheoSchema) expect(await schemaFaults([exported])).toEqual([[]]);
  const again = await planOf(ada, exported);
  expect(
    (
      await db()('offer_imports')
        .where({ id: Number(again.split('/').at(-1)) })
        .first()
    ).counts,
  ).toMatchObject({
    new: 0,
    changed: 0,
    rejected: 0,
    unchanged: counts.new,
  });
});

/** With numbers of their own, for itself and what it holds. */
function numbered(tree: LheoElement, number: string): LheoElement {
  const own = { ...tree, attributes: { ...tree.attributes, numero: number } };
  const child = tree.name === 'formation' ? 'action' : tree.name === 'action' ? 'session' : undefined;
  if (!child) return own;
  const children = (tree.children ?? []).filter(
    (one): one is LheoElement => typeof one !== 'string' && one.name === child,
  );
  return withChildren(
    own,
    child,
    children.map((one, nth) => numbered(one, `${number}-${nth + 1}`)),
  );
}
