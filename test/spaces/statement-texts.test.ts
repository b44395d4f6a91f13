import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createAction, createSession } from '../support/catalogue.ts';
import { createStructure, createUser } from '../support/people.ts';
import { recordStatements } from '../support/statements.ts';

/**
 * What the main pages ask of the database, in a file that a reviewer reads: a statement more, or another one, shows in
 * the change that brings it. A text that comes again is named by where it first stands. `npx vitest run
 * test/spaces/statement-texts.test.ts --update` writes it anew.
 */
let site: TestSite;
let visitor: Visitor;
let person: Visitor;
let slug: string;
beforeAll(async () => {
  site = await createTestSite({ now: '2027-03-01T09:00:00Z' });
  const { db } = site.dependencies;
  const structure = await createStructure(db, { isTrainingBody: true, memberIn: [2027] });
  const { email } = await createUser(db, {
    isAgencyManager: true,
    affiliations: { [structure]: ['referent', 'hr_validator', 'provider'] },
  });
  const action = await createAction(db, { providerId: structure });
  slug = action.slug;
  await createSession(db, { actionId: action.id, now: site.clock.now() });
  visitor = site.visitor();
  person = await site.signedIn(email);
  for (const right of ['beneficiary', 'hr_validator', 'provider']) {
    profiles.set(right, `${right}:${structure}`);
  }
});
afterAll(() => site.close());
const profiles = new Map<string, string>();

const pages: readonly { name: string; path: () => string; as?: string }[] = [
  { name: 'ParcoursPro, visitor', path: () => '/parcourspro' },
  { name: 'search, visitor', path: () => '/parcourspro/actions?q=formation&lieu=Gironde' },
  { name: 'action, visitor', path: () => `/parcourspro/actions/${slug}` },
  { name: 'Accueil', path: () => '/', as: 'beneficiary' },
  { name: 'Mon compte', path: () => '/mon-compte', as: 'beneficiary' },
  { name: 'Mes structures', path: () => '/mes-structures', as: 'beneficiary' },
  { name: 'action', path: () => `/parcourspro/actions/${slug}`, as: 'beneficiary' },
  { name: 'Mon espace', path: () => '/parcourspro/mon-espace', as: 'beneficiary' },
  { name: 'Valideur RH', path: () => '/parcourspro/valideur', as: 'hr_validator' },
  { name: 'Prestataire', path: () => '/parcourspro/prestataire', as: 'provider' },
  { name: 'Agence', path: () => '/agence', as: 'beneficiary' },
];

test('the statements of the main pages are those of the file', async () => {
  const told: string[] = [];
  /** Where a text was first printed, by its text: it is printed once. */
  const printed = new Map<string, string>();
  let present: string | undefined;
  for (const { name, path, as } of pages) {
    if (as && as !== present) {
      await person.submit('/parcourspro/profil', { profil: profiles.get(as) ?? '' }, '/mon-compte');
      present = as;
    }
    const open = async () => expect((await (as ? person : visitor).get(path())).status, name).toBe(200);
    // What a process reads once is not asked of each page.
    await open();
    const statements = await recordStatements(open);
    const texts = statements.map((sql, index) => {
      const text = tidy(sql);
      const first = printed.get(text);
      if (!first) printed.set(text, `${name}, ${index + 1}`);
      return first ? `-- ${index + 1}: as ${first}` : `-- ${index + 1}\n${text}`;
    });
    told.push(`-- ${name}: ${statements.length}\n\n${texts.join('\n\n')}\n`);
  }
  await expect(told.join('\n')).toMatchFileSnapshot('./statement-texts.sql');
});

/** Without the indentation of the source around it. */
function tidy(sql: string): string {
  const lines = sql.split('\n').map((line) => line.trimEnd());
  const kept = lines.filter((line) => line !== '');
  const indents = kept.slice(1).map((line) => line.length - line.trimStart().length);
  const common = indents.length > 0 ? Math.min(...indents) : 0;
  return `${kept.map((line, index) => (index === 0 ? line.trimStart() : `  ${line.slice(common)}`)).join('\n')};`;
}
