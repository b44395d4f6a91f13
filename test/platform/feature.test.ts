import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { agency } from '#access/policies.ts';
import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { recordAudit } from '#audit/service.ts';
import { counted } from '#audit/words.ts';
import { anonymise } from '#identity/account/deletion/anonymise.ts';
import { emit } from '#platform/events.ts';
import { defineFeature } from '#platform/feature.ts';
import type { Message } from '#platform/mail/message.ts';
import { stopLink } from '#platform/mail/stop-links.ts';
import type { PersonalData } from '#platform/personal-data.ts';
import { uploadBody } from '#platform/web/forms/upload.ts';
import { gatedRouter, listRoutes, serviceCall } from '#platform/web/gate.ts';
import { ACCEPT, ACCEPTED, type Asked, defineRequest, REFUSE, REFUSED } from '#requests/request.ts';
import { features } from '../../src/features.ts';
import { scheduleOf } from '../../src/jobs.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { declaredColumns, named, peopleColumns, wordColumns } from '../support/columns.ts';
import { createUser } from '../support/people.ts';

declare module '#platform/events.ts' {
  interface DomainEvents {
    'toy.broken': { by: string };
  }
}

const audit = {
  Jouets: {
    'toy.wound_up': { label: 'Jouet remonté', details: { turns: counted('tour') } },
    'toy.lost': 'Jouet perdu',
    'toy_request.accepted': 'Jouet donné',
    'toy_request.refused': 'Jouet refusé',
  },
} satisfies AuditDeclaration;
declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}

const personalData: PersonalData = {
  exported: {
    toys: { rows: `select r.colour, r.state from toy_requests r where r.user_id = u.id order by r.id` },
    toyBoxes: { rows: `select b.label, b.size from toy_boxes b where b.filled_by = u.id order by b.id` },
    hasToys: { value: `exists (select from toy_requests r where r.user_id = u.id)` },
  },
  people: {
    'toy_requests.user_id': 'deleted',
    'toy_requests.decided_by': 'kept',
    'toy_boxes.filled_by': 'kept',
  },
  erase: (trx, { id }) => trx('toy_boxes').where({ filled_by: id }).update({ label: 'Mot effacé' }),
  erased: {
    'toy_requests.colour': 'toys.colour',
    'toy_requests.refusal_reason': '(sent to the person)',
    'toy_boxes.label': 'toyBoxes.label',
  },
  kept: { 'toy_boxes.size': 'says nothing of whoever fills it' },
  impersonal: { toy_requests: 'state' },
};

/** A capability that nothing else in the application knows of. */
const seen: string[] = [];
const brokenMessage = (by: string): Message => ({
  kind: 'toy.broken',
  to: 'gestionnaire@demo.example',
  subject: 'Le jouet est cassé',
  paragraphs: [`${by} l’a cassé.`],
});
const link = stopLink('/jouet/arreter', 'end of toys');
/** Somebody asks for a toy; the agency decides once. */
const toyRequest = defineRequest<Asked<{ colour: string }>>({
  kind: 'toy_request',
  label: 'Demande de jouet',
  isAboutPerson: true,
  table: 'toy_requests',
  source: `
    select r.id, r.state, r.asked_at as since, r.decided_at as ended_at, r.decided_by, r.refusal_reason, r.user_id,
           u.first_name, u.last_name, u.email, cast(null as int) as structure_id, null as structure_name,
           null as acronym, null as siret, null as city, false as has_referent,
           json_build_object('colour', r.colour) as details
      from toy_requests r join users u on u.id = r.user_id`,
  events: `select r.asked_at, 'toy_request.created', r.user_id, null from toy_requests r where r.id = q.id`,
  outcomes: { accepted: ACCEPTED, refused: REFUSED },
  lock: ({ userId }) => ({ people: [userId] }),
  decisions: {
    accept: {
      ...ACCEPT,
      async apply({ request }) {
        seen.push(`given to ${request.firstName}`);
        return { said: `Le jouet ${request.details.colour} est donné.` };
      },
    },
    refuse: { ...REFUSE, apply: async () => ({ said: 'Le jouet est refusé.' }) },
  },
  path: '/agence/jouets',
  param: 'toyId',
  title: 'Demandes de jouet',
  waiting: ['jouet demandé', 'jouets demandés'],
  weighsEmail: false,
  heading: ({ firstName }) => firstName,
  subject: ({ firstName }) => `la demande de ${firstName}`,
  columns: [{ label: 'Couleur', lines: ({ details }) => [details.colour] }],
  facts: ({ details }) => [['Couleur', details.colour]],
});
const toy = defineFeature({
  name: 'test/toy',
  audit,
  personalData,
  sites: [
    () => {
      const site = gatedRouter();
      site.get('/agence/jouet', agency, (_req, res) => void res.send('Le jouet'));
      site.post('/agence/jouet/fichier', agency, (req, res) => void res.send(Object.keys(req.body).join()));
      return site;
    },
  ],
  machineSites: [
    () => {
      const site = gatedRouter();
      site.get('/jouet.txt', serviceCall, (req, res) => void res.send(String(req.session ?? 'sans session')));
      return site;
    },
  ],
  uploads: [
    { path: '/agence/jouet/fichier', read: uploadBody(1_000, (req) => req.user?.isAgencyManager === true) },
  ],
  jobs: [
    {
      task: 'wind_up_toy',
      run: async (_deps, payload) => void seen.push(`job ${JSON.stringify(payload)}`),
      cron: { match: '1 2 * * *', tries: 'daily' },
    },
  ],
  requests: [toyRequest],
  forget: [async () => void seen.push('forget')],
  remind: [async () => void seen.push('remind')],
  on: {
    'toy.broken': async (_deps, trx, { by }) => {
      seen.push(`broken by ${by}`);
      await trx('rate_limits').insert({ key: `broken by ${by}`, points: 1 });
      if (by === 'nobody') throw new Error('nobody breaks a toy');
      return { broken: 1 };
    },
  },
  tiles: [
    {
      home: 'agency',
      label: ['jouet à remonter', 'jouets à remonter'],
      href: '/agence/jouet',
      sql: `select count(*) as waiting, 1 as overdue from generate_series(:since, 2)`,
      bindings: () => ({ since: 1 }),
    },
    { home: 'decisions', label: ['jouet', 'jouets'], href: '/jouet', sql: 'select 1 as waiting' },
    {
      home: 'awaited',
      label: ['Un jouet attend', 'jouets attendent'],
      href: '/jouet',
      sql: 'select 0 as waiting',
    },
  ],
  managed: [{ label: 'Tous les jouets', href: '/agence/jouet' }],
  listed: async () => [{ path: '/jouet' }],
  closedToRobots: ['/agence/jouet'],
  mails: {
    'toy.broken': { to: 'agency', when: 'Le jouet est cassé.', sample: () => brokenMessage('Personne') },
  },
  stoppable: [
    {
      link,
      ask: { title: 'Arrêter le jouet', text: 'Il ne tourne plus.', button: 'Arrêter' },
      done: { title: 'Arrêté', text: 'Il ne tourne plus.', way: { href: '/', label: 'Accueil' } },
      end: async (_deps, id) => seen.push(`stopped ${id}`),
    },
  ],
});
const second = defineFeature({
  name: 'test/second',
  on: { 'toy.broken': async () => ({ broken: 2, thrownAway: 1 }) },
});

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ features: [toy, second] });
  // « Agence » counts what waits of its kind of request.
  await site.owner.raw(`
    create table toy_requests (
      id integer generated always as identity primary key, user_id integer not null references users,
      colour text not null default 'bleu', state text not null default 'pending', asked_at timestamptz not null,
      decided_at timestamptz, decided_by integer references users, refusal_reason text);
    create table toy_boxes (
      id integer generated always as identity primary key, filled_by integer not null references users,
      label text not null, size text not null);
    grant all on toy_requests, toy_boxes to public`);
});
afterAll(() => site.close());
beforeEach(() => seen.splice(0));

test('its pages are served, behind their policy, and listed with all others', async () => {
  const manager = await createUser(site.dependencies.db, { isAgencyManager: true });
  expect((await site.visitor().get('/agence/jouet')).status).toBe(303);
  const browser = await site.signedIn(manager.email);
  expect((await browser.get('/agence/jouet')).text).toBe('Le jouet');
  const person = await site.signedIn((await createUser(site.dependencies.db)).email);
  expect([403, 404]).toContain((await person.get('/agence/jouet')).status);
  expect(listRoutes(site.app)).toContainEqual({ method: 'GET', path: '/agence/jouet', policy: 'agency' });
});

test('what it answers to other programs knows no session, not even of whoever has one', async () => {
  const manager = await createUser(site.dependencies.db, { isAgencyManager: true });
  const { text, headers } = await (await site.signedIn(manager.email)).get('/jouet.txt');
  expect(text).toBe('sans session');
  expect(headers['set-cookie']).toBeUndefined();
  expect(listRoutes(site.app)).toContainEqual({ method: 'GET', path: '/jouet.txt', policy: 'serviceCall' });
});

test('a file is read before the check of its form’s token, for those who may send it', async () => {
  const send = async (email: string) => {
    const browser = await site.signedIn(email);
    const token = await browser.token('/mon-compte');
    return browser.agent.post('/agence/jouet/fichier').field('_csrf', token).field('texte', 'un jouet');
  };
  const manager = await createUser(site.dependencies.db, { isAgencyManager: true });
  expect((await send(manager.email)).text).toContain('texte');
  expect((await send((await createUser(site.dependencies.db)).email)).status).toBe(403);
});

test('its jobs are done, come round, and its steps join those of the others', async () => {
  const { db } = site.dependencies;
  await db.raw(`select graphile_worker.add_job('wind_up_toy', json_build_object('turns', 3))`);
  await db.raw(`select graphile_worker.add_job('forget_expired')`);
  await db.raw(`select graphile_worker.add_job('remind_deciders')`);
  await site.runJobs();
  expect(seen.toSorted()).toEqual(['forget', 'job {"turns":3}', 'remind']);
  const own = scheduleOf([toy]).find(({ task }) => task === 'wind_up_toy');
  expect(own?.options).toMatchObject({ maxAttempts: 10 });
  expect(scheduleOf(features).some(({ task }) => task === 'wind_up_toy')).toBe(false);
});

test('an event is told in the transaction, and what is done is added up', async () => {
  const { dependencies: deps } = site;
  const done = await deps.db.transaction((trx) => emit(deps, trx, 'toy.broken', { by: 'Zoé' }));
  expect(done).toEqual({ broken: 3, thrownAway: 1 });
  expect(await deps.db('rate_limits').where({ key: 'broken by Zoé' })).toHaveLength(1);
});

test('a handler that fails undoes all', async () => {
  const { dependencies: deps } = site;
  const broken = deps.db.transaction(async (trx) => {
    await trx('rate_limits').insert({ key: 'before', points: 1 });
    await emit(deps, trx, 'toy.broken', { by: 'nobody' });
  });
  await expect(broken).rejects.toThrow('nobody breaks a toy');
  expect(await deps.db('rate_limits').whereIn('key', ['before', 'broken by nobody'])).toEqual([]);
});

test('the journal tells in its words what it records, and is narrowed to it', async () => {
  const { db, clock } = site.dependencies;
  const at = clock.now();
  await recordAudit(db, { action: 'toy.wound_up', at, details: { turns: 3 } });
  // @ts-expect-error: what it takes is a number
  await recordAudit(db, { action: 'toy.wound_up', at, details: { turns: 'three' } });
  // @ts-expect-error: it has no such action
  await recordAudit(db, { action: 'toy.wound', at });
  const browser = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
  const { text } = await browser.get('/agence/journal?quoi=Jouets');
  expect(text).toContain('<option value="toy.lost">Jouet perdu</option>');
  expect(text).toContain('Jouet remonté');
  expect(text).toContain('3\u00a0tours');
  expect(text).not.toContain('toy.wound</');
  expect((await browser.get('/agence/journal?quoi=toy.lost')).text).not.toContain('3\u00a0tours');
});

describe('its personal data', () => {
  test('is in « mes données », and gone or emptied once the person is forgotten', async () => {
    const { db, features: all } = site.dependencies;
    const at = site.clock.now();
    const [zoe, ada] = [await createUser(db), await createUser(db)];
    for (const { id } of [zoe, ada]) {
      await db('toy_requests').insert({ user_id: id, colour: 'rouge', state: 'refused', asked_at: at });
      await db('toy_boxes').insert({ filled_by: id, label: 'Mes trésors', size: 'grande' });
    }
    const browser = await site.signedIn(zoe.email);
    expect((await browser.submit('/mon-compte/mes-donnees', {}, '/mon-compte')).body).toMatchObject({
      account: { email: zoe.email },
      toys: [{ colour: 'rouge', state: 'refused' }],
      toyBoxes: [{ label: 'Mes trésors', size: 'grande' }],
      hasToys: true,
    });
    await db.transaction((trx) => anonymise(all, trx, zoe, at));
    expect(await db('toy_requests').where({ user_id: zoe.id })).toEqual([]);
    expect(await db('toy_requests').where({ user_id: ada.id })).toHaveLength(1);
    const labels = await db('toy_boxes').whereIn('filled_by', [zoe.id, ada.id]).orderBy('id').pluck('label');
    expect(labels).toEqual(['Mot effacé', 'Mes trésors']);
  });

  test('leaves out no column of its tables', async () => {
    const { db, features: all } = site.dependencies;
    expect(named(await wordColumns(db))).toEqual(declaredColumns(all).words);
    expect(named(await peopleColumns(db))).toEqual(declaredColumns(all).people);
  });
});

test('its e-mails are ended by their link, and in one click of a mailbox', async () => {
  const path = link.path(site.dependencies.config.secrets, 7);
  expect((await site.visitor().get(path)).text).toContain('Arrêter le jouet');
  expect(seen).toEqual([]);
  await site.visitor().submit(path);
  await site.visitor().agent.post(path).type('form').send('List-Unsubscribe=One-Click').expect(200);
  expect(seen).toEqual(['stopped 7', 'stopped 7']);
});

describe('its kind of request', () => {
  const LIST = '/agence/jouets';
  const toyOf = (id: number) => site.dependencies.db('toy_requests').where({ id }).first();
  const ask = async (userId: number): Promise<number> =>
    (
      await site.dependencies.db('toy_requests').insert({ user_id: userId, asked_at: site.clock.now() }, 'id')
    )[0].id;

  test('stands on « Agence », in a list of its own, and is decided there once', async () => {
    const { db } = site.dependencies;
    const agnes = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
    const zoe = await createUser(db, { firstName: 'Zoé' });
    const id = await ask(zoe.id);
    expect((await agnes.get('/agence')).text).toContain('jouet demandé');
    expect((await agnes.get(LIST)).text).toMatch(/Zoé[\s\S]*bleu/);
    expect((await agnes.get(`${LIST}/${id}`)).text).toContain('Demandes de jouet');
    const decide = (slug: string, fields = {}) => agnes.submit(`${LIST}/${id}/${slug}`, fields, LIST);
    expect((await decide('accepter')).status).toBe(303);
    expect((await agnes.get(LIST)).text).toContain('Le jouet bleu est donné.');
    expect(await toyOf(id)).toMatchObject({ state: 'accepted', decided_at: site.clock.now() });
    expect((await decide('accepter')).text).toContain('La demande de Zoé est déjà acceptée');
    expect((await decide('refuser', { reason: 'Non' })).status).toBe(409);
    expect(seen).toEqual(['given to Zoé']);
    expect((await agnes.get('/agence/journal')).text).toContain(`Demande de jouet n°\u00a0${id}`);
  });

  test('is refused with a reason that a template begins, and by nobody who asked', async () => {
    const { db } = site.dependencies;
    const manager = await createUser(db, { isAgencyManager: true });
    const agnes = await site.signedIn(manager.email);
    const id = await ask((await createUser(db)).id);
    expect((await agnes.get('/agence/modeles')).text).toContain('Demandes de jouet');
    expect((await agnes.submit(`${LIST}/${id}/refuser`, {}, LIST)).status).toBe(422);
    expect((await agnes.submit(`${LIST}/${id}/refuser`, { reason: 'Il n’y en a plus.' }, LIST)).status).toBe(
      303,
    );
    expect(await toyOf(id)).toMatchObject({ state: 'refused', refusal_reason: 'Il n’y en a plus.' });
    const own = await ask(manager.id);
    expect((await agnes.submit(`${LIST}/${own}/accepter`, {}, LIST)).status).toBe(403);
    expect(await toyOf(own)).toMatchObject({ state: 'pending' });
  });
});

test('what waits because of it stands on the homes, with the way there', async () => {
  const person = await createUser(site.dependencies.db, { isAgencyManager: true });
  const browser = await site.signedIn(person.email);
  const agencyHome = (await browser.get('/agence')).text;
  expect(agencyHome).toContain('<strong>2</strong> <a href="/agence/jouet">jouets à remonter</a>');
  expect(agencyHome).toContain('1 en retard');
  expect(agencyHome).toContain('href="/agence/jouet">Tous les jouets</a>');
  const home = (await browser.get('/')).text;
  expect(home).toContain('<strong>1</strong> <a href="/jouet">jouet</a>');
  expect(home).not.toContain('jouet attend');
});

test('robots are told which of its pages they may read', async () => {
  expect((await site.visitor().get('/sitemap.xml')).text).toContain('/jouet</loc>');
  expect((await site.visitor().get('/robots.txt')).text).toContain('Disallow: /agence/jouet');
});

test('its e-mail is sent, and shown to the agency before it is', async () => {
  const { db, mail } = site.dependencies;
  const manager = await createUser(db, { isAgencyManager: true });
  const browser = await site.signedIn(manager.email);
  const { text: list } = await browser.get('/agence/courriels/modeles');
  expect(list).toContain('<a href="/agence/courriels/modeles/toy.broken">Le jouet est cassé</a>');
  expect((await browser.get('/agence/courriels/modeles/toy.broken')).text).toContain('Personne l’a cassé.');
  await db.transaction((trx) => mail.enqueue(trx, { ...brokenMessage('Zoé'), to: manager.email }));
  await site.runJobs();
  expect(site.mailbox.to(manager.email).at(-1)?.text).toContain('Zoé l’a cassé.');
});

test('every capability stands once in the list, under the name of its folder', async () => {
  const names = features.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const tasks = scheduleOf(features).map(({ task }) => task);
  expect(new Set(tasks).size).toBe(tasks.length);
});
