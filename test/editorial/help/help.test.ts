import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseArticle, readLibrary, THEMES } from '#editorial/help/library.ts';
import { searchArticles } from '#editorial/help/search.ts';
import { renderMarkdown } from '#platform/web/views/markdown.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { projectPath } from '../../support/process.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());

const articles = readLibrary();
const slugsFor = (typed: string) => searchArticles(articles, typed).map(({ article }) => article.slug);

describe('a link to the space of a profile', () => {
  const article = '/aide/valider-une-demande';
  const space = '/parcourspro/valideur';

  test('is a link for a visitor, and for whoever has taken the profile', async () => {
    expect((await site.visitor().get(article)).text).toContain(`<a href="${space}">`);
    const { db } = site.dependencies;
    const structure = await createStructure(db);
    const { email } = await createUser(db, { affiliations: { [structure]: ['hr_validator'] } });
    const browser = await site.signedIn(email);
    const other = await browser.get(article);
    expect(other.text).not.toContain(`href="${space}"`);
    expect(other.text).toContain(
      '<button class="link-button" type="submit" form="way-1">Valideur RH</button>',
    );
    expect(other.text).toMatch(/<form id="way-1" method="post" action="\/parcourspro\/profil">/);
    const way = { profil: `hr_validator:${structure}`, suite: space };
    const taken = await browser.submit('/parcourspro/profil', way, article);
    expect(taken.headers.location).toBe(space);
    expect((await browser.get(article)).text).toContain(`<a href="${space}">`);
  });

  test('is words alone for whoever has no such profile', async () => {
    const { db } = site.dependencies;
    const { email } = await createUser(db, { affiliations: { [await createStructure(db)]: [] } });
    const { text } = await (await site.signedIn(email)).get(article);
    expect(text).not.toContain(`href="${space}"`);
    expect(text).not.toContain('form="way-');
    expect(text).toContain('l’espace « Valideur RH »');
  });
});

describe('the Markdown of an article', () => {
  test.each([
    ['<script>alert(1)</script>', '&lt;script&gt;'],
    ['<img src=x onerror=alert(1)>', '&lt;img'],
    ['[clic](javascript:alert(1))', '[clic]'],
    ['[clic](data:text/html,x)', '[clic]'],
    ['[clic](//evil.example)', '[clic]'],
    ['[clic](http://evil.example)', '[clic]'],
  ])('%s stays text', (source, expected) => {
    const { html } = renderMarkdown(source);
    expect(html).toContain(expected);
    expect(html).not.toMatch(/<script|<img|href/);
  });

  test('gives headings an address and tells where links lead', () => {
    const { html, headings, links, text } = renderMarkdown('## L’été à Pau\n\nVoir [là](/aide/x) et `ceci`.');
    expect(headings).toEqual([{ id: 'l-ete-a-pau', text: 'L’été à Pau' }]);
    expect(html).toContain('<h2 id="l-ete-a-pau">');
    expect(links).toEqual(['/aide/x']);
    expect(text).toContain('Voir là et ceci.');
  });
});

describe('the articles', () => {
  test('cover every theme, and each leads somewhere else', () => {
    for (const theme of THEMES) expect(articles.some((one) => one.theme === theme)).toBe(true);
    for (const { slug, related, headings } of articles) {
      expect(related.length, slug).toBeGreaterThan(0);
      expect(new Set(headings.map(({ id }) => id)).size, slug).toBe(headings.length);
    }
  });

  test.each([
    ['without front matter', 'Bonjour', 'front matter'],
    ['without a title', '---\ntheme: Référents\norder: 1\nsummary: x\n---\nx', 'field title'],
    ['of an unknown theme', '---\ntitle: x\ntheme: Autre\norder: 1\nsummary: x\n---\nx', 'theme Autre'],
  ])('one %s is refused at the start', (_what, source, words) => {
    expect(() => parseArticle('essai', source)).toThrow(words);
  });

  test('each local link answers, for somebody signed in or sent to sign in', async () => {
    const visitor = site.visitor();
    for (const link of new Set(articles.flatMap(({ links }) => links))) {
      const { status } = await visitor.get(link);
      expect([200, 303], link).toContain(status);
    }
  });

  // A button that has another name since sends people looking for what is not there.
  test('quote the words of the application', () => {
    const asSaid = (text: string) => text.replaceAll(/&nbsp;|\\u00a0|\s+/g, ' ');
    const said = globSync(['views/**/*.ejs', 'src/**/*.ts'], { cwd: projectPath('.') })
      .map((file) => asSaid(readFileSync(projectPath(file), 'utf8')))
      .join('\n');
    const quoted = articles.flatMap(({ slug, text }) =>
      [...text.matchAll(/«\s*(.+?)\s*»/g)].map(([, words = '']) => ({ slug, words: asSaid(words) })),
    );
    expect(quoted.length).toBeGreaterThan(150);
    // Of a word processor.
    const elsewhere = ['Enregistrer au format PDF'];
    expect(quoted.filter(({ words }) => !said.includes(words) && !elsewhere.includes(words))).toEqual([]);
  });
});

describe('searching', () => {
  test.each([
    ['mot de passe oublié', 'mot-de-passe-oublie'],
    ['MOT DE PASSE OUBLIE', 'mot-de-passe-oublie'],
    ['comment créer un compte ?', 'creer-un-compte'],
    ['siret', 'structure-absente'],
    ['référent', 'role-du-referent'],
    ['valideur', 'valider-une-demande'],
    ['liste d’attente', 'liste-d-attente'],
    ['annulation', 'annuler'],
    ['prestataire session', 'gerer-une-session'],
    ['adhésion', 'adherer'],
    ['modèles d’e-mails', 'e-mails-envoyes'],
    ['arrêter nouvelles dates', 'mon-espace-personnel'],
  ])('« %s » finds first %s', (typed, slug) => {
    expect(slugsFor(typed)[0]).toBe(slug);
  });

  test.each(['', '   ', '?!', '%', 'zzzz', 'compte zzzz'])('« %s » finds nothing', (typed) => {
    expect(slugsFor(typed)).toEqual([]);
  });

  test('an excerpt shows the words found in the text as written', () => {
    const [first] = searchArticles(articles, 'indesirables');
    const hits = first?.excerpt.filter(({ isHit }) => isHit).map(({ text }) => text);
    expect(hits).toContain('indésirables');
  });

  test('whatever is typed, the search answers, and every article found holds the words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (typed) => {
        for (const { excerpt } of searchArticles(articles, typed)) expect(excerpt.length).toBeGreaterThan(0);
      }),
    );
    for (const article of articles) expect(slugsFor(article.title)).toContain(article.slug);
  });
});

describe('the pages', () => {
  test('are open to visitors, from the menu and the foot of every page', async () => {
    const visitor = site.visitor();
    const signIn = await visitor.get('/connexion');
    expect(signIn.text.match(/href="\/aide"/g)).toHaveLength(2);
    const home = await visitor.get('/aide');
    for (const { slug, title } of articles) {
      expect(home.text).toContain(`href="/aide/${slug}"`);
      expect((await visitor.get(`/aide/${slug}`)).text).toContain(`<title>${title}`);
    }
  });

  test('show what was found with excerpts, or that nothing was', async () => {
    const visitor = site.visitor();
    const found = await visitor.get('/aide?q=indesirables');
    expect(found.text).toContain('<mark>indésirables</mark>');
    expect((await visitor.get('/aide?q=zzzz')).text).toContain('Aucun article trouvé');
  });

  test.each(['q=%FF', 'q=%00', 'q=a&q=b', 'q[]=a', 'q=<script>alert(1)</script>', `q=${'a'.repeat(5000)}`])(
    'bear %s',
    async (query) => {
      const { status, text } = await site.visitor().get(`/aide?${query}`);
      expect(status).toBe(200);
      expect(text).not.toContain('<script>alert');
    },
  );

  test.each(['__proto__', 'constructor', 'x', '..%2F..%2Fpackage', '%00', '%FF'])(
    'article %s does not exist',
    async (slug) => expect([400, 404]).toContain((await site.visitor().get(`/aide/${slug}`)).status),
  );

  test('« Accueil » leads to the help and to membership', async () => {
    const { email } = await createUser(site.dependencies.db);
    const { text } = await (await site.signedIn(email)).get('/');
    expect(text).toContain('FAQ / TUTORIELS');
    expect(text).toContain('ADHÉRER À CAP MÉTIERS');
  });
});
