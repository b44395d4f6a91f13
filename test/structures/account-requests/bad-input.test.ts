import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { requestsIn } from '../../support/requests.ts';
import { filledIn } from './forms.ts';

let site: TestSite;
let structureId: number;
beforeAll(async () => {
  site = await createTestSite();
  structureId = await createStructure(site.dependencies.db, { name: 'Mission locale du Médoc' });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const PAGE = '/account-requests/add';

describe('bad input', () => {
  const good = () => filledIn(structureId, 'saisie@structure.example');
  const fields = [
    'civility',
    'last_name',
    'first_name',
    'email',
    'password',
    'password_confirmation',
    'job_title',
  ];

  test.each(fields)('%s missing', async (field) => {
    const { status, text } = await site.visitor().submit(PAGE, { ...good(), [field]: '' });
    expect(status).toBe(422);
    expect(text).toContain(`href="#${field}"`);
    if (field !== 'last_name') expect(text).toContain('value="Proviste"');
    expect(text).not.toContain('Girafe-Violette');
  });

  test('the structure missing: the error leads to its box, with what was typed', async () => {
    const { status, text } = await site.visitor().submit(PAGE, { ...good(), structure_id: '', q: 'medoc' });
    expect(status).toBe(422);
    expect(text).toContain('href="#q"');
    expect(text).toContain('Choisissez votre structure');
    expect(text).toContain(`id="structure-${structureId}"`);
  });

  test.each([...fields, 'q', 'structure_id', 'phone', 'mobile'])('%s of 200 KB', async (field) => {
    const { status, text } = await site.visitor().submit(PAGE, { ...good(), [field]: 'é'.repeat(40_000) });
    expect(status).toBe(field === 'q' ? 303 : 422);
    expect(text).not.toContain('Girafe-Violette');
  });

  test.each([
    ['a script', '<script>alert(1)</script>'],
    ['NUL', 'a\u0000b'],
    ['only spaces', ' \u00a0\u200b '],
    ['SQL', "'; drop table users; --"],
  ])('every field at once made of %s', async (_what, value) => {
    const body = Object.fromEntries(Object.keys(good()).map((name) => [name, value]));
    const { status, text } = await site.visitor().submit(PAGE, body);
    expect(status).toBe(422);
    expect(text).not.toContain('<script>alert');
  });

  test('every field repeated', async () => {
    const body = Object.fromEntries(
      Object.entries(good()).map(([name, value]) => [name, [String(value), 'x']]),
    );
    const { status, text } = await site.visitor().submit(PAGE, body);
    expect(status).toBe(422);
    expect(text).toContain('plusieurs fois');
  });

  test('bytes that are not UTF-8', async () => {
    const visitor = site.visitor();
    const token = encodeURIComponent(await visitor.token(PAGE));
    const body = Object.keys(good()).map((name) => `${name}=%FF%FE`);
    const { status } = await visitor.agent
      .post(PAGE)
      .type('form')
      .send(`_csrf=${token}&${body.join('&')}`);
    expect(status).toBe(422);
  });

  test.each([
    ['too short', 'Court-1', 'Choisissez au moins 12 caractères'],
    ['easy to guess', 'Password-1234', 'mots que l’on essaie d’abord'],
    ['made of the name', 'Zorglubowski-1', 'tient à votre nom'],
  ])('a password %s', async (_what, password, words) => {
    const { status, text } = await site
      .visitor()
      .submit(PAGE, { ...good(), last_name: 'Zorglubowski', password, password_confirmation: password });
    expect(status).toBe(422);
    expect(text).toContain(words);
    expect(text).not.toContain(password);
  });

  test('two different passwords', async () => {
    const { status, text } = await site
      .visitor()
      .submit(PAGE, { ...good(), password_confirmation: 'Autre-2026-mot' });
    expect(status).toBe(422);
    expect(text).toContain('Les deux mots de passe sont différents');
  });

  test('nothing of all this was stored', async () => {
    const { db } = site.dependencies;
    expect(await requestsIn(db, 'account_request', { email: 'saisie@structure.example' })).toHaveLength(1);
  });

  test('other methods, and a form without its token, change nothing', async () => {
    expect((await site.visitor().agent.put(PAGE)).status).toBe(403);
    expect((await site.visitor().post(PAGE, good())).status).toBe(403);
  });
});
