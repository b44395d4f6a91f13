import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parisDay } from '#platform/french/time.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { HOUR } from '../../support/database.ts';
import { createStructure, createUser, leaveAgency, setStructure } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { requestsIn } from '../../support/requests.ts';
import { recordStatements } from '../../support/statements.ts';
import { allWaitingFor } from '../../support/waiting.ts';
import { askForAccount, filledIn, PASSWORD } from './forms.ts';

let site: TestSite;
let structureId: number;
beforeAll(async () => {
  site = await createTestSite();
  structureId = await createStructure(site.dependencies.db, {
    name: 'Mission locale du Médoc',
    city: 'Lesparre',
  });
});
afterAll(() => site.close());
beforeEach(async () => {
  await forgetAttempts(site.dependencies.db);
  site.mailbox.clear();
});

const PAGE = '/account-requests/add';
const requestsOf = (email: string) => requestsIn(site.dependencies.db, 'account_request', { email });
const withoutToken = (text: string) => text.replaceAll(/name="_(csrf|envoi)" value="[^"]*"/g, '');

describe('the form without scripts', () => {
  test('looks for the structure, keeps what was typed, and proposes what it finds', async () => {
    const { status, text } = await site.visitor().submit(PAGE, {
      step: 'search',
      q: 'mision locale medoc',
      last_name: 'Proviste',
      password: 'Secret-Secret-1',
    });
    expect(status).toBe(200);
    expect(text).toContain(`type="radio" name="structure_id" id="structure-${structureId}"`);
    expect(text).toContain('value="Proviste"');
    expect(text).toContain('value="mision locale medoc"');
    expect(text).not.toContain('Secret-Secret-1');
    expect(text).not.toContain('Erreur');
  });

  test('can be opened on a search, or with the structure chosen and then changed', async () => {
    expect((await site.visitor().get(`${PAGE}?q=medoc`)).text).toContain(`id="structure-${structureId}"`);
    const chosen = await site.visitor().get(`${PAGE}?structure=${structureId}`);
    expect(chosen.text).toContain(`name="structure_id" value="${structureId}"`);
    expect(chosen.text).toContain('Changer');
    const changed = await site
      .visitor()
      .submit(PAGE, { step: 'change', structure_id: structureId, first_name: 'Alix' });
    expect(changed.status).toBe(200);
    expect(changed.text).toContain('data-structure-search');
    expect(changed.text).toContain('value="Alix"');
  });

  test('an unknown or closed structure is not chosen', async () => {
    const { db } = site.dependencies;
    const today = parisDay(site.clock.now());
    const closed_on = today.add({ days: 1 }).toString();
    const closed = await createStructure(db, { name: 'Fermée', fields: { closed_on } });
    expect((await site.visitor().get(`${PAGE}?structure=${closed}`)).status).toBe(200);
    await setStructure(db, closed, { closed_on: today.toString() });
    for (const id of [closed, 2_000_000_000]) {
      expect((await site.visitor().get(`${PAGE}?structure=${id}`)).status).toBe(404);
      const { status, text } = await site.visitor().submit(PAGE, filledIn(id, 'ferme@structure.example'));
      expect(status).toBe(422);
      expect(text).toContain('Cette structure n’est plus disponible');
    }
    expect(await requestsOf('ferme@structure.example')).toHaveLength(0);
  });
});

describe('the same answer for everybody', () => {
  test('known, unknown and pending e-mails: same status, same page, same statements; the e-mails differ', async () => {
    const { db } = site.dependencies;
    const { email: known } = await createUser(db);
    const unknown = 'nouvelle@structure.example';
    const pending = 'attend@structure.example';
    await askForAccount(site, structureId, pending);
    await site.runJobs();
    site.mailbox.clear();

    const answers = [];
    for (const email of [known, unknown, pending]) {
      const visitor = site.visitor();
      const token = await visitor.token(PAGE);
      let response: Awaited<ReturnType<typeof visitor.post>> | undefined;
      const statements = await recordStatements(async () => {
        response = await visitor.post(PAGE, { _csrf: token, ...filledIn(structureId, email) });
      });
      const page = await visitor.get(response?.headers.location ?? '');
      answers.push({
        status: response?.status,
        location: response?.headers.location,
        page: withoutToken(page.text),
        statements,
      });
    }
    expect(answers[0]?.status).toBe(303);
    expect(answers[0]?.page).toContain('Consultez votre boîte mail');
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);

    await site.runJobs();
    expect(site.mailbox.to(known)[0]?.subject).toBe('Vous avez déjà un compte Cap Métiers');
    expect(site.mailbox.to(known)[0]?.text).toContain('http://localhost:3000/connexion');
    expect(site.mailbox.to(known)[0]?.text).toContain('http://localhost:3000/mot-de-passe-oublie');
    expect(site.mailbox.to(unknown)[0]?.text).toContain('/account-requests/confirmer/');
    expect(site.mailbox.to(pending)[0]?.subject).toBe('Votre demande de compte est déjà en cours');
    expect(await requestsOf(known)).toHaveLength(0);
    expect(await requestsOf(pending)).toHaveLength(1);
  });

  test('an e-mail is the same with other capitals', async () => {
    const { email } = await createUser(site.dependencies.db);
    await site.visitor().submit(PAGE, filledIn(structureId, email.toUpperCase()));
    expect(await requestsOf(email)).toHaveLength(0);
  });

  test('too many requests are stopped, known or not', async () => {
    const { email: known } = await createUser(site.dependencies.db);
    for (const email of [known, 'insiste@structure.example']) {
      const statuses = [];
      for (let index = 0; index < 6; index += 1) {
        statuses.push((await site.visitor().submit(PAGE, filledIn(structureId, email))).status);
      }
      expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
    }
  });
});

describe('confirmation', () => {
  test('a GET changes nothing; the button makes the request pending and tells whoever decides', async () => {
    const { db } = site.dependencies;
    const own = await createStructure(db, { name: 'Institut Essai' });
    const referent = await createUser(db, { affiliations: { [own]: ['referent'] } });
    const colleague = await createUser(db, { affiliations: { [own]: [] } });
    const manager = await createUser(db, { isAgencyManager: true });
    const email = 'confirme@structure.example';
    const visitor = site.visitor();
    await visitor.submit(PAGE, filledIn(own, email));
    const [before] = await requestsOf(email);
    expect(before).toMatchObject({ state: 'email_unconfirmed', phone: '+33556000000', mobile: null });
    expect(before?.password_hash).toMatch(/^\$argon2id\$/);
    await site.runJobs();
    const link = site.mailbox.latestLink(email);
    expect(JSON.stringify(before)).not.toContain(link.split('/').at(-1));

    const page = await visitor.get(link);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Confirmer ma demande');
    expect(page.text).toContain('Institut Essai');
    expect(page.text).toContain('Alix Proviste');
    expect((await requestsOf(email))[0]).toEqual(before);

    expect((await visitor.submit(link, { password: PASSWORD })).status).toBe(303);
    expect((await requestsOf(email))[0]?.state).toBe('pending');
    await site.runJobs();
    const acknowledgement = site.mailbox.to(email).at(-1);
    expect(acknowledgement?.subject).toBe('Votre demande de création de compte est enregistrée');
    for (const part of ['un référent de votre structure', 'tus@cap-metiers.pro', 'Service']) {
      expect(acknowledgement?.text).toContain(part);
    }
    expect(site.mailbox.to(referent.email)[0]?.text).toContain('http://localhost:3000/mes-structures');
    expect(site.mailbox.to(colleague.email)).toHaveLength(0);
    expect(site.mailbox.to(manager.email)).toHaveLength(0);

    const again = await visitor.get(link);
    expect(again.status).toBe(410);
    expect(again.text).toContain('Votre demande est déjà confirmée');
    await leaveAgency(db, manager.id);
  });

  test('where there is no référent, the agency is told', async () => {
    const { db } = site.dependencies;
    const manager = await createUser(db, { isAgencyManager: true });
    await askForAccount(site, structureId, 'premiere@structure.example');
    await site.runJobs();
    expect(site.mailbox.to(manager.email)[0]?.text).toContain('/agence/demandes-de-compte');
    const acknowledgement = site.mailbox.to('premiere@structure.example').at(-1)?.text;
    expect(acknowledgement).toContain('un gestionnaire de Cap Métiers Nouvelle-Aquitaine');
  });

  test('a forged link, an expired one and one that was replaced say so and what to do', async () => {
    const email = 'tarde@structure.example';
    const visitor = site.visitor();
    await visitor.submit(PAGE, filledIn(structureId, email));
    await site.runJobs();
    const first = site.mailbox.latestLink(email);
    await visitor.submit(PAGE, { ...filledIn(structureId, email), last_name: 'Nouvelle' });
    await site.runJobs();
    const second = site.mailbox.latestLink(email);
    expect((await requestsOf(email)).map(({ state }) => state)).toEqual(['withdrawn', 'email_unconfirmed']);
    expect((await requestsOf(email))[0]?.password_hash).toBeNull();

    const cases = [
      [first, 410, 'Ce lien a été remplacé'],
      [`${second}x`, 404, 'Ce lien n’est pas valable'],
      ['/account-requests/confirmer/%00', 404, 'Ce lien n’est pas valable'],
      [`/account-requests/confirmer/${'a'.repeat(3000)}`, 404, 'Ce lien n’est pas valable'],
    ] as const;
    for (const [link, status, words] of cases) {
      for (const response of [
        await visitor.get(link),
        await visitor.submit(link, {}, PAGE),
        await visitor.submit(link, { password: PASSWORD }, PAGE),
      ]) {
        expect(response.status).toBe(status);
        expect(response.text).toContain(words);
        expect(response.text).toContain('href="/account-requests/add"');
      }
    }
    site.clock.advance(24 * HOUR);
    for (const response of [
      await visitor.get(second),
      await visitor.submit(second, { password: PASSWORD }, PAGE),
    ]) {
      expect(response.status).toBe(410);
      expect(response.text).toContain('Ce lien a expiré');
    }
    expect((await requestsOf(email))[1]?.state).toBe('email_unconfirmed');
  });

  test('an account made meanwhile with that e-mail ends the request', async () => {
    const email = 'entretemps@structure.example';
    const visitor = site.visitor();
    await visitor.submit(PAGE, filledIn(structureId, email));
    await site.runJobs();
    const link = site.mailbox.latestLink(email);
    const token = await visitor.token(link);
    await createUser(site.dependencies.db, { email });
    const response = await visitor.post(link, { _csrf: token, password: PASSWORD });
    expect(response.status).toBe(410);
    expect(response.text).toContain('Vous avez déjà un compte');
    expect((await requestsOf(email))[0]?.state).toBe('withdrawn');
  });

  test('two clicks at once confirm once', async () => {
    const email = 'deuxfois@structure.example';
    const visitor = site.visitor();
    await visitor.submit(PAGE, filledIn(structureId, email));
    await site.runJobs();
    const link = site.mailbox.latestLink(email);
    const token = await visitor.token(link);
    const responses = await allWaitingFor(
      site.dependencies.db,
      { sql: 'select id from account_requests where email = ? for update', binding: email },
      [1, 2, 3].map(() => () => visitor.post(link, { _csrf: token, password: PASSWORD })),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([303, 410, 410]);
    await site.runJobs();
    expect(site.mailbox.to(email)).toHaveLength(2);
  });

  test('two requests at once with one e-mail leave one alive', async () => {
    const email = 'ensemble@structure.example';
    const responses = await Promise.all(
      [1, 2, 3].map(() => site.visitor().submit(PAGE, filledIn(structureId, email))),
    );
    expect(responses.map(({ status }) => status)).toEqual([303, 303, 303]);
    const states = (await requestsOf(email)).map(({ state }) => state);
    expect(states.filter((state) => state === 'email_unconfirmed')).toHaveLength(1);
  });
});
