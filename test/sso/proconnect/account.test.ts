import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { vouchedInWords } from '#structures/account-requests/vouched.ts';
import { filledIn } from '../../structures/account-requests/forms.ts';
import { readable } from '../../support/app.ts';
import { journalOf } from '../../support/journal.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { lastRequest } from '../../support/requests.ts';
import { createFederatedSite, type FederatedSite, isIn, PAGE } from './people.ts';

let site: FederatedSite;
beforeAll(async () => {
  site = await createFederatedSite();
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

/** Asks by e-mail to link an identity to an account. @returns the path of the link that was sent */
async function linkSent(): Promise<{ userId: number; email: string; path: string }> {
  const person = site.named();
  const { id: userId, email } = await createUser(site.dependencies.db, { email: person.email ?? '' });
  const browser = site.visitor();
  await browser.submit(`${PAGE}/lien`, {}, (await site.pass(browser)).headers.location as string);
  await site.runJobs();
  const path = /(\/connexion\/proconnect\/lien\/[\w-]+)/.exec(site.mailbox.to(email).at(-1)?.text ?? '')?.[1];
  return { userId, email, path: path ?? '' };
}
const reset = async (email: string, password = 'Girafe-Violette-2026') => {
  const browser = site.visitor();
  await browser.submit('/mot-de-passe-oublie', { email });
  await site.runJobs();
  await browser.submit(site.mailbox.latestLink(email), { password, password_confirmation: password });
  await site.runJobs();
};

describe('whoever takes their account back', () => {
  test('by another password ends the links to ProConnect that are under way', async () => {
    const { email, path } = await linkSent();
    await reset(email);
    expect((await site.visitor().get(path)).status).toBe(410);
  });

  test('is told by that e-mail that ProConnect opens it too, where it does', async () => {
    const { user } = await site.linked();
    await reset(user.email);
    const told = site.mailbox.to(user.email).at(-1);
    expect(told?.subject).toBe('Votre mot de passe a été changé');
    expect(told?.text).toContain('ProConnect ouvre aussi ce compte');
    const other = await createUser(site.dependencies.db);
    await reset(other.email);
    expect(site.mailbox.to(other.email).at(-1)?.text).not.toContain('ProConnect');
  });
});

describe('for somebody whose account another one may be using, the agency', () => {
  const page = (userId: number) => `/agence/securite-des-comptes/${userId}`;
  const manager = async () =>
    site.signedIn((await createUser(site.dependencies.db, { isAgencyManager: true })).email);

  test('ends the links to ProConnect with the others, counted', async () => {
    const { userId, path } = await linkSent();
    const agency = await manager();
    expect((await agency.get(page(userId))).text).toContain('1 lien pour relier ProConnect');
    expect((await agency.submit(`${page(userId)}/liens`, {}, page(userId))).status).toBe(303);
    expect((await site.visitor().get(path)).status).toBe(410);
    expect((await agency.get(page(userId))).text).toContain('Aucun lien envoyé');
  });

  test('unlinks ProConnect: sessions end, the person is told, the journal says by whom', async () => {
    const { user, browser } = await site.linked();
    const agency = await manager();
    expect((await agency.get(page(user.id))).text).toContain(
      'Une identité ProConnect ouvre ce compte depuis',
    );
    const done = await agency.submit(`${page(user.id)}/proconnect`, {}, page(user.id));
    expect(done.headers.location).toBe(page(user.id));
    expect(await isIn(browser)).toBe(false);
    expect((await site.pass(site.visitor())).headers.location).toContain('/relier');
    await site.runJobs();
    expect(site.mailbox.to(user.email).at(-1)?.subject).toBe('L’agence a délié ProConnect de votre compte');
    const [entry] = await journalOf(site.dependencies.db, 'account.proconnect_unlinked', {
      person_id: user.id,
    });
    expect(entry?.actor_id).not.toBe(user.id);
    expect((await agency.get(page(user.id))).text).not.toContain('Délier ProConnect');
    const token = await agency.token('/agence/securite-des-comptes');
    expect((await agency.post(`${page(user.id)}/proconnect`, { _csrf: token })).status).toBe(409);
  });
});

describe('what ProConnect told of whoever asks for an account', () => {
  const typed = { firstName: 'Jean-Paul', lastName: 'Dupönt', siret: '12345678900012' };
  const told = (vouchedName: string | null, vouchedSiret: string | null) =>
    vouchedInWords({ vouchedBy: 'ProConnect', vouchedName, vouchedSiret }, typed);

  test.each<[string | null, string | null, string[]]>([
    ['Jean Paul Marie DUPONT', '12345678900012', []],
    ['Jean-Paul Dupont', null, []],
    ['Jean Dupont', '12345678900012', ['Le nom saisi n’est pas celui que donne ProConnect.']],
    ['', '12345678900012', ['Le nom saisi n’est pas celui que donne ProConnect.']],
    [
      'Jean-Paul Dupont',
      '12345678900020',
      ['La structure choisie est un autre établissement que celui que donne ProConnect.'],
    ],
    [
      'Ada Lovelace',
      '98765432100012',
      [
        'Le nom saisi n’est pas celui que donne ProConnect.',
        'La structure choisie n’est pas celle que donne ProConnect.',
      ],
    ],
  ])('%s, %s, beside what they typed', (name, siret, differences) => {
    expect(told(name, siret)?.differences).toEqual(differences);
  });

  test('is shown to whoever decides, with what differs', async () => {
    const { db } = site.dependencies;
    const structure = await createStructure(db, { name: 'Mairie choisie' });
    const referent = await createUser(db, { affiliations: { [structure]: ['referent'] } });
    const agency = await createUser(db, { isAgencyManager: true });
    const person = site.named({ siret: '13002526500013', given_name: 'Jean', usual_name: 'Dupont' });
    const browser = site.visitor();
    await site.pass(browser);
    const fields = { ...filledIn(structure, person.email ?? ''), first_name: 'Ada', last_name: 'Dupont' };
    await browser.submit('/account-requests/add', fields, `/account-requests/add?structure=${structure}`);
    const { id } = await lastRequest(db, 'account_request', { email: person.email });
    const pages = [
      (await (await site.signedIn(referent.email)).get('/mes-structures')).text,
      (await (await site.signedIn(agency.email)).get(`/agence/demandes-de-compte/${id}`)).text,
    ];
    for (const page of pages) {
      expect(page).toContain('ProConnect\u00a0: Jean Dupont, SIRET');
      expect(page).toContain('Le nom saisi n’est pas celui que donne ProConnect.');
      expect(page).toContain('La structure choisie n’est pas celle que donne ProConnect.');
      expect(page).not.toContain('Identité vérifiée');
    }
  });

  test('is forgotten once the request is sent, at sign-out, and by « Ce n’est pas moi »', async () => {
    const { db } = site.dependencies;
    const structure = await createStructure(db);
    const add = `/account-requests/add?structure=${structure}`;
    const isKnown = async (browser: ReturnType<typeof site.visitor>) =>
      readable((await browser.get(add)).text).includes('ProConnect vous connaît');

    const person = site.named();
    const sender = site.visitor();
    await site.pass(sender);
    expect(await isKnown(sender)).toBe(true);
    await sender.submit('/account-requests/add', filledIn(structure, person.email ?? ''), add);
    expect(await isKnown(sender)).toBe(false);

    site.named();
    const leaver = await site.signedIn((await createUser(db)).email);
    await site.pass(leaver);
    expect(await isKnown(leaver)).toBe(true);
    await leaver.submit('/deconnexion', {}, '/mon-compte');
    expect(await isKnown(leaver)).toBe(false);

    site.named();
    const stranger = site.visitor();
    await site.pass(stranger);
    const answer = await stranger.submit(`${PAGE}/oublier`, {}, add);
    expect(answer.headers.location).toBe(`${PAGE}/sortie`);
    expect(await isKnown(stranger)).toBe(false);
    // The session of the one before is closed there too.
    const { headers } = await stranger.get(`${PAGE}/sortie`);
    const state = new URL(String(headers.refresh).slice('0; url='.length)).searchParams.get('state');
    expect((await stranger.get(`${PAGE}/sortie?state=${state}`)).headers.location).toBe(
      '/account-requests/add',
    );
  });

  test('links the account that is opened, which the journal and an e-mail tell', async () => {
    const { db } = site.dependencies;
    const structure = await createStructure(db);
    const referent = await createUser(db, { affiliations: { [structure]: ['referent'] } });
    const person = site.named();
    const browser = site.visitor();
    await site.pass(browser);
    await browser.submit(
      '/account-requests/add',
      filledIn(structure, person.email ?? ''),
      `/account-requests/add?structure=${structure}`,
    );
    const { id } = await lastRequest(db, 'account_request', { email: person.email });
    const decider = await site.signedIn(referent.email);
    await decider.submit(`/mes-structures/${structure}/demandes/${id}/accepter`, {}, '/mes-structures');
    await site.runJobs();
    expect(site.mailbox.to(person.email ?? '').map(({ subject }) => subject)).toContain(
      'ProConnect est relié à votre compte',
    );
    const { id: userId } = await db('users').where({ email: person.email }).first('id');
    expect(await journalOf(db, 'account.proconnect_linked', { person_id: userId })).toHaveLength(1);
  });
});
