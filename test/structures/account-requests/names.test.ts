import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountRequestForm } from '#structures/account-requests/schemas.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { mailsIn } from '../../support/mails.ts';
import { createStructure } from '../../support/people.ts';
import { filledIn } from './forms.ts';

const { last_name: nameField } = accountRequestForm.shape;

describe('a name is a name', () => {
  test.each([
    'Jean-Gaël',
    'D’Escale',
    'Nguyễn',
    'Nguyễn'.normalize('NFD'),
    'M. Ali B.',
    'J.-P.',
    'J.P. Léa',
    'Ó Súilleabháin',
    'Владимир',
    '李',
    'é'.repeat(60),
  ])('%s', (name) => {
    expect(nameField.safeParse(name)).toEqual({ success: true, data: name.normalize('NFC') });
  });

  test.each([
    ['an address', 'Gagnez 500€ sur https://evil.example', 'Utilisez des lettres'],
    ['an address without its scheme', 'Gagnez sur evil.example', 'Utilisez des lettres'],
    ['an address cut by an apostrophe', "l'evil.fr", 'Utilisez des lettres'],
    ['figures', 'Appelez le 0899', 'Utilisez des lettres'],
    ['an e-mail', 'moi@evil', 'Utilisez des lettres'],
    ['a picture', '🎁 Cadeau', 'Utilisez des lettres'],
    ['no letter', "-. '", 'Utilisez des lettres'],
    ['two lines', 'Ali\u2028https:', 'Utilisez des lettres'],
    ['61 characters', 'é'.repeat(61), '60 caractères au plus'],
    ['nothing', ' \u00a0 ', 'Saisissez votre nom.'],
  ])('not %s', (_what, name, words) => {
    expect(nameField.safeParse(name).error?.issues[0]?.message).toContain(words);
  });
});

describe('on « Demande de création de compte »', () => {
  let site: TestSite;
  let structureId: number;
  beforeAll(async () => {
    site = await createTestSite();
    structureId = await createStructure(site.dependencies.db);
  });
  afterAll(() => site.close());
  const PAGE = '/account-requests/add';

  test.each([
    ['last_name', 'Gagnez 500€ sur https://evil.example', 'Utilisez des lettres'],
    ['first_name', 'Gagnez sur evil.example', 'Utilisez des lettres'],
    ['job_title', 'Gagnez 500€ sur https://evil.example', 'Choisissez votre fonction dans la liste.'],
  ])('nobody writes to a stranger through %s', async (field, value, words) => {
    const email = 'inconnue@structure.example';
    const fields = { ...filledIn(structureId, email), [field]: value };
    const { status, text } = await site.visitor().submit(PAGE, fields);
    expect(status).toBe(422);
    expect(text).toContain(words);
    expect(text).toContain(`href="#${field}"`);
    expect(await mailsIn(site.dependencies.db, { recipient: email })).toEqual([]);
  });

  test('before the confirmation, the e-mail repeats nothing that was typed', async () => {
    const email = 'salutations@structure.example';
    await site.visitor().submit(PAGE, {
      ...filledIn(structureId, email),
      first_name: 'Bravo',
      last_name: 'Vous Avez Gagné',
    });
    await site.runJobs();
    const [mail] = site.mailbox.to(email);
    expect(mail?.text).toMatch(/^Bonjour,\n/);
    expect(mail?.text).toContain('le mot de passe que vous avez choisi dans votre demande');
    for (const content of [mail?.subject, mail?.text, mail?.html]) {
      expect(content).not.toMatch(/Bravo|Gagné|Conseiller/);
    }
  });
});
