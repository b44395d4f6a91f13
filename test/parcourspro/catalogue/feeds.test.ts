import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { createStructure } from '../../support/people.ts';

const TITLE = 'L’œuvre & le </script><b>"métier"</b>';
let site: TestSite;
let slug: string;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-02T10:00:00Z' });
  const { db } = site.dependencies;
  const providerId = await createStructure(db, { isTrainingBody: true, name: 'Organisme <i>' });
  const action = await createAction(db, { providerId, title: TITLE });
  slug = action.slug;
  await db('actions')
    .where({ id: action.id })
    .update({ objectives: `Écouter\n${'mot '.repeat(100)}` });
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
