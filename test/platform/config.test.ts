import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, DEMO_SECRET, readConfig } from '#platform/config.ts';

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://parcourspro:secret@db/parcourspro',
  SMTP_URL: 'smtps://mail.example:465',
  PUBLIC_URL: 'https://pro.example/',
  APP_SECRET: 'Vb3kq9sJ2mXw7LpTz4nRc8yHd6gFa1eUo5iKt0Qx',
};
const FORMER = 'h7Wq2ZpLx9VbN4sKd8RtYc3MfGj6EuA1oQi5TnXz';
const OLDER = 'Qm4rT8yLc2XvB9nJw6KsHd1ZpFg5EaU7oIt3RxVk';

test('an empty environment is the demo', () => {
  const config = readConfig({});
  expect(config).toMatchObject({ databaseUrl: undefined, port: 3000, publicUrl: 'http://localhost:3000' });
  expect(config.demo).toEqual({ directory: '.demo', mailboxPort: 1080, smtpPort: 1025, servicePort: 3080 });
});

test('a complete production starts, its address without a trailing slash', () => {
  expect(readConfig(production).publicUrl).toBe('https://pro.example');
});

describe('production refuses', () => {
  test.each([
    ['no database', { DATABASE_URL: '' }, 'DATABASE_URL'],
    ['no mail server', { SMTP_URL: undefined }, 'SMTP_URL'],
    ['no public address', { PUBLIC_URL: '' }, 'PUBLIC_URL'],
    ['an address without TLS', { PUBLIC_URL: 'http://pro.example' }, 'PUBLIC_URL'],
    ['the secret of the demo', { APP_SECRET: DEMO_SECRET }, 'APP_SECRET'],
    ['the secret of the example', { APP_SECRET: 'change-me-change-me-change-me-change-me' }, 'APP_SECRET'],
    ['no secret', { APP_SECRET: undefined }, 'APP_SECRET'],
    ['a secret of one letter', { APP_SECRET: 'a'.repeat(36) }, 'APP_SECRET'],
    ['a secret that repeats itself', { APP_SECRET: 'parcoursprohiver'.repeat(3) }, 'APP_SECRET'],
    ['a short secret', { APP_SECRET: 'court' }, 'APP_SECRET'],
    [
      'a secret with blanks',
      { APP_SECRET: 'une phrase longue de plus de trente-deux signes' },
      'sans espace',
    ],
    ['a secret that ends in a blank', { APP_SECRET: `${production.APP_SECRET} ` }, 'sans espace'],
    ['a secret of two lines', { APP_SECRET: `${FORMER}\n${OLDER}` }, 'sans espace'],
    ['the secret of the demo before', { APP_SECRET_PREVIOUS: DEMO_SECRET }, 'APP_SECRET_PREVIOUS'],
    [
      'the secret of the example before',
      { APP_SECRET_PREVIOUS: `${FORMER} change-me-change-me-change-me-change-me` },
      'APP_SECRET_PREVIOUS',
    ],
    ['a short secret before', { APP_SECRET_PREVIOUS: 'a' }, 'APP_SECRET_PREVIOUS'],
    [
      'a short secret among several before',
      { APP_SECRET_PREVIOUS: `${FORMER} court` },
      'APP_SECRET_PREVIOUS',
    ],
    [
      'a sentence before, which would be as many secrets as words',
      { APP_SECRET_PREVIOUS: 'une phrase longue de plus de trente-deux signes' },
      'APP_SECRET_PREVIOUS',
    ],
    ['a secret of one letter before', { APP_SECRET_PREVIOUS: 'a'.repeat(36) }, 'APP_SECRET_PREVIOUS'],
  ])('%s', (_name, change, variable) => {
    expect(() => readConfig({ ...production, ...change })).toThrow(ConfigError);
    expect(() => readConfig({ ...production, ...change })).toThrow(variable);
  });
});

test('an https address needs a proxy’s word and a secret of its own, in production or not', () => {
  expect(readConfig(production).trustProxy).toBe(1);
  expect(readConfig({ ...production, TRUST_PROXY: '2' }).trustProxy).toBe(2);
  expect(() => readConfig({ ...production, TRUST_PROXY: '0' })).toThrow('TRUST_PROXY');
  const elsewhere = { ...production, NODE_ENV: 'development' };
  expect(() => readConfig({ ...elsewhere, APP_SECRET: DEMO_SECRET })).toThrow('APP_SECRET');
  expect(() => readConfig({ ...elsewhere, APP_SECRET_PREVIOUS: DEMO_SECRET })).toThrow('APP_SECRET_PREVIOUS');
  expect(readConfig({}).trustProxy).toBe(0);
});

test('agency managers need a second factor in production, unless said otherwise', () => {
  expect(readConfig(production).agencySecondFactor).toBe('required');
  expect(readConfig({ ...production, AGENCY_SECOND_FACTOR: 'optional' }).agencySecondFactor).toBe('optional');
  expect(readConfig({}).agencySecondFactor).toBe('optional');
  expect(readConfig({ AGENCY_SECOND_FACTOR: 'required' }).agencySecondFactor).toBe('required');
  expect(readConfig({}).decisionUndoSeconds).toBe(30);
  expect(readConfig({ DECISION_UNDO_SECONDS: '0' }).decisionUndoSeconds).toBe(0);
  expect(() => readConfig({ DECISION_UNDO_SECONDS: '-1' })).toThrow('DECISION_UNDO_SECONDS');
  expect(() => readConfig({ AGENCY_SECOND_FACTOR: 'oui' })).toThrow('AGENCY_SECOND_FACTOR');
});

test('visitors share a page for two seconds at most', () => {
  expect(readConfig({}).visitorPagesMs).toBe(1000);
  expect(readConfig({ VISITOR_PAGES_MS: '0' }).visitorPagesMs).toBe(0);
  expect(() => readConfig({ VISITOR_PAGES_MS: '2001' })).toThrow('VISITOR_PAGES_MS');
});

test('a database without a mail server is refused everywhere: e-mails would be lost', () => {
  expect(() => readConfig({ DATABASE_URL: 'postgres://x/y' })).toThrow('SMTP_URL');
});

test('e-mails leave encrypted, save to this computer or when told otherwise', () => {
  expect(readConfig({ ...production, SMTP_URL: 'smtp://mail.example:587' }).smtpTls).toBe('required');
  expect(readConfig({ ...production, SMTP_URL: 'smtp://localhost:1025' }).smtpTls).toBe('optional');
  expect(readConfig({ ...production, SMTP_URL: 'smtp://mailpit:1025', SMTP_TLS: 'optional' }).smtpTls).toBe(
    'optional',
  );
  expect(() => readConfig({ ...production, SMTP_TLS: 'non' })).toThrow('SMTP_TLS');
});

test.each([
  ['Cap Métiers <noreply@pro.example>', 'Cap Métiers <noreply@pro.example>'],
  [' "Cap Métiers, Pro" < noreply@pro.example > ', '"Cap Métiers, Pro" <noreply@pro.example>'],
  ['noreply@pro.example', 'noreply@pro.example'],
  ['<noreply@pro.example>', 'noreply@pro.example'],
  ['Pro <noreply@mairie-évry.fr>', 'Pro <noreply@xn--mairie-vry-h7a.fr>'],
])('e-mails are sent from %s', (written, sender) => {
  expect(readConfig({ ...production, MAIL_FROM: written }).mailFrom).toBe(sender);
});

test.each([
  'Cap Métiers',
  'Cap Métiers <noreply>',
  'Cap Métiers <a@b.fr',
  '<a@b.fr> <c@d.fr>',
  'é@pro.example',
  'a@b.fr, c@d.fr',
])('e-mails are not sent from %s', (written) => {
  expect(() => readConfig({ ...production, MAIL_FROM: written })).toThrow('MAIL_FROM');
});

test('secrets come from files too, one way or the other', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'secret');
  writeFileSync(file, `${production.APP_SECRET}\n`);
  const { APP_SECRET: _unset, ...others } = production;
  expect(readConfig({ ...others, APP_SECRET_FILE: file }).secret).toBe(production.APP_SECRET);
  expect(() => readConfig({ ...production, APP_SECRET_FILE: file })).toThrow('APP_SECRET_FILE');
  expect(() => readConfig({ ...others, APP_SECRET_FILE: `${file}-absent` })).toThrow('ne peut pas être lu');
});

test('the secrets of before are read after the present one', () => {
  expect(readConfig(production).secrets).toEqual([production.APP_SECRET]);
  const after = (previous: string) => readConfig({ ...production, APP_SECRET_PREVIOUS: previous }).secrets;
  expect(after(FORMER)).toEqual([production.APP_SECRET, FORMER]);
  expect(after(`${FORMER} ${OLDER}\n`)).toEqual([production.APP_SECRET, FORMER, OLDER]);
  expect(after('  ')).toEqual([production.APP_SECRET]);
});

describe('ProConnect', () => {
  const all = {
    PROCONNECT_ISSUER: 'https://proconnect.example/api/v2',
    PROCONNECT_CLIENT_ID: 'portail',
    PROCONNECT_CLIENT_SECRET: 'secret',
  };

  test('is off until all of it is there', () => {
    expect(readConfig({}).proconnect).toBeUndefined();
    expect(readConfig(all).proconnect).toEqual({
      issuer: 'https://proconnect.example/api/v2',
      clientId: 'portail',
      clientSecret: 'secret',
    });
    for (const missing of Object.keys(all))
      expect(() => readConfig({ ...all, [missing]: '' })).toThrow('tous les trois, ou aucun');
  });

  test('is one federation, with or without a slash at the end of its address', () => {
    const { issuer } =
      readConfig({ ...all, PROCONNECT_ISSUER: `${all.PROCONNECT_ISSUER}/` }).proconnect ?? {};
    expect(issuer).toBe(all.PROCONNECT_ISSUER);
  });
});
