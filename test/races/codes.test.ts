import { expect, test } from 'vitest';
import { freePort } from '#demo/ports.ts';
import { deliverLogouts } from '#sso/logout/deliver.ts';
import { createTestDatabase } from '../support/database.ts';
import { startListener } from '../support/listener.ts';
import { type Begun, createClient, createOidcSite, land, TestClient } from '../support/oidc.ts';
import { createUser, TEST_PASSWORD } from '../support/people.ts';
import { type AppProcess, HttpVisitor, startAppProcess } from '../support/process.ts';
import { visitsIn } from '../support/sso.ts';

/** One code spent 200 times at once over two processes is good once, and then not even that. */
test('a code is good once, whoever asks where', async ({ onTestFinished }) => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const { db } = database.dependencies;
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const environment = { DATABASE_URL: database.url, SMTP_URL: 'smtp://127.0.0.1:1', PUBLIC_URL: url };
  const one = await startAppProcess({ ...environment, PORT: String(port) });
  onTestFinished(async () => void (await one.terminate()));
  const two = await startAppProcess(environment);
  onTestFinished(async () => void (await two.terminate()));

  const person = await createUser(db);
  const known = await createClient(database.dependencies);
  const client = await TestClient.of({ url: one.url.replace('127.0.0.1', 'localhost') }, known);
  const browser = new HttpVisitor(one.url);
  await browser.submit('/connexion', { identifiant: person.email, mot_de_passe: TEST_PASSWORD });
  const begun = await client.begin();
  const landed = new URL((await browser.get(begun.path)).headers.get('location') ?? '');
  const body = {
    grant_type: 'authorization_code',
    code: landed.searchParams.get('code') ?? '',
    redirect_uri: client.redirectUri,
    code_verifier: begun.verifier,
  };
  const spend = (app: AppProcess) =>
    fetch(`${app.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${known.service.key}:${known.secret}`)}` },
      body: new URLSearchParams(body),
    });
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => spend(index % 2 ? one : two)));
  const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as Record<string, string>[];
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(bodies.filter(({ error }) => error === 'invalid_grant')).toHaveLength(199);
  const { access_token = '' } = bodies.find((one) => one.access_token) ?? {};
  const { status } = await fetch(`${two.url}/oidc/userinfo`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  expect(status).toBe(401);
  const visits = await visitsIn(db, { service_id: known.service.id });
  expect(visits).toMatchObject([{ because: 'service' }]);
}, 180_000);

test('six services opened in one second hear of the end, each of its own', async ({ onTestFinished }) => {
  const site = await createOidcSite();
  onTestFinished(() => site.close());
  const listener = await startListener();
  onTestFinished(() => listener.close());
  const person = await createUser(site.dependencies.db);
  const browser = await site.signedIn(person.email);
  const clients = await Promise.all(
    Array.from({ length: 6 }, async (_, index) =>
      TestClient.of(
        site,
        await createClient(site.dependencies, {
          addresses: {
            redirect: [`https://app-${index}.example/retour`],
            backchannel: [`${listener.url}/${index}`],
          },
        }),
      ),
    ),
  );
  const begun = await Promise.all(clients.map((client) => client.begin()));
  const landed = await Promise.all(begun.map(({ path }) => land(browser, path)));
  await Promise.all(
    clients.map((client, index) => client.finish(begun[index] as Begun, landed[index] as string)),
  );
  await browser.submit('/deconnexion', {}, '/mon-compte');
  await deliverLogouts(site.dependencies);
  expect(listener.heard.map(({ path }) => path).sort()).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']);
});
