import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentKindsOf } from '#follow-up/documents/issuing/kind.ts';
import { certificate } from '#follow-up/documents/kinds/certificate.ts';
import { sampleCompletion } from '#follow-up/documents/kinds/samples.ts';
import { type TemplateKind, templateFields } from '#follow-up/documents/templates/fields.ts';
import { withLockedPassages } from '#follow-up/documents/templates/locked.ts';
import { previewTemplate } from '#follow-up/documents/templates/preview.ts';
import { namesOf } from '#follow-up/documents/templates/rules.ts';
import { getTemplates } from '#follow-up/documents/templates/service.ts';
import { makePdf } from '#platform/pdf/document.ts';
import { features } from '../../../../src/features.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { textOfPdf } from '../../../support/pdf.ts';

const issued = [...documentKindsOf(features).values()].map(({ key }) => key);
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ now: '2026-12-02T09:00:00Z' });
});
afterAll(() => database.drop());

const preview = async (kind: TemplateKind, body?: string) => {
  const { current } = await getTemplates(database.dependencies, kind);
  return textOfPdf(await previewTemplate(database.dependencies, kind, body ?? current.body));
};

test.each(issued)('the preview of %s is of nobody, and says that it is worth nothing', async (kind) => {
  const text = await preview(kind);
  expect(text).toContain('SPÉCIMEN');
  expect(text).toContain('aperçu du modèle, sans valeur');
  expect(text).toContain('Accompagner une démarche de VAE');
  expect(text).not.toMatch(/[{}]|\*\*|undefined|null/);
});

test.each(issued)('every field that a template of %s may name is printed', async (kind) => {
  const { texts, required } = namesOf(kind);
  const lines = texts.map((name) => `${name} = {${name}}.`);
  const body = [...lines, ...required.map((name) => `{${name}}`)].join('\n\n');
  const text = await preview(kind, body);
  for (const name of Object.keys(templateFields[kind].texts)) {
    expect(text, name).toMatch(new RegExp(`${name} = \\S`));
    expect(text, name).not.toContain(`${name} = .`);
  }
});

test('the certificate says the words of the ministry, and who signs where', async () => {
  const text = await preview('certificate');
  for (const words of [
    'Je soussigné(e) Dominique Exemple, Directrice, représentant légal du dispensateur de l’action concourant au développement des compétences Organisme d’exemple',
    'Mme Camille Exemple, salarié(e) de l’entreprise Structure d’exemple, a suivi l’action Accompagner une démarche de VAE',
    '10 h 30 (10,50 heures)',
    'pendant une durée de 3 ans à compter de la fin de l’année du dernier paiement',
    'Fait à Bordeaux, le 2 déc. 2026',
  ])
    expect(text).toContain(words);
});

describe('what somebody is called', () => {
  test.each([
    '**A** {nom} # <b>',
    '{personne}',
    '# titre',
    '![x](http://x)',
    '<script>alert(1)</script>',
    '- a\n- b',
  ])('« %s » is printed as it is (A12)', async (person) => {
    const { current } = await getTemplates(database.dependencies, 'certificate');
    const printed = {
      number: '2026-CERT-000001',
      code: '000000000000',
      version: 1,
      issuedAt: new Date('2026-12-02T09:00:00Z'),
      replaces: null,
      address: 'https://portail.example/verifier/000000000000',
      stamp: null,
    };
    const source = withLockedPassages('certificate', current.body);
    const pdf = await makePdf({ title: 'Essai', footer: '', at: printed.issuedAt }, (writer) =>
      certificate.write(writer, source, { ...sampleCompletion, person }, printed),
    );
    expect(await textOfPdf(pdf)).toContain(`${person.replace('\n', ' ')}, salarié(e) de l’entreprise`);
  });
});

test('a template with a fault has no preview', async () => {
  const broken = previewTemplate(database.dependencies, 'certificate', '# {inconnu}');
  await expect(broken).rejects.toThrow('Ligne 1\u00a0: {inconnu} n’est pas un champ de ce modèle.');
});
