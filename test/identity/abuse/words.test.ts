import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { filledIn } from '../../structures/account-requests/forms.ts';
import { described } from '../../structures/structure-requests/forms.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, nextSiret, TEST_PASSWORD } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { structureOf } from '../../support/structures.ts';

// Our e-mails go to any address that somebody types: they must not carry that person's words there.
const LURE = 'Compte suspendu : https://evil.example';
const STRANGER = 'inconnue@structure.example';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());
beforeEach(async () => {
  site.mailbox.clear();
  await forgetAttempts(site.dependencies.db);
});

const toStranger = async () => {
  await site.runJobs();
  return site.mailbox.to(STRANGER);
};

describe('« Ma structure n’est pas dans la liste »', () => {
  test.each(['name', 'acronym', 'brand', 'address', 'city', 'last_name', 'first_name'])(
    'no address through %s',
    async (field) => {
      const fields = { ...described(nextSiret(), STRANGER), [field]: LURE };
      const { status, text } = await site.visitor().submit('/referencement', fields);
      expect(status).toBe(422);
      expect(text).toContain(`href="#${field}"`);
      expect(await toStranger()).toHaveLength(0);
    },
  );

  test('the acknowledgement repeats nothing that was typed, save the checked SIRET', async () => {
    const siret = nextSiret();
    await site.visitor().submit('/referencement', {
      ...described(siret, STRANGER),
      name: 'Bravo.example',
      first_name: 'Vous',
      last_name: 'Avez Gagné',
    });
    const [mail] = await toStranger();
    expect(mail?.text).toMatch(/^Bonjour,\n/);
    expect(mail?.text.replaceAll(/\s/g, '')).toContain(siret);
    for (const part of [mail?.subject, mail?.text, mail?.html]) expect(part).not.toMatch(/Bravo|Gagné/);
  });
});

test('the confirmation of an account request leaves out a name of the list that would become a link', async () => {
  const { db } = site.dependencies;
  const siret = nextSiret();
  const structureId = await createStructure(db, { name: 'Gagnez sur bravo.example', siret });
  await site.visitor().submit('/account-requests/add', filledIn(structureId, STRANGER));
  const [mail] = await toStranger();
  expect(mail?.text.replaceAll(/\s/g, '')).toContain(siret);
  for (const part of [mail?.subject, mail?.text, mail?.html]) expect(part).not.toMatch(/bravo\.example/);
});

describe('« Mon compte »', () => {
  const DETAILS = {
    civility: 'M.',
    last_name: 'D’Essai',
    first_name: 'Zoé',
    job_title: '',
    phone: '',
    mobile: '',
  };
  test.each(['last_name', 'first_name', 'job_title'])('no address through %s', async (field) => {
    const user = await createUser(site.dependencies.db);
    const browser = await site.signedIn(user.email);
    const { status, text } = await browser.submit('/mon-compte', { ...DETAILS, [field]: LURE });
    expect(status).toBe(422);
    expect(text).toContain(`href="#${field}"`);
  });

  test('the e-mail to a new address, not confirmed yet, says no name', async () => {
    const user = await createUser(site.dependencies.db, { firstName: 'Vous', lastName: 'Avez Gagné' });
    const browser = await site.signedIn(user.email);
    await browser.submit('/mon-compte/adresse-email', {
      new_email: STRANGER,
      present_password: TEST_PASSWORD,
    });
    const [mail] = await toStranger();
    expect(mail?.text).toMatch(/^Bonjour,\n/);
    expect(mail?.html).not.toContain('Gagné');
  });

  test('a name kept with another apostrophe is no change', async () => {
    const named = { firstName: 'Zoé', lastName: "D'Essai", fields: { civility: 'M.' } };
    const user = await createUser(site.dependencies.db, named);
    const browser = await site.signedIn(user.email);
    expect((await browser.submit('/mon-compte', DETAILS)).status).toBe(303);
    await site.runJobs();
    expect(site.mailbox.to(user.email)).toHaveLength(0);
  });
});

test.each(['name', 'acronym', 'brand', 'address', 'city'])(
  'a référent corrects a structure without any address through %s',
  async (field) => {
    const { db } = site.dependencies;
    const own = await createStructure(db);
    const { email } = await createUser(db, { affiliations: { [own]: ['referent'] } });
    const browser = await site.signedIn(email);
    const page = `/mes-structures/${own}/mise-a-jour`;
    const seen = /name="seen" value="([^"]+)"/.exec((await browser.get(page)).text)?.[1] ?? '';
    const { name } = await structureOf(db, own);
    const as = { name, acronym: '', brand: '', kind: 'association', ape_code: '', comment: '' };
    const where = { address: '1 rue de l’Essai', postcode: '33600', city: 'Pessac' };
    const { status, text } = await browser.submit(page, { seen, ...as, ...where, [field]: LURE });
    expect(status).toBe(422);
    expect(text).toContain('ni adresse internet');
  },
);
