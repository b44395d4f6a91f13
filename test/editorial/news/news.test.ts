import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { linkLabel, newsState } from '#editorial/news/rules.ts';
import { renderMessage } from '#platform/web/views/markdown.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createNews, forgetNews } from '../../support/news.ts';
import { createUser } from '../../support/people.ts';

let site: TestSite;
let reader: Visitor;
beforeAll(async () => {
  // 00:30 on the 12th in Paris, still the 11th in UTC.
  site = await createTestSite({ now: '2026-11-11T23:30:00Z' });
  reader = await site.signedIn((await createUser(site.dependencies.db)).email);
});
afterAll(() => site.close());
beforeEach(() => forgetNews(site.dependencies.db));

const add = (title: string, online_from: string, online_until: string | null = null, more = {}) =>
  createNews(site.dependencies.db, new Date(), { title, online_from, online_until, ...more });

test('without news online, « Accueil » has no such section', async () => {
  await add('À venir', '2026-11-13');
  await add('Finie', '2026-11-01', '2026-11-11');
  expect((await reader.get('/')).text).not.toMatch(/Actualités|actualites/);
  expect((await reader.get('/actualites')).text).toContain('Aucune actualité ici');
});

test('« Accueil » shows the three latest online, by the days of Paris, and the way to all', async () => {
  await add('Quatrième', '2026-10-01');
  await add('Deuxième', '2026-11-11');
  await add('Première', '2026-11-12', '2026-11-12', { body: 'Le **début**.\n\nLa suite.' });
  await add('Troisième', '2026-11-10');
  await add('Demain', '2026-11-13');
  const { text } = await reader.get('/');
  expect([...text.matchAll(/<h3><a href="\/actualites\/\d+">([^<]+)/g)].map(([, title]) => title)).toEqual([
    'Première',
    'Deuxième',
    'Troisième',
  ]);
  expect(text).toContain('Le <strong>début</strong>.');
  expect(text).not.toContain('La suite.');
  expect(text).toContain('<a href="/actualites">Toutes les actualités</a>');
  expect((await reader.get('/actualites')).text).toContain('Quatrième');
});

test('the list is paged; a page beyond the last leads back', async () => {
  for (let index = 0; index < 12; index += 1) await add(`Titre ${index}`, '2026-11-01');
  const count = async (path: string) => (await reader.get(path)).text.match(/<article/g)?.length ?? 0;
  expect(await count('/actualites')).toBe(10);
  expect(await count('/actualites?page=2')).toBe(2);
  expect(await count('/actualites?page=x')).toBe(10);
  expect((await reader.get('/actualites?page=9')).status).toBe(200);
});

test('one has a page of its own; what is not online does not exist, not even for the agency', async () => {
  const id = await add('Le titre', '2026-11-01', null, {
    body: '# Titre\n\n<script>alert(1)</script> [clic](javascript:alert(1)) ![image](https://x.example/i.png)',
    link: 'https://www.exemple.example/page',
  });
  const { text } = await reader.get(`/actualites/${id}`);
  expect(text).toContain('&lt;script&gt;alert(1)');
  expect(text).not.toMatch(/<script>alert|href="javascript|<img[^>]*x\.example/);
  expect(text).toContain('<h2>Titre</h2>');
  expect(text).toContain(
    '<a href="https://www.exemple.example/page">En savoir plus sur www.exemple.example</a>',
  );
  const { email } = await createUser(site.dependencies.db, { isAgencyManager: true });
  const manager = await site.signedIn(email);
  const hidden = [await add('À venir', '2026-11-13'), await add('Finie', '2026-11-01', '2026-11-11')];
  for (const path of [...hidden, 0, 2_000_000_000, 'x', '1e3'])
    for (const browser of [reader, manager])
      expect((await browser.get(`/actualites/${path}`)).status, String(path)).toBe(404);
});

test.each([
  ['2026-11-12', null, '2026-11-11', 'scheduled'],
  ['2026-11-12', null, '2026-11-12', 'online'],
  ['2026-11-12', '2026-11-12', '2026-11-12', 'online'],
  ['2026-11-12', '2026-11-12', '2026-11-13', 'past'],
  ['2026-11-12', null, '2099-01-01', 'online'],
] as const)('online from %s until %s: on %s, %s', (onlineFrom, onlineUntil, today, state) => {
  expect(newsState({ onlineFrom, onlineUntil }, today)).toBe(state);
});

test('the link says where it leads', () => {
  expect(linkLabel('/parcourspro')).toBe('En savoir plus');
  expect(linkLabel('https://exemple.example:8443/x?y')).toBe('En savoir plus sur exemple.example:8443');
});

describe('a message in Markdown', () => {
  test.each([
    ['<b>x</b>', '&lt;b&gt;'],
    ['[clic](javascript:alert(1))', '[clic]'],
    ['[clic](//evil.example)', '[clic]'],
    ['![<b>](https://x.example/i.png)', '&lt;b&gt;'],
  ])('%s stays text, in whole and in excerpt', (source, expected) => {
    const { html, excerpt } = renderMessage(source);
    for (const shown of [html, excerpt]) {
      expect(shown).toContain(expected);
      expect(shown).not.toMatch(/<b>|<img|href/);
    }
  });

  test.each([
    ['# a\n\n# b', 1, 'h2 h2'],
    ['### a\n\n##### b', 1, 'h2 h3'],
    ['## a\n\n# b\n\n## c', 3, 'h4 h4 h5'],
    ['# a\n\n## b\n\n### c\n\n#### d', 3, 'h4 h5 h6 h6'],
  ])('the headings of %j come under level %i as %s, without address', (source, under, expected) => {
    const { html } = renderMessage(source, under);
    expect([...html.matchAll(/<(h\d)([^>]*)>/g)].map(([, tag, attributes]) => `${tag}${attributes}`)).toEqual(
      expected.split(' '),
    );
    expect(
      html
        .match(/<\/h\d>/g)
        ?.join(' ')
        .replace(/[</>]/g, ''),
    ).toBe(expected);
  });

  test('keeps line ends, and shows a quotation as one', () => {
    expect(renderMessage('> un\n> deux').html).toContain('<blockquote class="quote">\n<p>un<br>\ndeux</p>');
  });

  test.each([
    ['## Titre\n\n- point\n\nLe *début*.\n\nSuite.', 'Le <em>début</em>.'],
    ['- un\n- deux', 'un'],
    ['> cité\n\naprès', 'après'],
    ['---', ''],
    ['ligne\nautre', 'ligne<br>\nautre'],
    ['x'.repeat(320), 'x'.repeat(320)],
    [`**${'mot '.repeat(99)}mot** fin`, `${'mot '.repeat(79)}mot…`],
    [`<i> ${'é'.repeat(300)} ${'z'.repeat(50)}`, `&lt;i&gt; ${'é'.repeat(300)}…`],
  ])('the excerpt of %j', (source, expected) => {
    expect(renderMessage(source).excerpt).toBe(expected);
  });
});
