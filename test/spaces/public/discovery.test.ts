import type { Request, Response } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endAlertsLink } from '#catalogue/saved-searches/stop.ts';
import { endDigestLink } from '#enrolment/notices/digest.ts';
import { unsubscribeHeaders } from '#platform/mail/unsubscribe.ts';
import { linksWithSignsAfter } from '#platform/web/links.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createAction, createSession, setAction } from '../../support/catalogue.ts';
import { chooseDigest, digestsIn } from '../../support/digests.ts';
import { forgetSearches, savedSearches, saveSearch } from '../../support/finding.ts';
import { affiliationsOf, createStructure, createUser } from '../../support/people.ts';

/** What robots, browsers, password managers and mail readers ask for by themselves. */
let site: TestSite;
let actionId: number;
let slug: string;
const NOW = '2026-03-02T09:00:00.000Z';
const get = (path: string) => site.visitor().get(path);

beforeAll(async () => {
  site = await createTestSite({ now: NOW });
  const { db } = site.dependencies;
  const providerId = await createStructure(db, { isTrainingBody: true });
  const action = await createAction(db, { providerId, title: 'Recevoir & orienter' });
  ({ id: actionId, slug } = action);
  await createSession(db, { actionId: action.id, now: site.clock.now(), capacity: 5 });
  await createAction(db, { providerId, title: 'Brouillon', published: false });
});
afterAll(() => site.close());

test('robots.txt names the site map, and closes what needs an account but no link of an e-mail', async () => {
  const { text, headers } = await get('/robots.txt');
  expect(headers['content-type']).toMatch(/^text\/plain/);
  expect(text).toContain('Sitemap: http://localhost:3000/sitemap.xml');
  const closed = [...text.matchAll(/^Disallow: (.+)$/gm)].map(([, path]) => path as string);
  for (const path of closed) expect((await get(path)).status, path).toBe(303);
  for (const link of ['/parcourspro/validation/', '/mot-de-passe-oublie/', '/account-requests/confirmer/'])
    expect(closed.filter((path) => link.startsWith(path))).toEqual([]);
});

test('the site map lists public pages, each of which opens and may be kept, with the day of the last change', async () => {
  const { text, headers } = await get('/sitemap.xml');
  expect(headers['content-type']).toMatch(/^application\/xml/);
  const entries = [...text.matchAll(/<url><loc>(.+?)<\/loc>(?:<lastmod>(.+?)<\/lastmod>)?<\/url>/g)];
  const paths = entries.map(([, address]) => (address as string).replace('http://localhost:3000', ''));
  expect(paths).toContain(`/parcourspro/actions/${slug}`);
  expect(text).not.toContain('brouillon');
  for (const path of paths) {
    const page = await get(path);
    expect([path, page.status, page.headers['x-robots-tag']]).toEqual([path, 200, undefined]);
  }
  const { db } = site.dependencies;
  await setAction(db, actionId, { changed_at: '2026-03-01T08:00:00Z' });
  const dated = (await get('/sitemap.xml')).text;
  expect(dated).toContain(`${slug}</loc><lastmod>2026-03-01T08:00:00.000Z</lastmod>`);
});

test('the site map reads the catalogue as often as a place may ask for costly pages', async () => {
  const other = await createTestSite({ now: NOW, environment: { PAGES_PER_MINUTE: '2' } });
  try {
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await other.visitor().get('/sitemap.xml')).status);
    expect(statuses).toEqual([200, 200, 429]);
  } finally {
    await other.close();
  }
});

test('a browser’s icon, a password manager’s page, and whom to tell of a weakness', async () => {
  const icon = await get('/favicon.ico');
  expect([icon.status, icon.headers['content-type']]).toEqual([200, 'image/x-icon']);
  expect(icon.body.subarray(0, 4)).toEqual(Buffer.from([0, 0, 1, 0]));
  const change = await get('/.well-known/change-password');
  expect([change.status, change.headers.location]).toEqual([303, '/mon-compte/mot-de-passe']);
  const { text } = await get('/.well-known/security.txt');
  expect(text).toMatch(/^Contact: mailto:\S+@\S+$/m);
  const ends = Date.parse(/^Expires: (.+)$/m.exec(text)?.[1] ?? '');
  const days = (ends - Date.parse(NOW)) / 86_400_000;
  expect(days).toBeGreaterThan(170);
  expect(days).toBeLessThan(365);
});

test('the results of one search have one address', async () => {
  const canonical = async (query: string) =>
    /<link rel="canonical" href="([^"]+)">/.exec((await get(`/parcourspro/actions?${query}`)).text)?.[1];
  const one = await canonical('modalite=remote&places=1&tri=date');
  expect(one).toBe(await canonical('tri=pertinence&places=1&modalite=remote&inconnu=1'));
  expect(one).toMatch(/^http:\/\/localhost:3000\/parcourspro\/actions\?/);
  expect(one).not.toContain('tri');
  expect(await canonical('')).toBe('http://localhost:3000/parcourspro/actions');
});

test.each([
  '/mot-de-passe-oublie/jeton',
  '/account-requests/confirmer/jeton',
  '/parcourspro/validation/jeton',
  '/parcourspro/alertes/arreter/jeton',
  '/parcourspro/recapitulatif/arreter/jeton',
  '/parcourspro/nouvelles-dates/arreter/jeton',
  '/mon-compte',
  '/agence',
  '/parcourspro/actions?q=marie+dupont',
  '/connexion?suite=/parcourspro/valideur',
  '/aide/',
  '/Aide',
  '/parcourspro/actions/',
  '/inconnue',
])('%s is for no search engine', async (path) => {
  expect((await get(path)).headers['x-robots-tag']).toBe('noindex');
});

describe('a link with the sign that followed it', () => {
  const token = `${'Ab-_9'.repeat(8)}xyz`;
  const links = [
    `/mot-de-passe-oublie/${token}`,
    `/account-requests/confirmer/${token}`,
    `/mon-compte/adresse-email/confirmer/${token}`,
    `/parcourspro/validation/${token}`,
    `/parcourspro/alertes/arreter/12.${token}`,
    `/parcourspro/recapitulatif/arreter/12.${token}`,
    `/parcourspro/nouvelles-dates/arreter/12.${token}`,
    `/parcourspro/agenda/${token}.ics`,
    '/parcourspro/valideur',
    '/connexion?suite=/mon-compte',
    '/connexion?suite=%2Fmon-compte',
    '/account-requests/add?structure=3',
  ];
  test.each(links)('%s opens', async (link) => {
    for (const signs of ['.', ')', '>', '%3E', '%29.', '%C2%BB', '%20)', '%E2%80%99,']) {
      const answer = await get(link + signs);
      expect([signs, answer.status, answer.headers.location]).toEqual([signs, 303, link]);
    }
    expect((await get(link)).headers.location ?? '/connexion').toMatch(/^\/connexion/);
  });

  test.each([
    ['bytes', (n: number) => `/${'%2e'.repeat(n)}a${'.'.repeat(3 * n)}`],
    ['signs', (n: number) => `/mot-de-passe-oublie/a${'.'.repeat(7 * n)}`],
    ['escaped signs', (n: number) => `/mot-de-passe-oublie/a${'%C2%BB'.repeat(n)}`],
    ['halves of characters', (n: number) => `/${'%80'.repeat(2 * n)}.`],
    ['queries', (n: number) => `/connexion?${'suite=/'.repeat(n)}.`],
    ['spaces', (n: number) => `/a${'%20'.repeat(2 * n)}a.`],
  ])('a path of many %s costs no time, be it long or as long as a link may be', async (_what, path) => {
    const site = linksWithSignsAfter(() => true);
    const started = performance.now();
    for (const count of [500, 70, 40]) {
      const req = { originalUrl: path(count), method: 'GET' } as Request;
      const res = { set: () => res, redirect: () => undefined } as unknown as Response;
      site(req, res, () => undefined);
    }
    expect(performance.now() - started).toBeLessThan(200);
    expect((await get(path(1000))).status).toBeLessThan(500);
  });

  test('what somebody searches for keeps its signs', async () => {
    for (const words of ['C’est%20quoi%20?', 'A.D.M.R.', '(bases)', '12.'])
      expect((await get(`/parcourspro/actions?q=${encodeURI(words)}`)).status).toBe(200);
  });

  test('leads nowhere else, and not where there is no page', async () => {
    for (const path of [
      '/inconnue?structure=3.',
      '//evil.example/.',
      '/inconnue.',
      '/.',
      '/%ff.',
      '/%',
      '/parcourspro/%00.',
    ]) {
      const { status, headers } = await get(path);
      expect([path, status === 303 ? headers.location : undefined]).toEqual([path, undefined]);
    }
  });
});

describe('« Se désabonner » of a mailbox', () => {
  const inParts = (path: string) => site.visitor().agent.post(path).field('List-Unsubscribe', 'One-Click');
  const oneClick = (path: string) =>
    site.visitor().agent.post(path).type('form').send('List-Unsubscribe=One-Click');

  test('is shown for what comes again and again, and for nothing else', () => {
    const message = { kind: 'x', to: 'a@b.example', subject: 'x', paragraphs: [] };
    expect(unsubscribeHeaders(message, 'https://site.example')).toEqual({});
    expect(unsubscribeHeaders({ ...message, unsubscribePath: '/fin/1' }, 'https://site.example')).toEqual({
      'List-Unsubscribe': '<https://site.example/fin/1>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  test.each([
    ['as a form', oneClick],
    ['in parts', inParts],
  ])(
    'one click %s, without a cookie nor a token, ends the alerts of that person alone',
    async (_how, click) => {
      const { db, config } = site.dependencies;
      const people = [await createUser(db), await createUser(db)];
      await forgetSearches(db);
      for (const { id } of people) await saveSearch(db, id, site.clock.now());
      const path = endAlertsLink.path(config.secrets, people[0]?.id as number);
      expect((await get(path)).status).toBe(200);
      expect((await site.visitor().post(path, {})).status).toBe(403);
      expect(await savedSearches(db, { has_alert: true })).toHaveLength(2);
      expect((await site.visitor().agent.post(path).field('List-Unsubscribe', 'No')).status).toBe(403);
      expect((await click(path)).status).toBe(200);
      const left = await savedSearches(db, { has_alert: true });
      expect(left.map(({ user_id }) => user_id)).toEqual([people[1]?.id]);
      expect((await click(path)).status).toBe(200);
      expect((await click(path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))).status).toBe(404);
    },
  );

  test('one click ends the digests of that structure alone', async () => {
    const { db, config } = site.dependencies;
    const structures = [await createStructure(db), await createStructure(db)];
    const { id } = await createUser(db, {
      affiliations: Object.fromEntries(structures.map((one) => [one, ['hr_validator']])),
    });
    const affiliations = await affiliationsOf(db, id);
    for (const one of affiliations) await chooseDigest(db, one, site.clock.now());
    const path = endDigestLink.path(config.secrets, affiliations[0] as number);
    expect((await get(path)).text).toContain('Arrêter le récapitulatif');
    expect((await inParts(path)).status).toBe(200);
    expect(await digestsIn(db)).toEqual([affiliations[1]]);
    // The link of one thing does not end another.
    const other = endAlertsLink.path(config.secrets, id).split('/').pop();
    expect((await oneClick(path.replace(/[^/]+$/, String(other)))).status).toBe(404);
  });
});
