import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { gatedRouter, listRoutes } from '../../src/access/gate.ts';
import { agency } from '../../src/access/policies.ts';
import { features } from '../../src/features.ts';
import { scheduleOf } from '../../src/jobs.ts';
import { emit } from '../../src/platform/events.ts';
import { defineFeature } from '../../src/platform/feature.ts';
import { stopLink } from '../../src/platform/mail/stop-links.ts';
import { uploadBody } from '../../src/platform/web/forms/upload.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createUser } from '../support/people.ts';

declare module '../../src/platform/events.ts' {
  interface DomainEvents {
    'toy.broken': { by: string };
  }
}

/** A capability that nothing else in the application knows of. */
const seen: string[] = [];
const link = stopLink('/jouet/arreter', 'end of toys');
const toy = defineFeature({
  name: 'test/toy',
  sites: [
    () => {
      const site = gatedRouter();
      site.get('/agence/jouet', agency, (_req, res) => void res.send('Le jouet'));
      site.post('/agence/jouet/fichier', agency, (req, res) => void res.send(Object.keys(req.body).join()));
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

test('its e-mails are ended by their link, and in one click of a mailbox', async () => {
  const path = link.path(site.dependencies.config.secrets, 7);
  expect((await site.visitor().get(path)).text).toContain('Arrêter le jouet');
  expect(seen).toEqual([]);
  await site.visitor().submit(path);
  await site.visitor().agent.post(path).type('form').send('List-Unsubscribe=One-Click').expect(200);
  expect(seen).toEqual(['stopped 7', 'stopped 7']);
});

test('every capability stands once in the list, under the name of its folder', async () => {
  const names = features.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const tasks = scheduleOf(features).map(({ task }) => task);
  expect(new Set(tasks).size).toBe(tasks.length);
});
