import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { createStructure } from '../../support/people.ts';

/** What somebody types, pastes or sends by hand into a search: none of it is an error, and none of it is obeyed. */
let site: TestSite;

beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  const providerId = await createStructure(db, { isTrainingBody: true });
  const action = await createAction(db, { providerId, title: 'L’œuvre au "handicap" & à l’emploi' });
  await createSession(db, { actionId: action.id, now: site.clock.now() });
});
afterAll(() => site.close());

const NAMES = [
  'q',
  'lieu',
  'rayon',
  'theme',
  'type',
  'modalite',
  'acces',
  'organisme',
  'du',
  'au',
  'tri',
  'page',
];
const PATHS = ['/parcourspro/actions', '/parcourspro/actions.rss', '/parcourspro/actions.ics'];

/** Bits with a meaning somewhere on the way: to the query parser, to SQL, to like, to HTML, to the address. */
const bits = [
  ...[
    '"',
    "'",
    '’',
    '-',
    '--',
    ' -',
    'OR',
    ' or ',
    '&',
    '|',
    '!',
    ':*',
    '<->',
    '(',
    ')',
    '*',
    '%',
    '_',
    '\\',
    '$1',
    ':now',
    '?',
  ],
  ...[
    '\0',
    '\u0001',
    '\n',
    '\r\n',
    '\t',
    '\u00a0',
    '\u200b',
    '\u202e',
    '\ufeff',
    '\ufffe',
    '\ud800',
    '\udc00',
    '😀',
    '👨‍👩‍👧',
    'é',
    'e\u0301',
  ],
  ...[
    '</script><script>alert(1)</script>',
    '{{7*7}}',
    '<%= 1 %>',
    'handicap',
    'emploi',
    '2026-02-31',
    '33',
    '%',
    '9'.repeat(30),
  ],
];
const anyText = fc.oneof(
  fc.array(fc.constantFrom(...bits), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code)),
    maxLength: 8,
  }),
  fc.constantFrom(...bits).map((bit) => bit.repeat(10_000).slice(0, 10_000)),
);

/** As a browser writes it, a lone half of a surrogate pair included (as its three bytes, which are no UTF-8). */
const written = (text: string) =>
  [...text]
    .map((character) =>
      character.isWellFormed()
        ? encodeURIComponent(character).replace("'", '%27')
        : `%ED%${(0xa0 + ((character.charCodeAt(0) >> 6) & 0x1f)).toString(16)}%${(0x80 + (character.charCodeAt(0) & 0x3f)).toString(16)}`,
    )
    .join('');

test('a search of any text, in any of its fields, is answered', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PATHS),
      fc.array(fc.tuple(fc.constantFrom(...NAMES), anyText), { minLength: 1, maxLength: 4 }),
      async (path, fields) => {
        const query = fields.map(([name, text]) => `${name}=${written(text)}`).join('&');
        // Beyond what Node.js takes for an address (16 KB with the other headers), it answers by itself.
        fc.pre(query.length < 14_000);
        const { status, text, body } = await site.visitor().get(`${path}?${query}`);
        expect(status).toBe(200);
        // A calendar is no page: its text is nothing but text.
        if (!path.endsWith('.ics')) expect(text ?? String(body)).not.toContain('<script>alert');
      },
    ),
    { numRuns: 150 },
  );
});

test.each(['\\', '%', '_', "'", '"', '\0', '\ud800', '😀', 'a', '-', '( '])(
  '10,000 times %j is a search like another',
  async (character) => {
    const query = written(character.repeat(10_000))
      .slice(0, 12_000)
      .replace(/%[0-9A-F]?$/i, '');
    const { status, text } = await site.visitor().get(`/parcourspro/actions?q=${query}`);
    expect(status).toBe(200);
    expect(text.length).toBeLessThan(60_000);
  },
);

test('the address without its encoding right is read all the same', async () => {
  for (const query of [
    'q=%',
    'q=%zz',
    'q=%ff%fe',
    'q=%C3',
    'q[]=a&q[]=b',
    'q=a&q=b',
    '__proto__=x',
    '&&==&',
    'q',
  ]) {
    expect((await site.visitor().get(`/parcourspro/actions?${query}`)).status, query).toBe(200);
  }
});
