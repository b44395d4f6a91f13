import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import supertest from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formBody } from '#platform/web/forms/body.ts';
import { forgetSentForms, sentOnce } from '#platform/web/sent-once.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { countWaiting, DAY } from '../../support/database.ts';
import { forgetSearches, savedSearches } from '../../support/finding.ts';
import { createUser, TEST_PASSWORD } from '../../support/people.ts';
import { until } from '../../support/process.ts';
import { first } from '../../support/rows.ts';
import { thePerson } from '../../support/waiting.ts';

/** A form that comes twice is carried out once, and the second is answered as the first. */
let site: TestSite;
let person: Visitor;
let email: string;
beforeAll(async () => {
  site = await createTestSite();
  email = (await createUser(site.dependencies.db)).email;
  person = await site.signedIn(email);
});
afterAll(() => site.close());
beforeEach(async () => {
  await site.dependencies.db('sent_forms').delete();
  await forgetSearches(site.dependencies.db);
});

const LIST = '/parcourspro/recherches';
const searches = () => savedSearches(site.dependencies.db);
async function fields(words: Record<string, string> = {}) {
  const { text } = await person.get('/mon-compte');
  const of = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? '';
  return { _csrf: of('_csrf'), _envoi: of('_envoi'), nom: 'Veille', recherche: 'q=un', ...words };
}

describe('on the site', () => {
  test('one by one: the same place, the same word, one deed', async () => {
    const form = await fields();
    expect(form._envoi).toMatch(/^[\w-]{22}$/);
    const first = await person.post(LIST, form);
    expect(await searches()).toHaveLength(1);
    await person.get(LIST);
    // What was done meanwhile shows whether the second is carried out.
    await forgetSearches(site.dependencies.db);
    const second = await person.post(LIST, form);
    expect([second.status, second.headers.location]).toEqual([first.status, first.headers.location]);
    expect((await person.get(LIST)).text).toContain(
      '«\u00a0Veille\u00a0» est enregistrée'.replaceAll('\u00a0', ' '),
    );
    expect(await searches()).toEqual([]);
  });

  test('a decision sent again with its key is no conflict', async () => {
    const form = { ...(await fields()), alerte: '0' };
    await person.post(LIST, form);
    const { id } = first(await searches());
    const removal = await fields();
    const answers = [];
    for (let time = 0; time < 2; time += 1)
      answers.push(await person.post(`${LIST}/${id}/supprimer`, removal));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    // Without a key, the second finds nothing.
    const without = { _csrf: removal._csrf };
    expect((await person.post(`${LIST}/${id}/supprimer`, without)).status).toBe(404);
  });

  test('other words, another place, another person, or something done since: another form', async () => {
    const form = await fields();
    await person.post(LIST, form);
    await person.post(LIST, { ...form, recherche: 'q=deux' });
    expect(await searches()).toHaveLength(2);
    // The first again, after the second: it is carried out, not only said to be.
    await forgetSearches(site.dependencies.db);
    await person.post(LIST, form);
    expect(await searches()).toHaveLength(1);
    const other = await site.signedIn((await createUser(site.dependencies.db)).email);
    await other.post(LIST, { ...form, _csrf: await other.token('/mon-compte') });
    expect(await searches()).toHaveLength(2);
  });

  test('a refusal is no answer to keep, nor is a sign-in', async () => {
    const form = await fields({ nom: '' });
    for (let time = 0; time < 2; time += 1) expect((await person.post(LIST, form)).status).toBe(422);
    const visitor = site.visitor();
    const { text } = await visitor.get('/connexion');
    const of = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? '';
    const signIn = {
      _csrf: of('_csrf'),
      _envoi: of('_envoi'),
      identifiant: email,
      mot_de_passe: 'Essai-Solide-2026!',
    };
    expect((await visitor.post('/connexion', signIn)).status).toBe(303);
    // The claim is released as the answer leaves, which does not wait for it.
    await until(async () => (await site.dependencies.db('sent_forms')).length === 0);
  });

  test('the answer has an end, and nobody reads it in the database', async () => {
    const form = await fields();
    await person.post(LIST, form);
    const [row] = await site.dependencies.db('sent_forms');
    expect(JSON.stringify(row)).not.toMatch(/recherches|Veille/);
    await forgetSearches(site.dependencies.db);
    site.clock.advance(DAY + 1);
    person = await site.signedIn(email);
    await forgetSentForms(site.dependencies);
    expect(await site.dependencies.db('sent_forms').where({ id: row.id })).toEqual([]);
  });
});

describe('both at the same moment', () => {
  /** An application whose one form is held until the test lets it go. */
  function slowForm() {
    const app = express();
    const work = { times: 0, begun: Promise.withResolvers<void>(), go: Promise.withResolvers<void>() };
    const silent: RequestHandler = (_req, res, next) => {
      res.flash = () => {};
      next();
    };
    app.use(formBody(), silent);
    app.use(sentOnce(site.dependencies, () => false));
    app.post('/fichier', async (_req, res) => {
      res.once('close', () => work.begun.resolve());
      res.write('x'.repeat(100_000));
    });
    app.post('/', async (req, res) => {
      work.times += 1;
      work.begun.resolve();
      await work.go.promise;
      if (req.body.refuse && work.times === 1) res.status(422).send('non');
      else res.redirect(303, `/fait/${work.times}`);
    });
    return { app, work };
  }
  const form = (words: Record<string, string> = {}) =>
    new URLSearchParams({ _csrf: 'x', _envoi: 'k'.repeat(22), ...words }).toString();

  /** The second has found the form claimed, and looks for what the first was answered. */
  function secondLooks(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    site.dependencies.db.on('query', ({ sql }: { sql: string }) => {
      if (/^select "answer" from "sent_forms"/.test(sql)) resolve();
    });
    return promise;
  }

  test('the second waits for the answer to the first', async () => {
    const { app, work } = slowForm();
    const first = supertest(app).post('/').type('form').send(form()).then();
    await work.begun.promise;
    const looks = secondLooks();
    const second = supertest(app).post('/').type('form').send(form()).then();
    await looks;
    work.go.resolve();
    const answers = await Promise.all([first, second]);
    expect(answers.map(({ headers }) => headers.location)).toEqual(['/fait/1', '/fait/1']);
    expect(work.times).toBe(1);
  });

  test('where the first is refused, the second is carried out', async () => {
    const { app, work } = slowForm();
    const first = supertest(app)
      .post('/')
      .type('form')
      .send(form({ refuse: '1' }))
      .then();
    await work.begun.promise;
    const looks = secondLooks();
    const second = supertest(app)
      .post('/')
      .type('form')
      .send(form({ refuse: '1' }))
      .then();
    await looks;
    work.go.resolve();
    expect((await first).status).toBe(422);
    expect((await second).headers.location).toBe('/fait/2');
  });

  test('a download that is cancelled may be asked for again at once', async () => {
    const { app, work } = slowForm();
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const reading = request({
      port,
      host: '127.0.0.1',
      path: '/fichier',
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    reading.on('error', () => undefined).end(form());
    const [response] = (await once(reading, 'response')) as [IncomingMessage];
    expect(await site.dependencies.db('sent_forms')).toHaveLength(1);
    response.on('error', () => undefined).destroy();
    await work.begun.promise;
    await until(async () => (await site.dependencies.db('sent_forms')).length === 0);
    server.closeAllConnections();
    server.close();
  });

  test('a form that renewed its session is answered the second time as the first, under the id of before too', async () => {
    const page = '/mon-compte/mot-de-passe';
    const user = await createUser(site.dependencies.db);
    const browser = await site.signedIn(user.email);
    const { text } = await browser.get(page);
    const of = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? '';
    const chosen = 'Girafe-Violette-2027';
    const words = {
      _csrf: of('_csrf'),
      _envoi: of('_envoi'),
      present_password: TEST_PASSWORD,
      password: chosen,
      password_confirmation: chosen,
    };
    const holder = await site.owner.transaction();
    const { sql, binding } = thePerson(user.id);
    await holder.raw(sql, [binding]);
    const first = browser.post(page, words).then();
    await until(async () => (await countWaiting(site.owner)) >= 1);
    const looks = secondLooks();
    const second = browser.post(page, words).then();
    await looks;
    await holder.commit();
    expect((await first).headers.location).toBe('/mon-compte');
    const { status, headers } = await second;
    expect([status, headers.location]).toEqual([303, '/mon-compte']);
    expect((await browser.get('/mon-compte')).text).toContain('Votre mot de passe est changé');
  });

  test('a first sending whose session is renewed in another tab meanwhile gives back what was typed', async () => {
    const user = await createUser(site.dependencies.db);
    const browser = await site.signedIn(user.email);
    const { text: page } = await browser.get('/mon-compte');
    const of = (html: string, name: string) =>
      new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1] ?? '';
    const nom = 'Une longue phrase que personne ne veut taper deux fois';
    const words = { _csrf: of(page, '_csrf'), _envoi: of(page, '_envoi'), nom, recherche: 'q=un' };
    // It has read its session, and waits to claim the form.
    const holder = await site.owner.transaction();
    await holder.raw('lock table sent_forms in access exclusive mode');
    const sent = browser.post(LIST, words).then();
    await until(async () => (await countWaiting(site.owner)) >= 1);
    const chosen = 'Girafe-Violette-2027';
    const others = { present_password: TEST_PASSWORD, password: chosen, password_confirmation: chosen };
    expect((await browser.submit('/mon-compte/mot-de-passe', others)).status).toBe(303);
    await holder.commit();
    const { status, text } = await sent;
    expect(status).toBe(409);
    expect(text).toContain('Rien n’est encore enregistré');
    expect(text).toContain(`name="nom" value="${nom}"`);
    expect(await searches()).toEqual([]);
    expect(await site.dependencies.db('sent_forms')).toEqual([]);
    const again = { ...words, _csrf: of(text, '_csrf'), _envoi: of(text, '_envoi') };
    expect(again._envoi).not.toBe(words._envoi);
    expect((await browser.post(LIST, again)).status).toBe(303);
    expect(await searches()).toMatchObject([{ name: nom }]);
  });

  test('the first was lost with its process: the second is the first', async () => {
    const { app, work } = slowForm();
    work.go.resolve();
    await supertest(app).post('/').type('form').send(form());
    await site.dependencies
      .db('sent_forms')
      .update({ answer: null, claimed_at: new Date(site.clock.now().getTime() - 3 * 60_000) });
    expect((await supertest(app).post('/').type('form').send(form())).headers.location).toBe('/fait/2');
  });
});
