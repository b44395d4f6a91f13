import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestSite, readable, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';
import { rightsOf } from '../../support/structures.ts';

let site: TestSite;
let structureId: number;
let foreignId: number;
let referent: TestUser;
let colleague: TestUser;
let foreigner: TestUser;
let manager: TestUser;

beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  structureId = await createStructure(db, { name: 'Institut Essai', isTrainingBody: true });
  foreignId = await createStructure(db, { name: 'Ailleurs' });
  referent = await createUser(db, {
    firstName: 'Rachel',
    lastName: 'Référente',
    affiliations: { [structureId]: ['referent'] },
  });
  colleague = await createUser(db, { lastName: 'Œuvrard', affiliations: { [structureId]: [] } });
  foreigner = await createUser(db, { affiliations: { [foreignId]: ['referent'] } });
  manager = await createUser(db, { isAgencyManager: true });
});
afterAll(() => site.close());

const rightsHere = (userId: number, structure = structureId) =>
  rightsOf(site.dependencies.db, userId, structure);
const screen = (userId: number, structure = structureId) =>
  `/mes-structures/${structure}/personnes/${userId}`;

describe('the lists', () => {
  test('« Mes structures » tells where the person belongs, with which profiles and which référent', async () => {
    const { text } = await (await site.signedIn(colleague.email)).get('/mes-structures');
    for (const part of [
      'Institut Essai',
      'Organisme de formation',
      'Bénéficiaire',
      'Rachel Référente',
      'Pessac',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('Ailleurs');
    expect(text).not.toContain('Demandes à traiter');
  });

  test('everyone of the structure sees its people; only référents and the agency see the actions', async () => {
    const path = `/mes-structures/${structureId}`;
    const plain = await (await site.signedIn(colleague.email)).get(path);
    expect(readable(plain.text)).toContain(referent.email);
    expect(plain.text).not.toContain('/personnes/');
    for (const { email } of [referent, manager]) {
      const { text } = await (await site.signedIn(email)).get(path);
      expect(text).toContain(`href="${screen(colleague.id)}"`);
      expect(text).toContain('icon-button--active');
      expect(text).toContain('icon-button--todo');
      expect(text).toContain('aucun droit attribué');
    }
    expect((await (await site.signedIn(foreigner.email)).get(path)).status).toBe(404);
  });

  test('« Rechercher » finds by name without accents or by e-mail; wildcards are ordinary characters', async () => {
    const browser = await site.signedIn(colleague.email);
    const search = async (q: string) =>
      readable((await browser.get(`/mes-structures/${structureId}?q=${encodeURIComponent(q)}`)).text);
    expect(await search('oeuvrard')).toContain(`>${colleague.email}<`);
    expect(await search('oeuvrard')).not.toContain(`>${referent.email}<`);
    expect(await search('referente RACHEL')).toContain(`>${referent.email}<`);
    expect(await search(referent.email)).toContain(`>${referent.email}<`);
    for (const q of ['%', '_', '\\', '<script>'])
      expect(await search(q)).toContain('Aucune personne trouvée');
  });

  test.each(['?page=0', '?page=999999999', '?page=x', '?q=%FF', '?q=%00', '?q=a&q=b', '?q[]=a'])(
    'bear %s',
    async (query) => {
      const browser = await site.signedIn(referent.email);
      for (const path of ['/mes-structures', `/mes-structures/${structureId}`]) {
        expect((await browser.get(path + query)).status).toBe(200);
      }
    },
  );
});

describe('« + » and « – »', () => {
  test('give and take away a right, and say why others cannot be given', async () => {
    const browser = await site.signedIn(referent.email);
    const before = await browser.get(screen(colleague.id));
    for (const title of ['Portail', 'ParcoursPro', 'RafaelPro']) expect(before.text).toContain(title);
    expect(before.text).toContain('value="+hr_validator"');
    expect(before.text).toContain('Réservé aux structures habilitées à préinscrire.');
    expect(before.text).not.toContain('value="-beneficiary"');
    expect(before.text).toContain('id="droit-hr_validator" tabindex="-1"');

    const given = await browser.submit(screen(colleague.id), { change: '+hr_validator' });
    expect(given.status).toBe(303);
    expect(given.headers.location).toBe(`${screen(colleague.id)}#droit-hr_validator`);
    expect(await rightsHere(colleague.id)).toEqual(['beneficiary', 'hr_validator']);
    expect((await browser.get(screen(colleague.id))).text).toContain('value="-hr_validator"');

    await browser.submit(screen(colleague.id), { change: '-hr_validator' });
    expect(await rightsHere(colleague.id)).toEqual(['beneficiary']);
  });

  test.each([
    ['the last référent', '-referent', () => referent.id, 'au moins un référent'],
    ['bénéficiaire', '-beneficiary', () => colleague.id, 'ne se retire pas'],
    ['prescripteur in a training body', '+prescriber_1', () => colleague.id, 'habilitées à préinscrire'],
    ['what is not held', '-provider', () => colleague.id, 'n’a pas le droit'],
  ])('the server refuses %s, whatever the page shows', async (_what, change, userId, words) => {
    const before = await rightsHere(userId());
    const response = await (await site.signedIn(referent.email)).submit(screen(userId()), { change });
    expect(response.status).toBe(409);
    expect(response.text).toContain(words);
    expect(await rightsHere(userId())).toEqual(before);
  });

  test.each([
    ['missing', {}],
    ['empty', { change: '' }],
    ['unknown', { change: '+king' }],
    ['repeated', { change: ['+provider', '+of_general'] }],
    ['of 200 KB', { change: 'a'.repeat(200_000) }],
    ['a script', { change: '<script>alert(1)</script>' }],
    ['NUL', { change: '+provider\u0000' }],
    ['a property of every object', { change: '+__proto__' }],
  ])('a change %s is a message', async (_what, fields) => {
    const browser = await site.signedIn(referent.email);
    const { status, text } = await browser.submit(screen(colleague.id), fields);
    expect(status).toBe(422);
    expect(text).toContain('à corriger');
    expect(text).not.toContain('<script>alert');
    expect(await rightsHere(colleague.id)).toEqual(['beneficiary']);
  });

  test('people of elsewhere do not exist here, and ids that are none neither', async () => {
    const browser = await site.signedIn(referent.email);
    const paths = [
      screen(foreigner.id),
      screen(foreigner.id, foreignId),
      screen(2_000_000_000),
      `/mes-structures/${structureId}/personnes/0`,
      `/mes-structures/${structureId}/personnes/99999999999999999999`,
      `/mes-structures/${structureId}/personnes/%00`,
      `/mes-structures/-1/personnes/${colleague.id}`,
      '/mes-structures/2000000000',
    ];
    for (const path of paths) {
      expect((await browser.get(path)).status, path).toBe(404);
    }
    for (const path of paths.slice(0, -1)) {
      const response = await browser.submit(path, { change: '+provider' }, '/mes-structures');
      expect(response.status, path).toBe(404);
    }
  });

  test('colleagues may neither see nor change rights; the agency may', async () => {
    const plain = await site.signedIn(colleague.email);
    expect((await plain.get(screen(colleague.id))).status).toBe(403);
    const refused = await plain.submit(screen(colleague.id), { change: '+referent' }, '/mes-structures');
    expect(refused.status).toBe(403);
    const browser = await site.signedIn(manager.email);
    expect((await browser.submit(screen(colleague.id), { change: '+provider' })).status).toBe(303);
    expect((await browser.submit(screen(colleague.id), { change: '-provider' })).status).toBe(303);
    expect(await rightsHere(colleague.id)).toEqual(['beneficiary']);
  });
});

test('two référents give up their right at the same moment: one stays, each time', async () => {
  const { db } = site.dependencies;
  for (let round = 0; round < 5; round += 1) {
    const shared = await createStructure(db);
    const pair = await Promise.all(
      [1, 2].map(() => createUser(db, { affiliations: { [shared]: ['referent'] } })),
    );
    const browsers = await Promise.all(pair.map(({ email }) => site.signedIn(email)));
    const tokens = await Promise.all(browsers.map((browser) => browser.token('/mes-structures')));
    const responses = await Promise.all(
      browsers.map((browser, index) =>
        browser.post(screen(pair[index]?.id ?? 0, shared), {
          _csrf: tokens[index] ?? '',
          change: '-referent',
        }),
      ),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(responses.find(({ status }) => status === 303)?.headers.location).toBe(
      `/mes-structures/${shared}`,
    );
  }
});
