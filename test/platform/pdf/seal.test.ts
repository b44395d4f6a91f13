import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '#platform/config.ts';
import { makePdf } from '#platform/pdf/document.ts';
import { createSeal, SEAL_PASSWORD, sealOf } from '../../support/seal.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'seal-'));
afterAll(() => rmSync(directory, { recursive: true }));
const p12 = createSeal();
const at = new Date('2026-12-01T09:00:00Z');

const make = (
  seal?: { key: { p12: Uint8Array; password: string }; name: string; reason: string },
  title = 'Convention',
) =>
  makePdf({ title, footer: 'Convention n° 1', at, ...(seal ? { seal } : {}) }, (pdf) => {
    pdf.heading('Convention');
    pdf.paragraph('Entre les parties.');
  });
const key = { p12, password: SEAL_PASSWORD };
const seal = {
  key,
  name: 'Cap Métiers Nouvelle-Aquitaine',
  reason: 'Convention n° 2026-CONV-000001 (« é »)',
};

describe('a sealed document', () => {
  test('is whole, and its seal is good for all of it', async () => {
    const pdf = await make(seal);
    const found = sealOf(pdf);
    expect(found).toMatchObject({ coversAll: true, isIntact: true, namesItsCertificate: true });
    expect(found?.certificate.subject).toContain('O=Cap Métiers Nouvelle-Aquitaine');
    expect(pdf.toString('latin1')).toContain('/SubFilter /ETSI.CAdES.detached');
    // It is still the tagged document that a screen reader follows.
    expect(pdf.toString('latin1')).toMatch(/\/MarkInfo|\/StructTreeRoot/);
  });

  test('with one bit changed, it is not', async () => {
    const pdf = await make(seal);
    const changed = Buffer.from(pdf);
    changed[100] = (changed[100] ?? 0) ^ 1;
    expect(sealOf(changed)).toMatchObject({ isIntact: false });
  });

  test('the same words, moment and certificate make the same bytes', async () => {
    expect(await make(seal)).toEqual(await make(seal));
  });

  test('a title that looks like a seal harms none', async () => {
    const pdf = await make(seal, 'Titre /ByteRange [0 /********** /********** /**********] /Contents <00>');
    expect(sealOf(pdf)).toMatchObject({ coversAll: true, isIntact: true });
  });

  test('without a certificate there is no trace of one', async () => {
    expect(sealOf(await make())).toBeUndefined();
  });
});

describe('the configuration', () => {
  const configured = (file: Uint8Array | string, password = SEAL_PASSWORD) => {
    const name = path.join(directory, 'cachet.p12');
    writeFileSync(name, file);
    return readConfig({ NODE_ENV: 'test', DOCUMENT_SEAL_P12: name, DOCUMENT_SEAL_PASSWORD: password })
      .documentSeal;
  };

  test('reads whom the certificate names', () => {
    expect(configured(p12)).toMatchObject({ name: 'Cap Métiers Nouvelle-Aquitaine' });
    expect(readConfig({ NODE_ENV: 'test' }).documentSeal).toBeUndefined();
  });

  test.each<[what: string, file: Uint8Array | string, password: string, message: string]>([
    ['a wrong password', p12, 'autre', 'le mot de passe n’est pas le bon'],
    ['something else', 'x', SEAL_PASSWORD, 'ce n’est pas un fichier PKCS#12'],
    [
      'a certificate that is over',
      createSeal({ until: new Date('2024-01-01') }),
      SEAL_PASSWORD,
      'le certificat est expiré',
    ],
    [
      'a certificate of later',
      createSeal({ from: new Date('2089-01-01') }),
      SEAL_PASSWORD,
      'pas encore valable',
    ],
  ])('refuses %s at the start, in words', (_, file, password, message) => {
    expect(() => configured(file, password)).toThrow(message);
  });

  test('refuses a file that is not there', () => {
    expect(() => readConfig({ NODE_ENV: 'test', DOCUMENT_SEAL_P12: '/nulle/part.p12' })).toThrow(
      'ne peut pas être lu',
    );
  });
});
