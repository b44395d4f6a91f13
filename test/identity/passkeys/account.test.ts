import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasCertificates } from '#identity/passkeys/ceremonies.ts';
import { passkeysOf } from '../../support/accounts.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { type Faults, TestPasskey } from '../../support/authenticator.ts';
import { journalOf } from '../../support/journal.ts';
import { createUser, TEST_PASSWORD } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { recordStatements } from '../../support/statements.ts';
import { allWaitingFor, thePerson } from '../../support/waiting.ts';
import { ADD, addPasskey, CONFIRM, confirmWith, optionsAt, PAGE, passkeyIdOf, signInWith } from './people.ts';

const QUARTER = 15 * 60_000;

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

async function person() {
  const user = await createUser(site.dependencies.db);
  return { ...user, browser: await site.signedIn(user.email) };
}
const keysOf = (userId: number) => passkeysOf(site.dependencies.db, userId);
const auditOf = async (userId: number) =>
  (await journalOf(site.dependencies.db, 'account.passkey%', { person_id: userId })).map(
    ({ action, actor_id, subject_kind, subject_id, details }) => ({
      action,
      actor_id,
      subject_kind,
      subject_id,
      details,
    }),
  );
const subjectsTo = async (email: string) => {
  await site.runJobs();
  return site.mailbox.to(email).map(({ subject }) => subject);
};

test('a passkey is added, listed, announced and written in the journal', async () => {
  const { id, email, browser } = await person();
  expect((await browser.get(PAGE)).text).toContain('Aucune clé d’accès');
  const passkey = await addPasskey(browser, 'Ordinateur <b>du</b> bureau');
  const list = await browser.get(PAGE);
  expect(list.text).toContain('Ordinateur &lt;b&gt;du&lt;/b&gt; bureau');
  expect(list.text).toContain('Jamais');
  const [row] = await keysOf(id);
  expect(row).toMatchObject({ credential_id: passkey.id, transports: ['internal'], last_used_at: null });
  expect(await subjectsTo(email)).toEqual(['Une clé d’accès a été ajoutée à votre compte']);
  expect(site.mailbox.to(email)[0]?.text).toContain('Ordinateur <b>du</b> bureau');
  expect(await auditOf(id)).toEqual([
    {
      action: 'account.passkey_added',
      actor_id: id,
      subject_kind: 'passkey',
      subject_id: row?.id,
      details: {},
    },
  ]);
});

test('what the browser is asked to make finds its owner by itself, under a name that is not theirs', async () => {
  const { email, browser } = await person();
  const first = await addPasskey(browser);
  const options = await optionsAt(browser, ADD);
  expect(options).toMatchObject({
    rp: { id: 'localhost' },
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: [{ id: first.id, transports: ['internal'] }],
    user: { id: first.userHandle, name: email },
  });
  expect(Buffer.from(options.user.id, 'base64url')).toHaveLength(16);
  const other = await person();
  expect((await optionsAt(other.browser, ADD)).user.id).not.toBe(first.userHandle);
});

describe('a new passkey is refused', () => {
  const certificates = new Map<string, unknown>([
    ['alg', -7],
    ['sig', Buffer.alloc(8)],
    ['x5c', [Buffer.alloc(8)]],
  ]);
  const faults: [string, Faults][] = [
    ['from another site', { origin: 'https://evil.example' }],
    ['made for another site', { rpId: 'evil.example' }],
    ['to a challenge that we did not make', { challenge: Buffer.alloc(56).toString('base64url') }],
    ['of a sign-in', { type: 'webauthn.get' }],
    ['from a frame', { crossOrigin: true }],
    ['without the person there', { present: false, verified: false }],
    ['without verifying who is there', { verified: false }],
    ['with certificates that nobody asked for', { attestation: certificates }],
    ['under another name', { id: Buffer.alloc(32, 3).toString('base64url') }],
  ];
  test.each(faults)('%s', async (_what, fault) => {
    const { id, browser } = await person();
    const reponse = new TestPasskey().create(await optionsAt(browser, ADD), fault);
    const refused = await browser.submit(ADD, { nom: 'Téléphone', reponse });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('n’a pas pu être vérifiée');
    expect(refused.text).toContain('value="Téléphone"');
    expect(await keysOf(id)).toEqual([]);
    expect(await auditOf(id)).toEqual([]);
  });

  test('a second time, in another session, or too late', async () => {
    const { id, email, browser } = await person();
    const passkey = new TestPasskey();
    const reponse = passkey.create(await optionsAt(browser, ADD));
    const elsewhere = await site.signedIn(email);
    expect((await elsewhere.submit(ADD, { nom: 'A', reponse })).status).toBe(422);
    expect((await browser.submit(ADD, { nom: 'A', reponse })).status).toBe(303);
    expect((await browser.submit(ADD, { nom: 'B', reponse })).status).toBe(422);
    const late = new TestPasskey().create(await optionsAt(browser, ADD));
    site.clock.advance(5 * 60_000 + 1);
    expect((await browser.submit(ADD, { nom: 'C', reponse: late })).text).toContain('Le délai');
    expect(await keysOf(id)).toHaveLength(1);
  });

  test('when it belongs to somebody already', async () => {
    const [first, second] = [await person(), await person()];
    const passkey = await addPasskey(first.browser);
    const reponse = passkey.create(await optionsAt(second.browser, ADD));
    const refused = await second.browser.submit(ADD, { nom: 'Volée', reponse });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('déjà enregistrée');
    expect(await keysOf(second.id)).toEqual([]);
  });

  test('beyond ten, also at the same moment', async () => {
    const { id, browser } = await person();
    for (let i = 0; i < 9; i += 1) await addPasskey(browser, `Clé ${i}`);
    const options = [await optionsAt(browser, ADD), await optionsAt(browser, ADD)];
    const _csrf = await browser.token(ADD);
    // Both have read the session before the first of them renews it.
    const answers = await allWaitingFor(
      site.dependencies.db,
      thePerson(id),
      options.map(
        (one) => () => browser.post(ADD, { _csrf, nom: 'Dixième', reponse: new TestPasskey().create(one) }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await keysOf(id)).toHaveLength(10);
    expect((await browser.get(`${ADD}/options`)).status).toBe(409);
    const list = await browser.get(PAGE);
    expect(list.text).toContain('10 clés au plus');
  });

  test('without a name, and what was made is kept for when it has one', async () => {
    const { id, browser } = await person();
    const reponse = new TestPasskey().create(await optionsAt(browser, ADD));
    const refused = await browser.submit(ADD, { nom: ' ', reponse });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Donnez un nom');
    const kept = /name="reponse" value="([^"]+)"/.exec(refused.text)?.[1] ?? '';
    expect(kept.replaceAll('&#34;', '"')).toBe(reponse);
    expect((await browser.submit(ADD, { nom: 'Nommée', reponse })).status).toBe(303);
    expect(await keysOf(id)).toHaveLength(1);
  });

  test.each([
    ['nothing', {}],
    ['no answer', { nom: 'A' }],
    ['not JSON', { nom: 'A', reponse: '{"id":' }],
    ['an answer repeated', { nom: 'A', reponse: ['{}', '{}'] }],
    ['a name too long', { nom: 'A'.repeat(61), reponse: '' }],
    ['a name with NUL', { nom: 'A\0', reponse: '' }],
    ['a script', { nom: '<script>alert(1)</script>', reponse: 'x' }],
    ['CBOR without sense', { nom: 'A', reponse: junk() }],
  ])('%s', async (_what, fields) => {
    const { browser } = await person();
    const { status, text } = await browser.submit(ADD, fields);
    expect(status).toBe(422);
    expect(text).toContain('data-error-summary');
    expect(text).not.toContain('<script>alert');
  });
});

test('an attestation with certificates is told from one without', () => {
  const options = { challenge: 'AA', rp: { id: 'localhost' }, user: { id: 'AA' } };
  const has = (attestation?: Map<string, unknown>) =>
    hasCertificates(JSON.parse(new TestPasskey().create(options, { attestation })));
  expect(has()).toBe(false);
  expect(has(new Map([['alg', -7]]))).toBe(false);
  expect(has(new Map<string, unknown>([['x5c', [Buffer.alloc(1)]]]))).toBe(true);
});

function junk(): string {
  const clientDataJSON = Buffer.from('{"type":"webauthn.create"}').toString('base64url');
  const response = { clientDataJSON, attestationObject: 'oWFh' };
  return JSON.stringify({ id: 'AA', rawId: 'AA', type: 'public-key', response });
}

describe('recently confirmed', () => {
  test('adding and removing ask again after fifteen minutes, and go on', async () => {
    const { id: userId, browser } = await person();
    const passkey = await addPasskey(browser);
    const id = await passkeyIdOf(site, passkey);
    const token = await browser.token(ADD);
    site.clock.advance(QUARTER + 1);
    for (const path of [ADD, `${PAGE}/${id}/retirer`]) {
      expect((await browser.get(path)).headers.location).toBe(`${CONFIRM}?suite=${encodeURIComponent(path)}`);
    }
    expect((await browser.get(PAGE)).status).toBe(200);
    const stopped = await browser.post(`${PAGE}/${id}/retirer`, { _csrf: token });
    expect(stopped.status).toBe(403);
    expect(stopped.text).toContain('Confirmez votre identité');
    expect((await browser.get(`${ADD}/options`)).status).toBe(303);
    expect(await keysOf(userId)).toMatchObject([{ id }]);
    const typed = { verification: TEST_PASSWORD, suite_verification: ADD };
    expect((await browser.submit(CONFIRM, typed)).status).toBe(422);
    const confirmed = await confirmWith(browser, passkey, ADD);
    expect(confirmed.headers.location).toBe(ADD);
    expect((await browser.get(ADD)).status).toBe(200);
  });
});

test('a passkey is renamed, and a notice tells of it', async () => {
  const { id: userId, email, browser } = await person();
  const id = await passkeyIdOf(site, await addPasskey(browser));
  const page = `${PAGE}/${id}/renommer`;
  expect((await browser.get(page)).text).toContain('value="Téléphone"');
  const refused = await browser.submit(page, { nom: '' });
  expect(refused.status).toBe(422);
  expect((await browser.submit(page, { nom: 'Tablette' })).headers.location).toBe(PAGE);
  expect((await browser.get(PAGE)).text).toContain('Tablette');
  await browser.submit(page, { nom: 'Tablette' });
  expect((await subjectsTo(email)).slice(1)).toEqual(['Une de vos clés d’accès a changé de nom']);
  const renamed = (await auditOf(userId)).filter(({ action }) => action === 'account.passkey_renamed');
  expect(renamed).toMatchObject([{ actor_id: userId, subject_id: id }]);
});

test('a passkey is removed after asking; the other sessions end', async () => {
  const { id: userId, email, browser } = await person();
  const [lost, kept] = [await addPasskey(browser, 'Perdue'), await addPasskey(browser, 'Gardée')];
  const [withLost, withKept, withPassword] = [site.visitor(), site.visitor(), await site.signedIn(email)];
  await signInWith(withLost, lost);
  await signInWith(withKept, kept);
  const id = await passkeyIdOf(site, lost);
  const page = `${PAGE}/${id}/retirer`;
  expect((await browser.get(page)).text).toContain('Retirer «&nbsp;Perdue&nbsp;»');
  expect((await browser.submit(page)).headers.location).toBe(PAGE);
  expect((await browser.get(PAGE)).text).not.toContain('Perdue</th>');
  for (const other of [withLost, withKept, withPassword]) {
    expect((await other.get('/mes-structures')).status).toBe(303);
  }
  expect((await browser.get('/mes-structures')).status).toBe(200);
  expect((await subjectsTo(email)).at(-1)).toBe('Une clé d’accès a été retirée de votre compte');
  expect((await auditOf(userId)).at(-1)).toMatchObject({
    action: 'account.passkey_removed',
    actor_id: userId,
    subject_id: id,
  });
  expect((await browser.submit(page, {}, PAGE)).status).toBe(404);
});

test('somebody else’s passkey does not exist', async () => {
  const [owner, other] = [await person(), await person()];
  const id = await passkeyIdOf(site, await addPasskey(owner.browser));
  for (const path of [`${PAGE}/${id}/renommer`, `${PAGE}/${id}/retirer`, `${PAGE}/0/retirer`]) {
    expect((await other.browser.get(path)).status).toBe(404);
    expect((await other.browser.submit(path, { nom: 'À moi' }, ADD)).status).toBe(404);
  }
  expect(await keysOf(owner.id)).toMatchObject([{ name: 'Téléphone' }]);
});

test('« Mes données » tells the names and dates of the keys, and nothing that signs', async () => {
  const { browser } = await person();
  const passkey = await addPasskey(browser);
  const { body, text } = await browser.submit('/mon-compte/mes-donnees', {}, '/mon-compte');
  expect(body.passkeys).toEqual([{ name: 'Téléphone', createdAt: expect.any(String), lastUsedAt: null }]);
  expect(text).not.toContain(passkey.id);
});

test('the pages cost few statements, the same with one key and with ten, and none writes', async () => {
  const { browser } = await person();
  const id = await passkeyIdOf(site, await addPasskey(browser));
  const pages = [PAGE, ADD, `${ADD}/options`, `${PAGE}/${id}/renommer`, `${PAGE}/${id}/retirer`];
  pages.push(CONFIRM, `${CONFIRM}/options`);
  const cost = async () => {
    const costs = [];
    for (const path of pages) {
      const statements = await recordStatements(async () => {
        expect((await browser.get(path)).status, path).toBe(200);
      });
      expect(statements.length, path).toBeLessThanOrEqual(4);
      expect(statements.filter((sql) => /^\s*(insert|update|delete)/i.test(sql))).toEqual([]);
      costs.push(statements.length);
    }
    return costs;
  };
  const few = await cost();
  for (let i = 0; i < 8; i += 1) await addPasskey(browser, `Clé ${i}`);
  expect(await cost()).toEqual(few);
});
