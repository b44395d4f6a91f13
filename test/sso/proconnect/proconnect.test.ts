import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { filledIn } from '../../structures/account-requests/forms.ts';
import { createTestSite } from '../../support/app.ts';
import type { Federated, Federation } from '../../support/federation.ts';
import { journalOf } from '../../support/journal.ts';
import { closeAccount, createStructure, createUser, nextSiret, TEST_PASSWORD } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { lastRequest } from '../../support/requests.ts';
import { createService } from '../../support/sso.ts';
import { createFederatedSite, type FederatedSite, federatedBy, isIn, PAGE } from './people.ts';

let site: FederatedSite;
let federation: Federation;
let named: FederatedSite['named'];
let pass: FederatedSite['pass'];
let linked: FederatedSite['linked'];
beforeAll(async () => {
  site = await createFederatedSite();
  ({ federation, named, pass, linked } = site);
});
afterAll(() => site.close());
beforeEach(async () => {
  federation.fault = undefined;
  await forgetAttempts(site.dependencies.db);
});

test('off, there is no button, and no page', async () => {
  const off = await createTestSite();
  expect((await off.visitor().get('/connexion')).text).not.toContain('ProConnect');
  for (const page of [PAGE, `${PAGE}/retour?code=a&state=b`, `${PAGE}/relier`, `${PAGE}/ferme`])
    expect((await off.visitor().get(page)).status).toBeGreaterThanOrEqual(403);
  await off.close();
});

describe('an account that is linked', () => {
  test('opens, and leads on to where the person was going', async () => {
    const { user } = await linked();
    const browser = site.visitor();
    expect((await browser.get('/connexion?suite=%2Faide')).text).toContain(`href="${PAGE}?suite=%2Faide"`);
    const answer = await pass(browser, '/mon-compte/sessions?x=1');
    expect(answer.headers.location).toBe('/mon-compte/sessions?x=1');
    expect(await isIn(browser)).toBe(true);
    const entries = await journalOf(site.dependencies.db, 'session.opened', { person_id: user.id });
    expect(entries.at(-1)?.details).toEqual({ by: 'proconnect', second_factor: false });
  });

  test('leads nowhere else than to this site', async () => {
    await linked();
    const answer = await pass(site.visitor(), 'https://evil.example/');
    expect(answer.headers.location).toBe('/');
  });

  test('does not open once it is closed, and says so', async () => {
    const { user } = await linked();
    await closeAccount(site.dependencies.db, user.id, site.clock.now());
    const browser = site.visitor();
    const answer = await pass(browser);
    expect(answer.headers.location).toBe(`${PAGE}/ferme`);
    expect((await browser.get(`${PAGE}/ferme`)).text).toContain('Mot de passe oublié');
    expect(await isIn(browser)).toBe(false);
  });
});

describe('the agency’s own factor', () => {
  test.each<[string, Partial<Federated>, number]>([
    ['is asked for where none was given', { amr: ['pwd'], acr: 'eidas1' }, 303],
    ['is not where one was, by its way', { amr: ['pwd', 'otp', 'mfa'] }, 200],
    [
      'is not where one was, by its level',
      { acr: 'https://proconnect.gouv.fr/assurance/self-asserted-2fa' },
      200,
    ],
  ])('%s', async (_what, said, status) => {
    const strict = await createTestSite({
      environment: { AGENCY_SECOND_FACTOR: 'required', ...federatedBy(federation) },
    });
    const person = named(said);
    const { id } = await createUser(strict.dependencies.db, {
      email: person.email ?? '',
      isAgencyManager: true,
    });
    await strict.dependencies.db('federated_identities').insert({
      user_id: id,
      issuer: federation.issuer,
      subject: person.sub,
      linked_at: new Date(),
    });
    const browser = strict.visitor();
    await pass(browser);
    expect((await browser.get('/agence')).status).toBe(status);
    await strict.close();
  });
});

describe('an account with the same address', () => {
  test('is not opened, and linked only once its owner has signed in', async () => {
    const person = named();
    const user = await createUser(site.dependencies.db, { email: person.email?.toUpperCase() ?? '' });
    const browser = site.visitor();
    const page = (await pass(browser, '/aide')).headers.location as string;
    expect(page).toBe(`${PAGE}/relier?suite=%2Faide`);
    expect(await isIn(browser)).toBe(false);
    expect((await browser.get(page)).text).toContain('Prouvez qu’il est à vous');
    // Nobody signed in links anything.
    const token = await browser.token(page);
    expect(
      (await browser.post(`${PAGE}/relier`, { _csrf: token, suite: '/aide' })).headers.location,
    ).toContain('/connexion');
    await browser.submit('/connexion', { identifiant: user.email, mot_de_passe: TEST_PASSWORD, suite: page });
    expect((await browser.get(page)).text).toContain('Relier ProConnect à mon compte');
    expect((await browser.submit(`${PAGE}/relier`, { suite: '/aide' }, page)).headers.location).toBe('/aide');
    const other = site.visitor();
    expect((await pass(other)).headers.location).toBe('/');
    await site.runJobs();
    expect(site.mailbox.to(user.email).at(-1)?.subject).toBe('ProConnect est relié à votre compte');
    expect(
      (await journalOf(site.dependencies.db, 'account.proconnect_linked', { person_id: user.id })).length,
    ).toBe(1);
  });

  test('or once its owner has opened the link that is sent to them, once', async () => {
    const person = named();
    const user = await createUser(site.dependencies.db, { email: person.email ?? '' });
    const browser = site.visitor();
    const page = (await pass(browser)).headers.location as string;
    await browser.submit(`${PAGE}/lien`, {}, page);
    await site.runJobs();
    const path =
      /(\/connexion\/proconnect\/lien\/[\w-]+)/.exec(site.mailbox.to(user.email).at(-1)?.text ?? '')?.[1] ??
      '';
    const elsewhere = site.visitor();
    expect((await elsewhere.get(path)).status).toBe(200);
    const tokens = [await elsewhere.token(path), await browser.token(path)];
    const answers = await Promise.all([
      elsewhere.post(path, { _csrf: tokens[0] ?? '' }),
      browser.post(path, { _csrf: tokens[1] ?? '' }),
    ]);
    expect(answers.map(({ headers }) => headers.location).sort()).toEqual(['/connexion', path].sort());
    expect((await elsewhere.get(path)).status).toBe(410);
    expect((await pass(site.visitor())).headers.location).toBe('/');
  });

  test('a link that is too old does nothing', async () => {
    const person = named();
    await createUser(site.dependencies.db, { email: person.email ?? '' });
    const browser = site.visitor();
    await browser.submit(`${PAGE}/lien`, {}, (await pass(browser)).headers.location as string);
    await site.runJobs();
    const path =
      /(\/connexion\/proconnect\/lien\/[\w-]+)/.exec(
        site.mailbox.to(person.email ?? '').at(-1)?.text ?? '',
      )?.[1] ?? '';
    const token = await browser.token(path);
    site.clock.advance(61 * 60_000);
    expect((await browser.post(path, { _csrf: token })).headers.location).toBe(path);
    expect((await browser.get(path)).status).toBe(410);
  });

  test('linked in the name of somebody else is said before it is done', async () => {
    const person = named();
    await createUser(site.dependencies.db, { email: person.email ?? '' });
    const other = await createUser(site.dependencies.db);
    const browser = await site.signedIn(other.email);
    const page = (await pass(browser)).headers.location as string;
    expect((await browser.get(page)).text).toContain(`Votre compte ici\u00a0: ${other.email}`);
  });

  test('an identity opens one account, and an account has one identity', async () => {
    const { person } = await linked();
    const other = await createUser(site.dependencies.db, { email: `autre.${person.email}` });
    const browser = await site.signedIn(other.email);
    named({ email: other.email });
    await pass(browser);
    await browser.submit(`${PAGE}/relier`, { suite: '/' });
    named({ email: other.email });
    const page = (await pass(browser)).headers.location as string;
    expect((await browser.submit(`${PAGE}/relier`, { suite: '/' }, page)).status).toBe(409);
  });
});

describe('nobody’s address', () => {
  test('opens the request with what is known; accepted, the account opens by ProConnect', async () => {
    const { db } = site.dependencies;
    const siret = nextSiret();
    const structure = await createStructure(db, { siret, name: 'Mairie connue' });
    const referent = await createUser(db, { affiliations: { [structure]: ['referent'] } });
    const person = named({ siret, given_name: 'Ada <b>', usual_name: "O'Brien" });
    const browser = site.visitor();
    const page = (await pass(browser)).headers.location as string;
    expect(page).toBe(`/account-requests/add?structure=${structure}`);
    const { text } = await browser.get(page);
    expect(text).toContain('ProConnect vous connaît\u00a0: Ada &lt;b&gt; O');
    expect(text).toContain(`value="${person.email}"`);
    expect(text).toContain('Ada &lt;b&gt;');
    const fields = { ...filledIn(structure, person.email ?? ''), first_name: 'Ada', last_name: "O'Brien" };
    const sent = await browser.submit('/account-requests/add', fields, page);
    expect(sent.headers.location).toBe('/account-requests/envoyee?transmise=1');
    const request = await lastRequest(db, 'account_request', { email: person.email });
    expect(request).toMatchObject({ state: 'pending', vouched_by: 'ProConnect' });
    await site.runJobs();
    expect(site.mailbox.to(referent.email).at(-1)?.subject).toContain('compte');
    const decider = await site.signedIn(referent.email);
    expect((await decider.get('/mes-structures')).text).toContain('ProConnect\u00a0: Ada');
    await decider.submit(
      `/mes-structures/${structure}/demandes/${request.id}/accepter`,
      {},
      '/mes-structures',
    );
    const again = site.visitor();
    expect((await pass(again)).headers.location).toBe('/');
    expect(await isIn(again)).toBe(true);
  });

  test('with another address than theirs is confirmed as anybody’s', async () => {
    const { db } = site.dependencies;
    const structure = await createStructure(db);
    named();
    const browser = site.visitor();
    expect((await pass(browser)).headers.location).toBe('/account-requests/add');
    const fields = filledIn(structure, 'pas.la.mienne@structure.example');
    const sent = await browser.submit(
      '/account-requests/add',
      fields,
      `/account-requests/add?structure=${structure}`,
    );
    expect(sent.headers.location).toBe('/account-requests/envoyee');
    expect(await lastRequest(db, 'account_request', { email: fields.email })).toMatchObject({
      state: 'email_unconfirmed',
      vouched_by: null,
    });
  });

  test('a SIRET that the list has not is looked for by hand', async () => {
    named({ siret: '00000000000000' });
    expect((await pass(site.visitor())).headers.location).toBe('/account-requests/add');
  });
});

describe('an answer that is not to be believed lets nobody in', () => {
  const FAULTS: NonNullable<Federation['fault']>[] = [
    'other_key',
    'other_audience',
    'other_issuer',
    'other_nonce',
    'expired',
    'unsigned_userinfo',
    'userinfo_of_another',
    'userinfo_other_key',
    'userinfo_other_audience',
  ];
  test.each(FAULTS)('%s', async (fault) => {
    await linked();
    federation.fault = fault;
    const browser = site.visitor();
    const answer = await pass(browser);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('personne n’a été identifié');
    expect(await isIn(browser)).toBe(false);
    federation.fault = undefined;
    expect((await pass(browser)).headers.location).toBe('/');
  });

  test('of another browser, brought again, of nothing that was asked', async () => {
    await linked();
    const [mine, thiefs] = [site.visitor(), site.visitor()];
    const { headers } = await mine.get(PAGE);
    const back = await federation.pass(headers.location as string);
    expect((await thiefs.get(back)).status).toBe(403);
    expect((await mine.get(back)).status).toBe(303);
    expect((await mine.get(back)).status).toBe(403);
    expect((await thiefs.get(`${PAGE}/retour?code=abc&state=abc`)).status).toBe(403);
    expect((await thiefs.get(`${PAGE}/retour`)).status).toBe(403);
    expect((await thiefs.get(`${PAGE}/retour?state=a&state=b`)).status).toBe(403);
    expect(await isIn(thiefs)).toBe(false);
  });

  test('too late', async () => {
    await linked();
    const browser = site.visitor();
    const { headers } = await browser.get(PAGE);
    const back = await federation.pass(headers.location as string);
    site.clock.advance(11 * 60_000);
    expect((await browser.get(back)).status).toBe(403);
  });

  test('without an address', async () => {
    named({ email: 'pas une adresse' });
    expect((await pass(site.visitor())).status).toBe(403);
  });

  test('refused there, the person comes back to the page of sign-in', async () => {
    named();
    federation.fault = 'refuses';
    const browser = site.visitor();
    const answer = await pass(browser, '/aide');
    expect(answer.headers.location).toBe('/connexion?suite=%2Faide');
    expect((await browser.get('/connexion')).text).toContain('pas été identifié par ProConnect');
  });

  test('two tabs each come back to where they were going', async () => {
    await linked();
    const browser = site.visitor();
    const [first, second] = [
      await browser.get(`${PAGE}?suite=/aide`),
      await browser.get(`${PAGE}?suite=/actualites`),
    ];
    const back = await federation.pass(first.headers.location as string);
    const other = await federation.pass(second.headers.location as string);
    expect((await browser.get(other)).headers.location).toBe('/actualites');
    expect((await browser.get(back)).headers.location).toBe('/aide');
  });
});

test.each<[NonNullable<Federation['fault']>, number]>([
  ['broken', 2_000],
  ['silent', 15_000],
])('%s, ProConnect is said to be down, and the other ways in stay', async (fault, patience) => {
  const down = await createTestSite({
    environment: federatedBy(federation),
  });
  federation.fault = fault;
  const began = performance.now();
  const answer = await down.visitor().get(PAGE);
  expect(performance.now() - began).toBeLessThan(patience);
  expect(answer.status).toBe(503);
  expect(answer.text).toContain('ProConnect ne répond pas');
  federation.fault = undefined;
  expect((await down.visitor().get(PAGE)).status).toBe(303);
  await down.close();
});

describe('signing out', () => {
  test('ends the session there too, through a page of ours', async () => {
    await linked();
    const browser = site.visitor();
    await pass(browser);
    const left = await browser.submit('/deconnexion', {}, '/mon-compte');
    expect(left.headers.location).toBe(`${PAGE}/sortie`);
    expect(await isIn(browser)).toBe(false);
    const page = await browser.get(`${PAGE}/sortie`);
    expect(page.headers.refresh).toMatch(new RegExp(`^0; url=${federation.issuer}/session/end\\?`));
    expect(page.text).toContain('id_token_hint=');
    expect((await browser.get(`${PAGE}/sortie`)).headers.location).toBe('/connexion');
  });

  test.each([
    [
      'CAS',
      '/cas/logout?service=https%3A%2F%2Fretour.example%2Fcas%2Fadieu',
      'https://retour.example/cas/adieu',
    ],
    ['OpenID Connect', '/oidc/session/end/confirm', 'https://retour.example/parti?state=un%20%26%20deux'],
  ])(
    'at the wish of a service (%s) does too, and gives it its browser back',
    async (_protocol, path, back) => {
      await linked();
      const { key } = await createService(site.dependencies.db, {
        addresses: {
          cas: ['https://retour.example/cas'],
          redirect: ['https://retour.example/'],
          post_logout: ['https://retour.example/parti'],
        },
      });
      const browser = site.visitor();
      await pass(browser);
      const wish = {
        client_id: key,
        post_logout_redirect_uri: 'https://retour.example/parti',
        state: 'un & deux',
      };
      const left = path.startsWith('/cas')
        ? await browser.get(path)
        : await browser.submit(path, wish, '/mon-compte');
      expect(left.headers.location).toBe(`${PAGE}/sortie`);
      expect(await isIn(browser)).toBe(false);
      const { headers } = await browser.get(`${PAGE}/sortie`);
      const sent = new URL(String(headers.refresh).slice('0; url='.length)).searchParams;
      expect(sent.get('post_logout_redirect_uri')).toBe(`http://localhost:3000${PAGE}/sortie`);
      const returned = await browser.get(`${PAGE}/sortie?state=${sent.get('state')}`);
      expect(returned.headers.location).toBe(back);
      // Once; and for nobody who was not sent there.
      for (const one of [browser, site.visitor()])
        expect((await one.get(`${PAGE}/sortie?state=${sent.get('state')}`)).headers.location).toBe(
          '/connexion',
        );
    },
  );

  test('of a session that a password opened leads to the page of sign-in', async () => {
    const { user } = await linked();
    const browser = await site.signedIn(user.email);
    expect((await browser.submit('/deconnexion', {}, '/mon-compte')).headers.location).toBe('/connexion');
  });
});

test('unlinked, it no longer opens the account, other sessions end, and the person is told', async () => {
  const { user, browser } = await linked();
  const other = site.visitor();
  await pass(other);
  expect((await browser.get('/mon-compte/proconnect')).text).toContain('Délier ProConnect');
  expect((await browser.submit('/mon-compte/proconnect/delier', {}, '/mon-compte/proconnect')).status).toBe(
    303,
  );
  expect(await isIn(other)).toBe(false);
  expect(await isIn(browser)).toBe(true);
  expect((await pass(site.visitor())).headers.location).toContain('/relier');
  await site.runJobs();
  expect(site.mailbox.to(user.email).at(-1)?.subject).toBe('ProConnect n’est plus relié à votre compte');
  expect((await browser.get('/mon-compte/proconnect')).text).toContain('Relier ProConnect');
});
