import { afterAll, beforeAll, expect, test } from 'vitest';
import { convention } from '#follow-up/conventions/kind.ts';
import type { DocumentKind, Facts } from '#follow-up/documents/issuing/kind.ts';
import { renderDocuments } from '#follow-up/documents/issuing/render.ts';
import { certificate } from '#follow-up/documents/kinds/certificate.ts';
import { currentTemplates } from '#follow-up/documents/templates/service.ts';
import { attendanceSheet } from '#follow-up/signing/sheet/kind.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createSeal, SEAL_PASSWORD, sealOf } from '../../support/seal.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const seal = { key: { p12: createSeal(), password: SEAL_PASSWORD }, name: 'Agence d’essai' };

async function drawn<F extends Facts>(kind: DocumentKind<F>, by: typeof seal | undefined): Promise<Buffer> {
  const template = (await currentTemplates(database.dependencies.db, [kind.key])).get(kind.key);
  if (!template) throw new Error('no template');
  const printed = {
    ...{ number: '2026-CONV-000001', code: '7H2K9QXM4TBN', version: 1, replaces: null, stamp: null },
    issuedAt: new Date('2026-11-20T10:00:00Z'),
    address: 'https://portail.example/verifier/7H2K9QXM4TBN',
  };
  const [made] = await renderDocuments(kind, template, [{ facts: kind.sample, printed }], by);
  return made?.content as Buffer;
}

test('what two parties rely on is sealed where there is a certificate, the rest never is (A17)', async () => {
  for (const kind of [convention, attendanceSheet]) {
    expect(sealOf(await drawn(kind as DocumentKind<Facts>, seal)), kind.key).toMatchObject({
      coversAll: true,
      isIntact: true,
    });
    expect(sealOf(await drawn(kind as DocumentKind<Facts>, undefined)), kind.key).toBeUndefined();
  }
  expect(sealOf(await drawn(certificate, seal))).toBeUndefined();
});
