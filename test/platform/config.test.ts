import { describe, expect, test } from 'vitest';
import { ConfigError, DEMO_SECRET, readConfig } from '../../src/config.ts';

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://parcourspro:secret@db/parcourspro',
  SMTP_URL: 'smtps://mail.example:465',
  PUBLIC_URL: 'https://pro.example/',
  APP_SECRET: 'x'.repeat(48),
};

test('an empty environment is the demo', () => {
  const config = readConfig({});
  expect(config).toMatchObject({ databaseUrl: undefined, port: 3000, publicUrl: 'http://localhost:3000' });
  expect(config.demo).toEqual({ directory: '.demo', mailboxPort: 1080, smtpPort: 1025 });
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
    ['a short secret', { APP_SECRET: 'court' }, 'APP_SECRET'],
  ])('%s', (_name, change, variable) => {
    expect(() => readConfig({ ...production, ...change })).toThrow(ConfigError);
    expect(() => readConfig({ ...production, ...change })).toThrow(variable);
  });
});

test('an https address needs a proxy’s word and a secret of its own, in production or not', () => {
  expect(readConfig(production).trustProxy).toBe(1);
  expect(readConfig({ ...production, TRUST_PROXY: '2' }).trustProxy).toBe(2);
  expect(() => readConfig({ ...production, TRUST_PROXY: '0' })).toThrow('TRUST_PROXY');
  expect(() => readConfig({ ...production, NODE_ENV: 'development', APP_SECRET: DEMO_SECRET })).toThrow(
    'APP_SECRET',
  );
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
