import { afterAll, beforeAll, expect, test } from 'vitest';
import { filledIn } from '../structures/account-requests/forms.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createStructure, createUser } from '../support/people.ts';
import { recordStatements } from '../support/statements.ts';

const MOST_STATEMENTS = 4;
const LARGEST_PAGE = 60 * 1024;

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
  await addRows(1, 'a');
  at.colleague = (await db('users').where({ email: 'a1@people.example' }).first('id')).id;
  at.request = (await db('account_requests').first('id')).id;
  at.news = (await db('news').first('id')).id;
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
async function addRows(count: number, prefix: string): Promise<void> {
  const { db } = site.dependencies;
  const bindings = { count, prefix, structure: at.structure, user: at.user };
  const digit = prefix === 'a' ? '1' : '2';
  await db.raw(
    `with s as (
       insert into structures (siret, name, kind, postcode, city, department, created_at)
       select '7${digit}' || lpad(cast(i as text), 12, '0'), 'Institut ' || cast(:prefix as text) || i, 'other',
              '33000', 'Bordeaux', '33', now() from generate_series(1, :count) i returning id
     ), a as (
       insert into affiliations (user_id, structure_id, since) select :user, id, now() from s returning id
     ) insert into affiliation_rights (affiliation_id, "right", granted_at)
       select a.id, r, now() from a, unnest(array['beneficiary', 'referent', 'hr_validator']) r`,
    bindings,
  );
  await db.raw(
    `with u as (
       insert into users (email, password_hash, civility, last_name, first_name, job_title, phone, created_at)
       select cast(:prefix as text) || i || '@people.example', 'x', 'Mme', 'Nom ' || i, 'Prénom',
              'Conseillère en insertion professionnelle', '+33556000000', now()
         from generate_series(1, :count) i returning id
     ), a as (
       insert into affiliations (user_id, structure_id, since) select id, :structure, now() from u returning id
     ) insert into affiliation_rights (affiliation_id, "right", granted_at)
       select a.id, r, now() from a, unnest(array['beneficiary', 'hr_validator']) r`,
    bindings,
  );
  await db.raw(
    `insert into users (email, password_hash, civility, last_name, first_name, created_at, closed_at)
     select cast(:prefix as text) || i || '@closed.example', 'x', 'Mme', 'Fermé ' || i, 'Prénom',
            now() - interval '3 years', now() from generate_series(1, :count) i`,
    bindings,
  );
  await db.raw(
    `insert into account_requests (structure_id, email, password_hash, civility, last_name, first_name, job_title,
                                   state, token_hash, token_expires_at, created_at, confirmed_at)
     select :structure, cast(:prefix as text) || i || '@request.example', 'x', 'M.', 'Nom ' || i, 'Prénom',
            'Formateur', 'pending', cast(:prefix as text) || i, now(), now(), now() - interval '60 days'
       from generate_series(1, :count) i`,
    bindings,
  );
  await db.raw(
    `insert into affiliation_requests (user_id, structure_id, created_at)
     select u.id, :structure, now() - interval '60 days' from users u
      where u.email like cast(:prefix as text) || '%@people.example' and cast(:count as int) > 0`,
    bindings,
  );
  await db.raw(
    `insert into news (form_key, title, body, online_from, online_until, written_by, updated_by, created_at, updated_at)
     select gen_random_uuid(), 'Actualité ' || i, repeat('Un texte **long** & accentué. ', 150), '2026-01-01', null,
            :user, :user, now(), now() from generate_series(1, :count) i`,
    bindings,
  );
  await db.raw(
    `insert into emails (kind, recipient, subject, sealed_content, message_id, status, attempts, last_error, created_at)
     select 'essai', cast(:prefix as text) || i || '@mail.example', 'Sujet ' || i, 'x', cast(:prefix as text) || i,
            'failing', 3, 'connect ECONNREFUSED 127.0.0.1:25', now() - interval '1 day'
       from generate_series(1, :count) i`,
    bindings,
  );
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
    if (rows > 1) await addRows(rows, 'b');
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
