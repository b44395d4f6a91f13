import { afterAll, beforeAll, expect, test } from 'vitest';
import { schedule } from '../../src/jobs.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { DAY, HOUR } from '../support/database.ts';
import { createStructure, createUser } from '../support/people.ts';
import { askForAccount, filledIn, PASSWORD } from './account-requests/forms.ts';

let site: TestSite;
let structureId: number;
beforeAll(async () => {
  site = await createTestSite();
  structureId = await createStructure(site.dependencies.db);
});
afterAll(() => site.close());

const ASK = '/account-requests/add';
const FORGOTTEN = '/mot-de-passe-oublie';

/** Runs the scheduled job, and what it may have asked for. */
const forget = async () => {
  await site.dependencies.db.raw(`select graphile_worker.add_job('forget_expired')`);
  await site.runJobs();
};
const all = (table: string) => site.dependencies.db(table).orderBy('id');

test('comes round every hour', () => {
  const item = schedule.find(({ task }) => task === 'forget_expired');
  const at = (hour: number, min: number) => ({ min, hour, date: 1, month: 1, dow: 1 });
  const minutes = Array.from({ length: 60 }, (_, min) => min);
  for (const hour of [0, 13]) {
    expect(minutes.filter((min) => item?.match(at(hour, min)))).toHaveLength(1);
  }
});

test('a request that nobody confirmed in time is forgotten, a replaced one too, a confirmed one never', async () => {
  const { db } = site.dependencies;
  const email = 'oublie@structure.example';
  await askForAccount(site, structureId, 'confirme@structure.example');
  await site.visitor().submit(ASK, filledIn(structureId, email));
  await site.runJobs();
  const replaced = site.mailbox.latestLink(email);
  await site.visitor().submit(ASK, { ...filledIn(structureId, email), mobile: '06 12 34 56 78' });
  await site.runJobs();
  const link = site.mailbox.latestLink(email);

  const before = await all('account_requests');
  site.clock.advance(24 * HOUR - 1);
  await forget();
  expect(await all('account_requests')).toEqual(before);

  site.clock.advance(1);
  await forget();
  const after = await all('account_requests');
  expect(after.map(({ state }) => state)).toEqual(['pending', 'withdrawn', 'expired']);
  expect(after[0]).toEqual(before[0]);
  const nobody = { email: '', last_name: '', first_name: '', job_title: null, phone: null, mobile: null };
  for (const row of after.slice(1)) expect(row).toMatchObject({ ...nobody, password_hash: null });
  expect(JSON.stringify(after.slice(1))).not.toMatch(/oublie@|Proviste|Alix|3355|3361|argon2/);

  const cases = [
    [link, 'Ce lien a expiré'],
    [replaced, 'Ce lien a été remplacé'],
  ] as const;
  for (const [address, words] of cases) {
    for (const response of [
      await site.visitor().get(address),
      await site.visitor().submit(address, { password: PASSWORD }, ASK),
    ]) {
      expect(response.status).toBe(410);
      expect(response.text).toContain(words);
    }
  }

  await forget();
  expect(await all('account_requests')).toEqual(after);
  await askForAccount(site, structureId, email);
  await db('account_requests').delete();
});

test('links for a new password are forgotten a day after their end, used or not', async () => {
  const { email } = await createUser(site.dependencies.db);
  const ask = async () => {
    await site.visitor().submit(FORGOTTEN, { email });
    await site.runJobs();
    return site.mailbox.latestLink(email);
  };
  const password = 'Girafe-Violette-2026';
  await site.visitor().submit(await ask(), { password, password_confirmation: password });
  const unused = await ask();
  site.clock.advance(HOUR + DAY);
  await forget();
  expect(await all('password_resets')).toHaveLength(2);
  expect((await site.visitor().get(unused)).text).toContain('Ce lien a expiré');
  const fresh = await ask();
  site.clock.advance(1);
  await forget();
  await forget();
  expect(await all('password_resets')).toHaveLength(1);
  expect((await site.visitor().get(unused)).status).toBe(404);
  expect((await site.visitor().get(fresh)).status).toBe(200);
});

test('an e-mail is forgotten a month after it was sent; one that did not leave stays', async () => {
  const { db, mail } = site.dependencies;
  const enqueue = (to: string) =>
    db.transaction((trx) =>
      mail.enqueue(trx, { kind: 'essai', to, subject: 'Essai', paragraphs: ['Essai.'] }),
    );
  await db('emails').delete();
  await enqueue('parti@structure.example');
  await site.runJobs();
  site.clock.advance(1);
  await enqueue('plustard@structure.example');
  await site.runJobs();
  await enqueue('bloque@structure.example');
  await db('emails').where({ recipient: 'bloque@structure.example' }).update({ status: 'failing' });
  await db.raw(`select graphile_worker.remove_job('email:' || id) from emails where status = 'failing'`);
  const left = async () => (await all('emails')).map(({ recipient }) => recipient.split('@')[0]);

  site.clock.advance(30 * DAY - 1);
  await forget();
  expect(await left()).toEqual(['parti', 'plustard', 'bloque']);
  site.clock.advance(1);
  await forget();
  expect(await left()).toEqual(['plustard', 'bloque']);
  site.clock.advance(300 * DAY);
  await forget();
  await forget();
  expect(await left()).toEqual(['bloque']);
});
