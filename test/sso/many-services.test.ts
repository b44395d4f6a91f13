import { afterAll, beforeAll, expect, test } from 'vitest';
import { asks, codeOf, ticketFor } from '../support/cas.ts';
import { type Listener, startListener } from '../support/listener.ts';
import { createClient, createOidcSite, type OidcSite, TestClient } from '../support/oidc.ts';
import { createUser } from '../support/people.ts';
import { createService, visitsIn } from '../support/sso.ts';

/** Services that one browser opens in the same second, by both protocols. */
let site: OidcSite;
let listener: Listener;
beforeAll(async () => {
  site = await createOidcSite();
  listener = await startListener();
});
afterAll(async () => {
  await listener.close();
  await site.close();
});

test('six opened at once are six visits, and each hears of the sign-out', async () => {
  const { db } = site.dependencies;
  const user = await createUser(db);
  const browser = await site.signedIn(user.email);
  const clients = await Promise.all(
    [1, 2, 3].map(async (number) =>
      TestClient.of(
        site,
        await createClient(site.dependencies, {
          addresses: {
            redirect: ['https://app.example/retour'],
            backchannel: [`${listener.url}/oidc-${number}`],
          },
        }),
      ),
    ),
  );
  const addresses = [1, 2, 3].map((number) => `${listener.url}/cas-${number}`);
  for (const address of addresses) await createService(db, { addresses: { cas: [address] } });

  await Promise.all([
    ...clients.map((client) => client.signIn(browser)),
    ...addresses.map(async (service) => {
      const ticket = await ticketFor(browser, service);
      expect(codeOf(await asks(site, 'serviceValidate', { service, ticket }))).toBeUndefined();
    }),
  ]);
  expect(await visitsIn(db, { user_id: user.id, closed_at: null })).toHaveLength(6);

  await browser.submit('/deconnexion', {}, '/mon-compte');
  await site.runJobs();
  expect(listener.heard.map(({ path }) => path).sort()).toEqual([
    '/cas-1',
    '/cas-2',
    '/cas-3',
    '/oidc-1',
    '/oidc-2',
    '/oidc-3',
  ]);
  expect((await visitsIn(db)).every(({ delivered_at }) => delivered_at !== null)).toBe(true);
});
