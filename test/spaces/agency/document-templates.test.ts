import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { templateKindLabels, templateKinds } from '#follow-up/documents/templates/fields.ts';
import { templateFaults } from '#follow-up/documents/templates/rules.ts';
import { currentTemplates, getTemplates } from '#follow-up/documents/templates/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { lastEntry } from '../../support/journal.ts';
import { textOfPdf } from '../../support/pdf.ts';
import { createUser } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';

let site: TestSite;
let manager: Visitor;
let colleague: Visitor;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-02T09:00:00Z' });
  const { db } = site.dependencies;
  manager = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
  colleague = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
});
afterAll(() => site.close());

/** What a page says, without its marks. */
const wordsOf = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ (?=[.,])/g, '');

const LIST = '/agence/modeles-de-documents';
const PAGE = `${LIST}/attestation-de-participation`;
const CERTIFICATE = `${LIST}/certificat-de-realisation`;
const templates = () => getTemplates(site.dependencies, 'participation');
const BODY = '# Attestation\n\n{personne} a suivi {action}.\n\n{verification}';

describe('the templates with which the application begins', () => {
  test('are one of each kind, published and without a fault, and said to be read again', async () => {
    const list = wordsOf((await manager.get(LIST)).text);
    for (const kind of templateKinds) {
      const { current, draft, published } = await getTemplates(site.dependencies, kind);
      expect(current, kind).toMatchObject({ version: 1, publishedBy: null });
      expect([draft, published.length], kind).toEqual([undefined, 1]);
      expect(templateFaults(kind, current.body), kind).toEqual([]);
      expect(list).toContain(templateKindLabels[kind]);
    }
    expect(list.match(/Modèle à relire par l’agence/g)).toHaveLength(templateKinds.length);
    const page = wordsOf((await manager.get(CERTIFICATE)).text);
    expect(page).toContain('que le texte est bien celui du modèle en vigueur du ministère');
    expect(page).toContain('Je soussigné(e) **{representant}**');
  });

  test('are what documents are drawn by, their fixed words in place', async () => {
    const found = await currentTemplates(site.dependencies.db, ['certificate', 'convention']);
    expect([...found.keys()].sort()).toEqual(['certificate', 'convention']);
    expect(found.get('certificate')?.source).toContain('représentant légal du dispensateur');
    expect(found.get('convention')?.source).toContain('Prix de l’action\u00a0: 0 €');
  });
});

describe('a draft', () => {
  test('is saved with its faults, which keep it from being published, line by line (A12)', async () => {
    const body = '# Attestation\n\n{personne} et {inconnu}\n\n{verification}';
    expect((await manager.submit(PAGE, { body, revision: '0' })).status).toBe(303);
    const page = wordsOf((await manager.get(PAGE)).text);
    expect(page).toContain('Ce brouillon ne peut pas être publié');
    expect(page).toContain('Ligne 3 : {inconnu} n’est pas un champ de ce modèle. {personne} et {inconnu}');
    const publish = await manager.get(`${PAGE}/publier`);
    expect(publish.text).not.toContain('Publier la version 2');
    const refused = await manager.submit(`${PAGE}/publier`, { revision: '1' }, `${PAGE}/publier`);
    expect(refused.status).toBe(422);
    expect(wordsOf(refused.text)).toContain('Ligne 3 : {inconnu} n’est pas un champ de ce modèle.');
    expect((await templates()).current.version).toBe(1);
  });

  test('that somebody else saved meanwhile is shown beside what was typed', async () => {
    const stale = await colleague.submit(PAGE, { body: 'Autre\n\n{verification}', revision: '0' });
    expect(stale.status).toBe(409);
    expect(wordsOf(stale.text)).toContain('Quelqu’un d’autre a enregistré des modifications');
    expect(stale.text).toContain('{inconnu}');
    expect(stale.text).toContain('Autre');
    // The page now holds the present revision: sent again, it is saved.
    expect(stale.text).toContain('name="revision" value="1"');
    expect((await colleague.submit(PAGE, { body: BODY, revision: '1' })).status).toBe(303);
  });

  test('is published once its changes were shown, and the version before is kept', async () => {
    const page = wordsOf((await manager.get(`${PAGE}/publier`)).text);
    expect(page).toContain('Retiré : # Attestation de participation');
    expect(page).toContain('Ajouté : # Attestation');
    expect(page).toContain('Publier la version 2');
    const sent = await manager.submit(`${PAGE}/publier`, { revision: '2' }, `${PAGE}/publier`);
    expect(sent.headers.location).toBe(PAGE);
    const { current, draft, published } = await templates();
    expect([current.version, current.body, draft, published.length]).toEqual([2, BODY, undefined, 2]);
    expect((await lastEntry(site.dependencies.db, 'document_template.published'))?.details).toEqual({
      document: 'participation',
      version: 2,
    });
    const first = wordsOf((await manager.get(`${PAGE}/versions/1`)).text);
    expect(first).toContain('Remplacée depuis. Modèle de départ, à relire par l’agence.');
    const second = wordsOf((await manager.get(`${PAGE}/versions/2`)).text);
    expect(second).toContain('Ce qui a changé depuis la version 1');
    expect((await manager.get(`${PAGE}/versions/3`)).status).toBe(404);
    expect(wordsOf((await manager.get(PAGE)).text)).not.toContain('Modèle à relire par l’agence');
  });

  test('that changes nothing is not published, and one that is given up is gone', async () => {
    await manager.submit(PAGE, { body: BODY, revision: '0' });
    const same = await manager.submit(`${PAGE}/publier`, { revision: '1' }, PAGE);
    expect(same.status).toBe(422);
    expect(wordsOf(same.text)).toContain('Rien n’a changé');
    const late = await manager.submit(`${PAGE}/abandonner`, { revision: '9' }, PAGE);
    expect(late.status).toBe(409);
    await manager.submit(`${PAGE}/abandonner`, { revision: '1' }, PAGE);
    expect((await templates()).draft).toBeUndefined();
    expect((await manager.get(`${PAGE}/publier`)).status).toBe(404);
  });

  test('without a word is refused, what was typed kept', async () => {
    const empty = await manager.submit(PAGE, { body: ' ', revision: '0' });
    expect(empty.status).toBe(422);
    const long = await manager.submit(PAGE, { body: 'a'.repeat(20_001), revision: '0' });
    expect(long.status).toBe(422);
  });
});

describe('a published version', () => {
  test('changes for nobody, and is not deleted', async () => {
    const { db } = site.dependencies;
    const rows = () => db('document_templates').whereNotNull('published_at');
    await expect(rows().update({ body: 'x' })).rejects.toThrow('never changed');
    await expect(rows().delete()).rejects.toThrow('never changed');
  });

  test('of the certificate keeps the words of the ministry', async () => {
    const body = '# Certificat\n\n{verification}';
    await manager.submit(CERTIFICATE, { body, revision: '0' });
    const refused = await manager.submit(`${CERTIFICATE}/publier`, { revision: '1' }, CERTIFICATE);
    expect([refused.status, wordsOf(refused.text)]).toEqual([
      422,
      expect.stringContaining('Il manque {texte_certificat}, seul sur une ligne.'),
    ]);
  });
});

test('two who publish the same draft publish it once', async () => {
  const page = `${LIST}/convocation`;
  await manager.submit(page, { body: '# Convocation\n\n{personne}\n\n{verification}', revision: '0' });
  const answers = await Promise.all([
    manager.submit(`${page}/publier`, { revision: '1' }, page),
    colleague.submit(`${page}/publier`, { revision: '1' }, page),
  ]);
  // The second finds no draft any more.
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 404]);
  expect((await getTemplates(site.dependencies, 'convocation')).published).toHaveLength(2);
});

test('the preview is a PDF of the draft, or of a version', async () => {
  const saved = '# Certificat modifié\n\n{texte_certificat}\n\n{verification}';
  await manager.submit(CERTIFICATE, { body: saved, revision: '1' });
  const read = async (query = '') => {
    const sent = await manager
      .get(`${CERTIFICATE}/apercu.pdf${query}`)
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(null, Buffer.concat(chunks)));
      });
    return sent.status === 200 ? textOfPdf(sent.body) : sent.status;
  };
  expect(await read()).toContain('Certificat modifié');
  expect(await read('?version=1')).toContain('Certificat de réalisation');
  expect(await read('?version=2')).toBe(404);
  await manager.submit(CERTIFICATE, { body: '{inconnu}', revision: '2' });
  expect(await read()).toBe(409);
});

test('a page takes no more than four statements', async () => {
  for (const page of [LIST, PAGE, `${PAGE}/versions/2`]) {
    const statements = await recordStatements(() => manager.get(page));
    expect(statements.length, page).toBeLessThanOrEqual(4);
  }
});

test('there is no template of another name', async () => {
  for (const name of ['inconnu', 'constructor', 'participation'])
    expect((await manager.get(`${LIST}/${name}`)).status).toBe(404);
});
