import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askForAccount } from '../../structures/account-requests/forms.ts';
import { createTestSite, readable, type TestSite } from '../../support/app.ts';
import { DAY, HOUR } from '../../support/database.ts';
import { forgetMails, mailsIn, setMail } from '../../support/mails.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';
import { lastRequest, setRequest } from '../../support/requests.ts';
import { first } from '../../support/rows.ts';

let site: TestSite;
let manager: TestUser;
let referent: TestUser;
let staffed: number;
let empty: number;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  const { db } = site.dependencies;
  manager = await createUser(db, { firstName: 'Agnès', lastName: 'Agence', isAgencyManager: true });
  staffed = await createStructure(db, { name: 'Institut Essai' });
  empty = await createStructure(db, { name: 'Sans personne' });
  referent = await createUser(db, { affiliations: { [staffed]: ['referent'] } });
});
afterAll(() => site.close());

const LIST = '/agence/demandes-de-compte';

describe('account requests', () => {
  test('the agency sees those without a référent, and the overdue ones; all of them when asked', async () => {
    const { db } = site.dependencies;
    const browser = await site.signedIn(manager.email);
    await askForAccount(site, empty, 'premiere@structure.example');
    const recent = await askForAccount(site, staffed, 'collegue@structure.example');
    expect((await browser.get('/agence')).text).toMatch(
      /<strong>1<\/strong> <a href="\/agence\/demandes-de-compte">/,
    );
    const own = readable((await browser.get(LIST)).text);
    expect(own).toContain('premiere@structure.example');
    expect(own).toContain('12\u00a0nov. 2026');
    expect(own).not.toContain('collegue@structure.example');
    const all = readable((await browser.get(`${LIST}?vue=toutes`)).text);
    expect(all).toContain('collegue@structure.example');
    expect(all.indexOf('premiere@')).toBeLessThan(all.indexOf('collegue@'));

    const monthAgo = new Date(site.clock.now().getTime() - 30 * DAY);
    await setRequest(db, 'account_request', recent, { confirmed_at: monthAgo });
    const overdue = readable((await browser.get(LIST)).text);
    expect(overdue).toContain('collegue@structure.example');
    expect(overdue.match(/En retard/g)).toHaveLength(1);
    expect((await browser.get('/agence')).text).toContain('1 en retard');
    expect(overdue.indexOf('collegue@')).toBeLessThan(overdue.indexOf('premiere@'));
  });

  test('accepted by the agency, the first person runs the structure and decides the next ones', async () => {
    const { db } = site.dependencies;
    const { id } = await lastRequest(db, 'account_request', { email: 'premiere@structure.example' });
    const browser = await site.signedIn(manager.email);
    const response = await browser.submit(`${LIST}/${id}/accepter`, {}, LIST);
    expect(response.status).toBe(303);
    expect(response.headers.location).toBe(`${LIST}#demande-${id}`);
    expect((await browser.get(`${LIST}/${id}`)).text).toMatch(/\/mes-structures\/\d+\/personnes\/\d+"/);
    await site.runJobs();
    expect(site.mailbox.to('premiere@structure.example').at(-1)?.text).toContain(
      '«\u00a0Référent\u00a0» et «\u00a0Employeur (ValideurRH)\u00a0»',
    );

    const next = await askForAccount(site, empty, 'suivante@structure.example');
    const first = await site.signedIn('premiere@structure.example', 'Girafe-Violette-2026');
    const path = `/mes-structures/${empty}/demandes/${next}/accepter`;
    expect((await first.submit(path, {}, '/mes-structures')).status).toBe(303);
  });

  test('refused by the agency with a reason', async () => {
    const id = await askForAccount(site, staffed, 'refusee@structure.example');
    const browser = await site.signedIn(manager.email);
    expect((await browser.submit(`${LIST}/${id}/refuser`, { reason: '' })).status).toBe(422);
    expect((await browser.submit(`${LIST}/${id}/refuser`, { reason: 'Doublon.' })).status).toBe(303);
    await site.runJobs();
    expect(site.mailbox.to('refusee@structure.example').at(-1)?.text).toContain('Doublon.');
  });

  test.each(['0', 'x', '2000000000', '99999999999999', '%00'])('request %s does not exist', async (id) => {
    const browser = await site.signedIn(manager.email);
    expect((await browser.get(`${LIST}/${id}/refuser`)).status).toBe(404);
    expect((await browser.submit(`${LIST}/${id}/accepter`, {}, '/mes-structures')).status).toBe(404);
    const refusal = await browser.submit(`${LIST}/${id}/refuser`, { reason: 'Non' }, '/mes-structures');
    expect(refusal.status).toBe(404);
  });
});

describe('e-mails that did not leave', () => {
  test('are shown with what went wrong, and sent again', async () => {
    const { db } = site.dependencies;
    await forgetMails(db);
    await site.mailbox.stop();
    await db.transaction((trx) =>
      site.dependencies.mail.enqueue(trx, {
        kind: 'password.no-account',
        to: 'loin@structure.example',
        subject: 'Sujet d’essai',
        paragraphs: ['Contenu confidentiel.'],
      }),
    );
    const browser = await site.signedIn(manager.email);
    expect((await browser.get('/agence/courriels')).text).toContain('Tous les e-mails sont partis');
    site.clock.advance(HOUR);
    expect(readable((await browser.get('/agence/courriels')).text)).toContain('loin@structure.example');
    await site.runJobs();
    const { text } = await browser.get('/agence/courriels');
    expect(text).toContain('ECONNREFUSED');
    expect(text).toContain('Sujet d’essai');
    expect(text).not.toContain('Contenu confidentiel');

    await site.mailbox.start();
    const { id } = first(await mailsIn(db, { status: 'failing' }));
    // Nothing is tried before the look of the minute has found the server back.
    await site.runJobs();
    expect(site.mailbox.to('loin@structure.example')).toHaveLength(0);
    await setMail(db, id, { server_unreachable: false });
    const path = `/agence/courriels/${id}/renvoyer`;
    expect((await browser.submit(path, {}, '/agence/courriels')).status).toBe(303);
    await site.runJobs();
    expect(site.mailbox.to('loin@structure.example')).toHaveLength(1);
    expect((await browser.submit(path, {}, '/mes-structures')).status).toBe(409);
    await site.runJobs();
    expect(site.mailbox.to('loin@structure.example')).toHaveLength(1);
    expect((await browser.get('/agence/courriels')).text).toContain('Tous les e-mails sont partis');
    const unknown = await browser.submit('/agence/courriels/2000000000/renvoyer', {}, '/mes-structures');
    expect(unknown.status).toBe(404);
  });
});

test('the back office is for the agency only', async () => {
  const browser = await site.signedIn(referent.email);
  for (const path of ['/agence', LIST, '/agence/courriels'])
    expect((await browser.get(path)).status).toBe(403);
});
