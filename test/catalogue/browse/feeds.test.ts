import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { addSlots, createAction, createSession } from '../../support/catalogue.ts';
import { DAY } from '../../support/database.ts';
import { createStructure } from '../../support/people.ts';

const TITLE = 'L’œuvre & le </script><b>"métier"</b>';
let site: TestSite;
let action: { id: number; slug: string };
let slug: string;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-02T10:00:00Z' });
  const { db } = site.dependencies;
  const providerId = await createStructure(db, { isTrainingBody: true, name: 'Organisme <i>' });
  const objectives = `Écouter\n${'mot '.repeat(100)}`;
  action = await createAction(db, { providerId, title: TITLE, fields: { objectives } });
  slug = action.slug;
  await createSession(db, { actionId: action.id, now: site.clock.now() });
  const other = await createAction(db, { providerId, title: 'Autre thème', theme: 'handicap' });
  await createSession(db, { actionId: other.id, now: site.clock.now() });
});
afterAll(() => site.close());

test('the results of a search are a feed, under the same parameters', async () => {
  const page = await site.visitor().get('/parcourspro/actions?theme=vae');
  expect(page.text).toContain(
    'type="application/rss+xml" title="Résultats de cette recherche" href="/parcourspro/actions.rss?theme=vae"',
  );
  const feed = await site.visitor().get('/parcourspro/actions.rss?theme=vae&page=9');
  expect(feed.status).toBe(200);
  expect(feed.headers['content-type']).toBe('application/rss+xml; charset=utf-8');
  expect(feed.headers['cache-control']).toBe('public, max-age=300');
  expect(feed.headers['set-cookie']).toBeUndefined();
  const text = feed.text ?? feed.body.toString();
  expect(text.match(/<item>/g)).toHaveLength(1);
  expect(text).toContain(
    '<title>L’œuvre &amp; le &lt;/script&gt;&lt;b&gt;&quot;métier&quot;&lt;/b&gt;</title>',
  );
  expect(text).toContain(`<link>http://localhost:3000/parcourspro/actions/${slug}</link>`);
  expect(text).not.toContain('<b>');
});

test.each(['q=%00%FF%22%3C', `q=${'a'.repeat(10_000)}`, 'q=xyzzyx'])(
  'a feed answers whatever is asked: %s',
  async (query) => {
    expect((await site.visitor().get(`/parcourspro/actions.rss?${query}`)).status).toBe(200);
  },
);

test('the page of an action says what it is to search engines and to previews', async () => {
  const { text } = await site.visitor().get(`/parcourspro/actions/${slug}`);
  const block = /<script type="application\/ld\+json">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
  const data = JSON.parse(block);
  expect(data).toMatchObject({ '@type': 'Course', name: TITLE, provider: { name: 'Organisme <i>' } });
  expect(data.hasCourseInstance).toMatchObject([
    { '@type': 'CourseInstance', courseMode: 'Onsite', location: { name: 'Pessac' } },
  ]);
  expect([...data.description].length).toBeLessThanOrEqual(200);
  expect(text).toContain(
    `<meta property="og:url" content="http://localhost:3000/parcourspro/actions/${slug}">`,
  );
  expect(text).not.toContain('<b>');
});

test('the feed has the newest action first, dated, and more than a page of them', async () => {
  const { db } = site.dependencies;
  const providerId = await createStructure(db, { isTrainingBody: true });
  for (let index = 0; index < 14; index += 1) {
    const { id } = await createAction(db, {
      providerId,
      title: `Nouvelle ${index}`,
      theme: 'numerique',
      fields: { published_at: new Date(Date.UTC(2026, 8, 1 + ((index * 5) % 14), 9)) },
    });
    // The later it is published, the earlier it takes place... but for the first.
    await createSession(db, { actionId: id, now: site.clock.now(), startsInDays: 40 - index });
  }
  const feed = await site.visitor().get('/parcourspro/actions.rss?theme=numerique');
  const text = feed.text ?? feed.body.toString();
  const dates = [...text.matchAll(/<pubDate>([^<]+)<\/pubDate>/g)].map(([, date]) => date);
  expect(dates).toHaveLength(14);
  expect(dates[0]).toBe('Mon, 14 Sep 2026 09:00:00 GMT');
  const moments = dates.map((date) => Date.parse(String(date)));
  expect(moments).toEqual(moments.toSorted((a, b) => b - a));
  expect(text).toContain(`<lastBuildDate>${dates[0]}</lastBuildDate>`);
});

test('a session in person whose place is to come is not said to be on line', async () => {
  const { db } = site.dependencies;
  const providerId = await createStructure(db, { isTrainingBody: true });
  const locations = [];
  for (const modality of ['in_person', 'mixed', 'remote'] as const) {
    const one = await createAction(db, { providerId, theme: 'handicap', fields: { modality } });
    await createSession(db, { actionId: one.id, now: site.clock.now(), fields: { city: null } });
    const { text } = await site.visitor().get(`/parcourspro/actions/${one.slug}`);
    const block = /<script type="application\/ld\+json">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
    locations.push(JSON.parse(block).hasCourseInstance[0].location?.['@type']);
  }
  expect(locations).toEqual([undefined, undefined, 'VirtualLocation']);
});

describe('the results of a search are a calendar', () => {
  const calendar = async (query: string) => {
    const answer = await site.visitor().get(`/parcourspro/actions.ics${query}`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8; method=PUBLISH');
    expect(answer.headers['cache-control']).toBe('public, max-age=300');
    expect(answer.headers['set-cookie']).toBeUndefined();
    // Folded lines joined (RFC 5545 §3.1).
    return answer.text.replaceAll(/\r\n[ \t]/g, '');
  };

  test('under the same parameters, one event per day of every date that answers', async () => {
    const { db } = site.dependencies;
    const page = await site.visitor().get('/parcourspro/actions?theme=vae');
    expect(page.text).toContain('href="/parcourspro/actions.ics?theme=vae"');
    const { id } = action;
    const now = site.clock.now();
    const second = await createSession(db, { actionId: id, now, startsInDays: 60 });
    const far = await createSession(db, { actionId: id, now, startsInDays: 90 });
    await createSession(db, { actionId: id, now, startsInDays: 70, cancelled: true });
    await createSession(db, { actionId: id, now, startsInDays: -70, opensInDays: -90 });
    const day = (days: number) => new Date(now.getTime() + days * DAY);
    const nowhere = { place: '', address: '', postcode: '', city: '', link: 'https://visio.example/secret' };
    await addSlots(db, second, [{ starts_at: day(61), ends_at: day(61.1), modality: 'remote', ...nowhere }]);
    const text = await calendar('?theme=vae&page=9');
    expect(text).toContain('X-WR-CALNAME:ParcoursPro, Faciliter les parcours / VAE');
    expect(text.match(/^BEGIN:VEVENT/gm)).toHaveLength(4);
    expect(text).toContain(`UID:session-${second}-jour-2@localhost`);
    expect(text).toContain(`/parcourspro/actions/${slug}`);
    expect(text).not.toContain('Autre thème');
    expect(text).not.toContain('visio.example');
    expect(await calendar('?theme=vae&du=2027-01-15')).toContain(`UID:session-${far}-jour-1@`);
    expect((await calendar('?theme=vae&du=2027-01-15')).match(/^BEGIN:VEVENT/gm)).toHaveLength(1);
  });

  test.each([
    '?q=%00%FF%22%3C',
    `?q=${'a'.repeat(10_000)}`,
    '?q=xyzzyx',
    '?passees=1',
    '?lieu=Pessac&rayon=20',
  ])('whatever is asked: %s', async (query) => {
    const text = await calendar(query);
    expect(text.startsWith('BEGIN:VCALENDAR\r\n') && text.endsWith('END:VCALENDAR\r\n')).toBe(true);
  });

  test('the same dates are the same text later, so that whoever follows it is told nothing changed', async () => {
    const first = await site.visitor().get('/parcourspro/actions.ics?theme=vae');
    site.clock.advance(60_000);
    const second = await site
      .visitor()
      .get('/parcourspro/actions.ics?theme=vae')
      .set('If-None-Match', String(first.headers.etag));
    expect(second.status).toBe(304);
  });

  test('what is only followed makes nobody busy', async () => {
    const text = await calendar('?theme=vae');
    expect(text.match(/^TRANSP:TRANSPARENT/gm)).toHaveLength(text.match(/^BEGIN:VEVENT/gm)?.length ?? 0);
    expect(text).not.toContain('TRANSP:OPAQUE');
  });

  test('a title cannot add a line of its own', async () => {
    const { db } = site.dependencies;
    const providerId = await createStructure(db, { isTrainingBody: true });
    const action = await createAction(db, { providerId, title: 'Piège\r\nATTENDEE:x', theme: 'numerique' });
    await createSession(db, { actionId: action.id, now: site.clock.now() });
    expect(await calendar('?q=pi%C3%A8ge')).not.toMatch(/^ATTENDEE/m);
  });
});
