import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { passwordLinks } from '../../support/accounts.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { HOUR } from '../../support/database.ts';
import { createUser } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { recordStatements } from '../../support/statements.ts';
import { allWaitingFor, thePerson } from '../../support/waiting.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const PAGE = '/mot-de-passe-oublie';
const NEW = { password: 'Girafe-Violette-2026', password_confirmation: 'Girafe-Violette-2026' };
const linkFor = async (email: string) => {
  await site.visitor().submit(PAGE, { email });
  await site.runJobs();
  return site.mailbox.latestLink(email);
};

test('known and unknown e-mails get the same answer for the same statements', async () => {
  const { email: known } = await createUser(site.dependencies.db);
  const unknown = 'personne@ailleurs.example';
  const answers = [];
  for (const email of [known, unknown]) {
    const visitor = site.visitor();
    const token = await visitor.token(PAGE);
    let response: Awaited<ReturnType<typeof visitor.post>> | undefined;
    const statements = await recordStatements(async () => {
      response = await visitor.post(PAGE, { _csrf: token, email });
    });
    const page = await visitor.get(response?.headers.location ?? '');
    answers.push({ status: response?.status, text: page.text, statements });
  }
  expect(answers[0]?.status).toBe(303);
  expect(answers[0]?.text).toContain('Consultez votre boîte mail');
  expect(answers[1]).toEqual(answers[0]);
  await site.runJobs();
  expect(site.mailbox.to(known)[0]?.text).toContain('/mot-de-passe-oublie/');
  expect(site.mailbox.to(unknown)[0]?.subject).toBe('Aucun compte Cap Métiers avec cette adresse');
  expect(await passwordLinks(site.dependencies.db)).toHaveLength(1);
});

test('an address that mail cannot reach is told so, whether or not an account has it', async () => {
  const { db } = site.dependencies;
  await createUser(db, { email: 'hélène@structure.example' });
  const before = await passwordLinks(db);
  for (const email of ['hélène@structure.example', 'héloïse@structure.example']) {
    const { status, text } = await site.visitor().submit(PAGE, { email });
    expect([status, text.includes('Le signe «\u00a0é\u00a0»')], email).toEqual([422, true]);
  }
  expect(await passwordLinks(db)).toEqual(before);
});

test('the link changes the password once, ends every session of the person, and a notice follows', async () => {
  const { db } = site.dependencies;
  const { email } = await createUser(db);
  const neighbour = await createUser(db);
  const open = await site.signedIn(email);
  const others = await site.signedIn(neighbour.email);
  const link = await linkFor(email);
  const second = await linkFor(email);
  const visitor = site.visitor();
  const opened = await visitor.get(link);
  expect(opened.status).toBe(200);
  expect(opened.headers['cache-control']).toBe('no-store');
  const links = await passwordLinks(db);
  expect(links.every(({ used_at }) => used_at === null)).toBe(true);
  expect(JSON.stringify(links)).not.toContain(link.split('/').at(-1));

  expect((await visitor.submit(link, NEW)).status).toBe(303);
  expect((await open.get('/')).headers.location).toBe('/connexion');
  expect((await others.get('/')).status).toBe(200);
  await expect(site.signedIn(email)).rejects.toThrow('sign-in');
  await site.signedIn(email, NEW.password);
  await site.runJobs();
  expect(site.mailbox.to(email).at(-1)?.subject).toBe('Votre mot de passe a été changé');

  for (const used of [link, second]) {
    for (const response of [await visitor.get(used), await visitor.submit(used, NEW, PAGE)]) {
      expect(response.status).toBe(410);
      expect(response.text).toContain('Ce lien a déjà servi');
      expect(response.text).toContain(`href="${PAGE}"`);
    }
  }
});

test('two uses at once: one changes the password', async () => {
  const { id, email } = await createUser(site.dependencies.db);
  const link = await linkFor(email);
  const visitor = site.visitor();
  const token = await visitor.token(link);
  const responses = await allWaitingFor(
    site.dependencies.db,
    thePerson(id),
    ['Girafe-Violette-2026', 'Zebre-Mandarine-2027!'].map(
      (password) => () => visitor.post(link, { _csrf: token, password, password_confirmation: password }),
    ),
  );
  expect(responses.map(({ status }) => status).sort()).toEqual([303, 410]);
});

test('after too many wrong tries, the new password works at once', async () => {
  const { email } = await createUser(site.dependencies.db);
  for (let index = 0; index < 11; index += 1) {
    await site.visitor().submit('/connexion', { identifiant: email, mot_de_passe: 'faux' });
  }
  await expect(site.signedIn(email)).rejects.toThrow('429');
  await site.visitor().submit(await linkFor(email), NEW);
  await site.signedIn(email, NEW.password);
});

test('too many requests for one e-mail are stopped, known or not', async () => {
  const { email: known } = await createUser(site.dependencies.db);
  for (const email of [known, 'insiste@ailleurs.example']) {
    const statuses = [];
    for (let index = 0; index < 6; index += 1) {
      statuses.push((await site.visitor().submit(PAGE, { email })).status);
    }
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
  }
});

describe('links and input that are no good', () => {
  test('expired after an hour', async () => {
    const { email } = await createUser(site.dependencies.db);
    const link = await linkFor(email);
    site.clock.advance(HOUR);
    for (const response of [await site.visitor().get(link), await site.visitor().submit(link, NEW, PAGE)]) {
      expect(response.status).toBe(410);
      expect(response.text).toContain('Ce lien a expiré');
    }
  });

  test.each(['x', '%00', '%FF', 'a'.repeat(3000), '../../etc', '<script>'])(
    'forged: %.20s',
    async (token) => {
      const visitor = site.visitor();
      for (const answer of [
        await visitor.get(`${PAGE}/${token}`),
        await visitor.submit(`${PAGE}/${token}`, NEW, PAGE),
      ]) {
        // A sign that mail readers put after a link is taken off first.
        const { location } = answer.headers;
        const response = answer.status === 303 && location ? await visitor.get(location) : answer;
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(500);
        expect(response.text).not.toContain('<script>alert');
      }
    },
  );

  test.each([
    ['missing', {}],
    ['not an e-mail', { email: 'moi' }],
    ['of 200 KB', { email: `${'a'.repeat(200_000)}@x.example` }],
    ['repeated', { email: ['a@x.example', 'b@x.example'] }],
    ['NUL', { email: 'a\u0000@x.example' }],
    ['a script', { email: '"><script>alert(1)</script>@x.example' }],
  ])('an e-mail %s', async (_what, fields) => {
    const { status, text } = await site.visitor().submit(PAGE, fields);
    expect(status).toBe(422);
    expect(text).toContain('href="#email"');
    expect(text).not.toContain('<script>alert');
  });

  test.each([
    ['missing', {}, 'Choisissez un nouveau mot de passe.'],
    ['weak', { password: 'court', password_confirmation: 'court' }, 'au moins 12 caractères'],
    ['different', { ...NEW, password_confirmation: 'x' }, 'différents'],
    ['repeated', { ...NEW, password: ['a', 'b'] }, 'Choisissez un nouveau mot de passe.'],
    [
      'of 200 KB',
      { password: 'a'.repeat(100_000), password_confirmation: 'a'.repeat(100_000) },
      '200 caractères',
    ],
    ['NUL', { password: 'a\u0000', password_confirmation: 'a\u0000' }, 'illisibles'],
  ])('a new password %s keeps the link usable', async (_what, fields, words) => {
    const { email } = await createUser(site.dependencies.db);
    const link = await linkFor(email);
    const { status, text } = await site.visitor().submit(link, fields);
    expect(status).toBe(422);
    expect(text).toContain(words);
    expect((await site.visitor().get(link)).status).toBe(200);
  });
});
