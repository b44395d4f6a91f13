import { afterAll, beforeAll, expect, test } from 'vitest';
import { filledIn } from '../structures/account-requests/forms.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { DAY } from '../support/database.ts';
import { createFailedMail } from '../support/mails.ts';
import { createNews, newsIn } from '../support/news.ts';
import {
  createStructure,
  createStructures,
  createUser,
  createUsers,
  joinStructure,
  peopleIn,
} from '../support/people.ts';
import { createRequest, lastRequest } from '../support/requests.ts';
import { first } from '../support/rows.ts';
import { recordStatements } from '../support/statements.ts';

const MOST_STATEMENTS = 4;
const LARGEST_PAGE = 60 * 1024;
const JOB = 'Conseillère en insertion professionnelle';

let site: TestSite;
let person: Visitor;
let links: { confirmation: string; reset: string };
const at = { structure: 0, user: 0, request: 0, colleague: 0, news: 0 };
beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  at.structure = await createStructure(db, { name: 'Institut Essai', acronym: 'IE', isTrainingBody: true });
  const user = await createUser(db, {
    isAgencyManager: true,
    affiliations: { [at.structure]: ['referent', 'hr_validator'] },
  });
  at.user = user.id;
  await addRows(1);
  at.colleague = first(await peopleIn(db, { job_title: JOB })).id;
  at.request = (await lastRequest(db, 'account_request')).id;
  at.news = first(await newsIn(db)).id;
  person = await site.signedIn(user.email);
  await person.submit('/account-requests/add', filledIn(at.structure, 'lien@structure.example'));
  await person.submit('/mot-de-passe-oublie', { email: user.email });
  await site.runJobs();
  links = {
    confirmation: site.mailbox.latestLink('lien@structure.example'),
    reset: site.mailbox.latestLink(user.email),
  };
});
afterAll(() => site.close());

/** As many structures of the person, colleagues, pending requests and lost e-mails. */
async function addRows(count: number): Promise<void> {
  const { db } = site.dependencies;
  const daysAgo = (days: number) => new Date(Date.now() - days * DAY);
  for (const id of await createStructures(db, count, { name: 'Institut Sud', fields: { address: '' } })) {
    await joinStructure(db, at.user, id, ['referent', 'hr_validator']);
  }
  const colleague = {
    affiliations: { [at.structure]: ['hr_validator' as const] },
    fields: { job_title: JOB, phone: '+33556000000' },
  };
  const gone = { createdAt: daysAgo(3 * 365), closedAt: new Date() };
  await createUsers(db, Array(count).fill(gone));
  const structure = { structure_id: at.structure };
  const asker = { first_name: 'Prénom', last_name: 'Nom', job_title: 'Formateur' };
  const news = { online_from: '2026-01-01', body: 'Un texte **long** & accentué. '.repeat(150) };
  for (const { id: user_id } of await createUsers(db, Array(count).fill(colleague))) {
    const email = `${user_id}@request.example`;
    await createRequest(db, 'account_request', daysAgo(61), { ...structure, ...asker, email });
    await createRequest(db, 'affiliation_request', daysAgo(60), { ...structure, user_id });
    await createNews(db, new Date(), { ...news, written_by: at.user, updated_by: at.user });
    await createFailedMail(db, `${user_id}@mail.example`, daysAgo(1));
  }
}

const pages = () => [
  '/',
  '/actualites',
  `/actualites/${at.news}`,
  '/agence/actualites',
  '/agence/actualites/nouvelle',
  `/agence/actualites/${at.news}`,
  `/agence/actualites/${at.news}/supprimer`,
  '/structures/recherche?q=institut',
  '/account-requests/add?q=institut',
  `/account-requests/add?structure=${at.structure}`,
  '/account-requests/envoyee',
  '/account-requests/confirmee',
  links.confirmation,
  '/referencement',
  '/mot-de-passe-oublie',
  '/mot-de-passe-oublie/envoye',
  links.reset,
  '/mes-structures',
  `/mes-structures/${at.structure}`,
  `/mes-structures/${at.structure}?q=nom&page=2`,
  `/mes-structures/${at.structure}/mise-a-jour`,
  '/agence/mises-a-jour?etat=toutes&q=institut',
  `/mes-structures/${at.structure}/personnes/${at.user}`,
  `/mes-structures/${at.structure}/demandes/${at.request}/refuser`,
  '/annuaire',
  '/connexion/cle-d-acces/options',
  '/mon-compte/cles-d-acces',
  '/mon-compte/cles-d-acces/ajouter',
  '/mon-compte/confirmer',
  '/aide',
  '/adhesion',
  '/adhesion/charte/2026-01-01',
  '/agence/adhesions/import',
  '/agence/adhesions?etat=toutes&q=institut',
  '/aide?q=compte',
  '/aide/creer-un-compte',
  '/annuaire?q=institut&departement=33',
  `/mes-structures/${at.structure}?droit=hr_validator`,
  `/mes-structures/${at.structure}/personnes/${at.user}/detacher`,
  `/mes-structures/${at.structure}/personnes/${at.user}/retirer/referent`,
  `/mes-structures/${at.structure}/personnes/${at.colleague}/transmettre`,
  '/mes-structures/affiliations/demande?q=institut',
  `/mes-structures/affiliations/demande?structure=${at.structure}`,
  '/agence/affiliations?vue=toutes',
  '/agence/departs',
  '/agence',
  '/agence/demandes-de-compte',
  `/agence/demandes-de-compte/${at.request}/refuser`,
  '/agence/suppressions',
  '/agence/modeles',
  `/agence/demandes-de-compte/${at.request}`,
  '/agence/demandes-de-compte?vue=toutes&etat=toutes&q=prenom+nom',
  '/agence/courriels',
  '/agence/courriels/modeles',
  '/agence/courriels/modeles/account-request.confirm',
  '/agence/comptes-inactifs',
  '/agence/comptes-inactifs?etat=prevenus&q=nom',
  '/agence/journal',
  '/agence/questionnaires',
  '/agence/questionnaires/1',
  '/agence/questionnaires/1/apercu',
  '/agence/questionnaires/1/questions/nouvelle',
];

test('no page costs more than 4 statements nor weighs more than 60 KB, with 1 row and with 120', async () => {
  const costs: Record<string, number>[] = [];
  for (const rows of [1, 120]) {
    if (rows > 1) await addRows(rows);
    const cost: Record<string, number> = {};
    for (const path of pages()) {
      const statements = await recordStatements(async () => {
        const response = await person.get(path);
        expect(response.status, path).toBe(200);
        expect(Buffer.byteLength(response.text), path).toBeLessThan(LARGEST_PAGE);
      });
      expect(statements.length, `${path}\n${statements.join('\n')}`).toBeLessThanOrEqual(MOST_STATEMENTS);
      cost[path] = statements.length;
    }
    costs.push(cost);
  }
  expect(costs[1]).toEqual(costs[0]);
});

test('no GET of these pages writes', async () => {
  for (const path of pages()) {
    const statements = await recordStatements(() => person.get(path));
    expect(
      statements.filter((sql) => /^\s*(insert|update|delete|with .*(insert|update))/i.test(sql)),
    ).toEqual([]);
  }
});
