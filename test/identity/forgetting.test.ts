import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetOldSessions } from '#platform/web/session-store.ts';
import { features } from '../../src/features.ts';
import { scheduleOf } from '../../src/jobs.ts';
import { askForAccount, filledIn, PASSWORD } from '../structures/account-requests/forms.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createTestDatabase, DAY, HOUR } from '../support/database.ts';
import { createStructure, createUser, nextSiret } from '../support/people.ts';

const schedule = scheduleOf(features);

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

test('an e-mail is forgotten a month after it was sent, three after it should have been', async () => {
  const { db, mail } = site.dependencies;
  const enqueue = (to: string) =>
    db.transaction((trx) =>
      mail.enqueue(trx, { kind: 'password.no-account', to, subject: 'Essai', paragraphs: ['Essai.'] }),
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
  await db('emails').where({ recipient: 'bloque@structure.example' }).update({ last_error: '550 bloque@' });
  site.clock.advance(60 * DAY);
  await forget();
  expect(await left()).toEqual(['bloque']);
  await db.raw(`select graphile_worker.add_job('deliver_email', job_key := 'email:' || id,
                                               run_at := now() + interval '1 day') from emails`);
  site.clock.advance(1);
  await forget();
  expect(await left()).toEqual([]);
  expect((await db.raw(`select from graphile_worker.jobs where key like 'email:%'`)).rows).toEqual([]);
});

test('a warning of an inactive account that no server took is kept until its notice begins', async () => {
  const { db, mail, clock } = site.dependencies;
  await db('emails').delete();
  const { id } = await createUser(db);
  const emailId = await db.transaction((trx) =>
    mail.enqueue(trx, {
      kind: 'password.no-account',
      to: 'x@structure.example',
      subject: 'Essai',
      paragraphs: ['Essai.'],
    }),
  );
  await db.raw(`select graphile_worker.remove_job('email:' || id) from emails`);
  await db('emails').update({ status: 'failing', server_unreachable: true });
  await db('inactivity_warnings').insert({ user_id: id, warned_at: clock.now(), email_id: emailId });
  site.clock.advance(91 * DAY);
  await forget();
  expect(await all('emails')).toHaveLength(1);
  await db('inactivity_warnings').update({ notice_from: clock.now() });
  await forget();
  expect(await all('emails')).toEqual([]);
});

test('requests are forgotten twelve months after they ended: names, address, phones and reason', async () => {
  const { db } = site.dependencies;
  site.clock.set('2028-02-29T10:00:00Z');
  const ended = '2027-03-01T08:00:00Z';
  const who = { civility: 'Mme', last_name: 'Jadis', first_name: 'Zoé', phone: '+33556000000' };
  const account = (state: string, decided_at: string | null, nr: number) => ({
    ...who,
    structure_id: structureId,
    email: `jadis${nr}@structure.example`,
    mobile: '+33600000000',
    job_title: 'Conseillère jadis',
    password_hash: state === 'pending' ? 'x' : null,
    state,
    token_hash: `jadis-${nr}`,
    token_expires_at: ended,
    created_at: '2027-01-01',
    confirmed_at: '2027-01-01',
    decided_at,
    refusal_reason: state === 'refused' ? 'Madame Jadis est inconnue.' : null,
  });
  const structure = (state: string, nr: number) => ({
    ...who,
    siret: nextSiret(),
    name: 'Forge',
    kind: 'association',
    address: '1 rue',
    postcode: '33600',
    city: 'Pessac',
    email: `jadis${nr}@structure.example`,
    state,
    created_at: '2027-01-01',
    decided_at: state === 'pending' ? null : ended,
    refusal_reason: state === 'refused' ? 'Bonjour Madame Jadis.' : null,
    structure_id: state === 'linked' ? structureId : null,
  });
  await db('account_requests').insert([
    account('refused', ended, 1),
    account('withdrawn', ended, 2),
    account('accepted', ended, 3),
    account('pending', null, 4),
    account('refused', '2027-03-02T08:00:00Z', 5),
  ]);
  await db('structure_requests').insert([
    structure('refused', 1),
    structure('linked', 2),
    structure('pending', 3),
  ]);
  const { id: decider } = await createUser(db, { isAgencyManager: true });
  await db('scheduled_decisions').insert({
    kind: 'account_request',
    request_id: 1,
    decision: 'refuse',
    reason: 'Madame Jadis',
    decided_by: decider,
    decided_at: ended,
    due_at: ended,
    ended_at: ended,
    state: 'failed',
    failure: 'La demande de Zoé Jadis est déjà refusée.',
  });
  const named = async () => ({
    accounts: await db('account_requests').where({ last_name: 'Jadis' }).orderBy('id').pluck('token_hash'),
    structures: await db('structure_requests').where({ last_name: 'Jadis' }).orderBy('id').pluck('state'),
  });
  await forget();
  const before = {
    accounts: [1, 2, 3, 4, 5].map((nr) => `jadis-${nr}`),
    structures: ['refused', 'linked', 'pending'],
  };
  expect(await named()).toEqual(before);

  site.clock.set('2028-03-01T10:00:00Z');
  await forget();
  expect(await named()).toEqual(before);
  site.clock.set('2028-03-02T00:00:00Z');
  await forget();
  await forget();
  expect(await named()).toEqual({ accounts: ['jadis-3', 'jadis-4', 'jadis-5'], structures: ['pending'] });
  const gone = [
    await db('account_requests')
      .whereIn('token_hash', ['jadis-1', 'jadis-2'])
      .select(db.raw('*, null as token_hash')),
    await db('structure_requests').whereNot({ state: 'pending' }),
    await db('scheduled_decisions'),
  ];
  expect(JSON.stringify(gone)).not.toMatch(/jadis|Zoé|\+33/i);
  expect(gone[0]?.map(({ state, refusal_reason }) => [state, refusal_reason])).toEqual([
    ['refused', 'Motif effacé.'],
    ['withdrawn', null],
  ]);
});

describe('browser sessions', () => {
  // The database's time zone is that of its host, not of ours: the column has none.
  test.each(['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'])(
    'one that is over is forgotten, one that is not stays, with a database in %s',
    async (timezone) => {
      const elsewhere = await createTestDatabase({ settings: { timezone } });
      try {
        const { db } = elsewhere.dependencies;
        // As the session store writes them.
        await db.raw(
          `insert into web_sessions (sid, sess, expire)
           select sid, '{"cookie": {}}', to_timestamp(cast(:now as double precision) + seconds)
             from (values ('over', -1), ('open', 60)) as one (sid, seconds)`,
          { now: Date.now() / 1000 },
        );
        await forgetOldSessions(elsewhere.dependencies);
        expect(await db('web_sessions').pluck('sid')).toEqual(['open']);
      } finally {
        await elsewhere.drop();
      }
    },
  );
});
