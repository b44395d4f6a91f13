import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createUser } from '../../support/people.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());

test('the token is written in another way in each page, and never as the cookie has it', async () => {
  const visitor = site.visitor();
  const pages = [await visitor.get('/connexion'), await visitor.get('/connexion')];
  const tokens = pages.map(({ text }) => /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? '');
  expect(tokens[0]?.length).toBe(tokens[1]?.length);
  expect(tokens[0]?.slice(0, 40)).not.toBe(tokens[1]?.slice(0, 40));
  expect(tokens[0]?.slice(-40)).not.toBe(tokens[1]?.slice(-40));
  const cookie = /csrf=([^;]{40})/.exec(String(pages[1]?.headers['set-cookie']))?.[1] as string;
  for (const { text } of pages) expect(text).not.toContain(cookie);
});

test('a form of any page that is open goes through, and one whose token was touched does not', async () => {
  const { email } = await createUser(site.dependencies.db);
  const visitor = site.visitor();
  const first = await visitor.token();
  await visitor.token();
  const send = (_csrf: string) => visitor.post('/mot-de-passe-oublie', { _csrf, email });
  for (const touched of ['', 'x', first.slice(2), `A${first.slice(1, -1)}A`, `${first}AAAA`]) {
    if (touched !== first) expect((await send(touched)).status, touched).toBe(403);
  }
  expect((await send(first)).status).toBeLessThan(400);
});
