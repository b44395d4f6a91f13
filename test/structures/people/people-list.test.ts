import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';
import { rightsIn } from '../../support/structures.ts';

let site: TestSite;
let structureId: number;
let referent: TestUser;

beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  structureId = await createStructure(db, { isTrainingBody: true });
  referent = await createUser(db, { lastName: 'Aaa', affiliations: { [structureId]: ['referent'] } });
  await db.raw(
    `with u as (
       insert into users (email, password_hash, civility, last_name, first_name, created_at)
       select 'p' || i || '@people.example', 'x', 'M.',
              case i when 1 then '=HYPERLINK("http://x")' else 'Nom ' || lpad(cast(i as text), 4, '0') end, 'Prénom', now()
         from generate_series(1, 2000) i returning id
     ), a as (
       insert into affiliations (user_id, structure_id, since) select id, :structureId, now() from u returning id
     ) insert into affiliation_rights (affiliation_id, "right", granted_at)
       select a.id, 'beneficiary', now() from a
       union all select a.id, 'provider', now() from a where a.id % 100 = 0`,
    { structureId },
  );
});
afterAll(() => site.close());

const list = (query = '') => `/mes-structures/${structureId}${query}`;

test('2,000 people: 4 statements, quick, under 60 KB', async () => {
  const browser = await site.signedIn(referent.email);
  // The first page after sign-in also prolongs the session.
  await browser.get('/mes-structures');
  for (const query of ['', '?page=40', '?q=nom+19', '?droit=provider', '?droit=none&q=nom']) {
    const started = performance.now();
    const statements = await recordStatements(async () => {
      const { status, text } = await browser.get(list(query));
      expect(status).toBe(200);
      expect(Buffer.byteLength(text)).toBeLessThan(60 * 1024);
    });
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
    expect(performance.now() - started, query).toBeLessThan(1000);
  }
});

test('the icons have a legend, and a phone shows no empty « Référent » nor « Employeur »', async () => {
  const { text } = await (await site.signedIn(referent.email)).get(list());
  const legend = /<ul class="legend"[\s\S]*?<\/ul>/.exec(text)?.[0] ?? '';
  for (const words of ['Référent', 'Employeur', 'Au moins un droit', 'Aucun droit', 'Détacher']) {
    expect(legend).toContain(words);
  }
  expect(text.match(/data-label="Référent" class="is-no"/g)).toHaveLength(24);
  expect(text.match(/data-label="Employeur" class="is-no"/g)).toHaveLength(25);
});

test('« Filtrer » by right, together with « Rechercher »; what is no right filters nothing', async () => {
  const browser = await site.signedIn(referent.email);
  const count = async (query: string) =>
    /<p[^>]*>([\d\s]+)\spersonnes?/u.exec((await browser.get(list(query))).text)?.[1]?.replaceAll(/\s/gu, '');
  expect(await count('')).toBe('2001');
  expect(await count('?droit=provider')).toBe('20');
  expect(await count('?droit=referent')).toBe('1');
  expect(await count('?droit=none')).toBe('1980');
  for (const bad of ['?droit=x', '?droit=%00', '?droit=__proto__', '?droit[]=provider']) {
    expect(await count(bad)).toBe('2001');
  }
  expect((await browser.get(list('?droit=hr_validator'))).text).toContain('Aucune personne trouvée');
});

test('« Export CSV » holds what the filter shows, all pages, with formulas made harmless', async () => {
  const browser = await site.signedIn(referent.email);
  const all = await browser.submit(list('/export.csv'), {}, list());
  expect(all.headers['content-type']).toContain('text/csv');
  expect(all.headers['content-disposition']).toContain('.csv');
  const lines = all.text.split('\r\n');
  expect(lines[0]).toBe('\uFEFFNom;Prénom;Email;Fonction;Téléphone;Droits');
  expect(lines).toHaveLength(2003);
  expect(all.text).toContain(`"'=HYPERLINK(""http://x"")"`);
  const some = await browser.submit(list('/export.csv'), { droit: 'provider' }, list());
  expect(some.text.split('\r\n')).toHaveLength(22);
});

test('« Transmettre le rôle de référent » gives it and takes it in one go; once only', async () => {
  const { db } = site.dependencies;
  const own = await createStructure(db);
  const giver = await createUser(db, { affiliations: { [own]: ['referent'] } });
  const heir = await createUser(db, { affiliations: { [own]: [] } });
  const second = await createUser(db, { affiliations: { [own]: [] } });
  const browser = await site.signedIn(giver.email);
  const screen = (id: number) => `/mes-structures/${own}/personnes/${id}`;
  expect((await browser.get(screen(heir.id))).text).toContain('Transmettre le rôle de référent');
  expect((await browser.get(screen(giver.id))).text).not.toContain('Transmettre le rôle de référent');
  const _csrf = await browser.token(screen(heir.id));
  const responses = await Promise.all(
    [heir, second].map(({ id }) => browser.post(`${screen(id)}/transmettre`, { _csrf })),
  );
  expect(responses.filter(({ status }) => status === 303)).toHaveLength(1);
  const holders = await rightsIn(db, { structure_id: own, right: 'referent' });
  expect(holders).toHaveLength(1);
  expect(holders[0]?.user_id).not.toBe(giver.id);
});
