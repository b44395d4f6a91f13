import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetOldSessions } from '#platform/web/session-store.ts';
import { features } from '../../src/features.ts';
import { scheduleOf } from '../../src/jobs.ts';
import { askForAccount, filledIn, PASSWORD } from '../structures/account-requests/forms.ts';
import { browserSessions, passwordLinks, setNotice, warnOfInactivity } from '../support/accounts.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createTestDatabase, DAY, HOUR } from '../support/database.ts';
import { forgetMails, mailsIn, setMail, setMails, stopDelivery } from '../support/mails.ts';
import { createStructure, createUser } from '../support/people.ts';
import {
  createFailedDecision,
  createRequest,
  decisionsIn,
  forgetRequests,
  requestsIn,
} from '../support/requests.ts';

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
const accounts = () => requestsIn(site.dependencies.db, 'account_request');
const links = () => passwordLinks(site.dependencies.db);
const mails = () => mailsIn(site.dependencies.db);

test('comes round every hour', () => {
  const item = schedule.find(({ task }) => task === 'forget_expired');
  const at = (hour: number, min: number) => ({ min, hour, date: 1, month: 1, dow: 1 });
  const minutes = Array.from({ length: 60 }, (_, min) => min);
  for (const hour of [0, 13]) {
    expect(minutes.filter((min) => item?.match(at(hour, min)))).toHaveLength(1);
  }
});

test('a request that nobody confirmed in time is forgotten, a replaced one too, a confirmed one never', async () => {
  const email = 'oublie@structure.example';
  await askForAccount(site, structureId, 'confirme@structure.example');
  await site.visitor().submit(ASK, filledIn(structureId, email));
  await site.runJobs();
  const replaced = site.mailbox.latestLink(email);
  await site.visitor().submit(ASK, { ...filledIn(structureId, email), mobile: '06 12 34 56 78' });
  await site.runJobs();
  const link = site.mailbox.latestLink(email);

  const before = await accounts();
  site.clock.advance(24 * HOUR - 1);
  await forget();
  expect(await accounts()).toEqual(before);

  site.clock.advance(1);
  await forget();
  const after = await accounts();
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
  expect(await accounts()).toEqual(after);
  await askForAccount(site, structureId, email);
  await forgetRequests(site.dependencies.db, 'account_request');
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
  expect(await links()).toHaveLength(2);
  expect((await site.visitor().get(unused)).text).toContain('Ce lien a expiré');
  const fresh = await ask();
  site.clock.advance(1);
  await forget();
  await forget();
  expect(await links()).toHaveLength(1);
  expect((await site.visitor().get(unused)).status).toBe(404);
  expect((await site.visitor().get(fresh)).status).toBe(200);
});

test('an e-mail is forgotten a month after it was sent, three after it should have been', async () => {
  const { db, mail } = site.dependencies;
  const enqueue = (to: string) =>
    db.transaction((trx) =>
      mail.enqueue(trx, { kind: 'password.no-account', to, subject: 'Essai', paragraphs: ['Essai.'] }),
    );
  await forgetMails(db);
  await enqueue('parti@structure.example');
  await site.runJobs();
  site.clock.advance(1);
  await enqueue('plustard@structure.example');
  await site.runJobs();
  const blocked = await enqueue('bloque@structure.example');
  await setMail(db, blocked, { status: 'failing' });
  await stopDelivery(db, { status: 'failing' });
  const left = async () => (await mails()).map(({ recipient }) => recipient.split('@')[0]);

  site.clock.advance(30 * DAY - 1);
  await forget();
  expect(await left()).toEqual(['parti', 'plustard', 'bloque']);
  site.clock.advance(1);
  await forget();
  expect(await left()).toEqual(['plustard', 'bloque']);
  await setMail(db, blocked, { last_error: '550 bloque@' });
  site.clock.advance(60 * DAY);
  await forget();
  expect(await left()).toEqual(['bloque']);
  const nextDay = `select graphile_worker.add_job('deliver_email', job_key := ?, run_at := now() + interval '1 day')`;
  await db.raw(nextDay, [`email:${blocked}`]);
  site.clock.advance(1);
  await forget();
  expect(await left()).toEqual([]);
  expect((await db.raw(`select from graphile_worker.jobs where key like 'email:%'`)).rows).toEqual([]);
});

test('a warning of an inactive account that no server took is kept until its notice begins', async () => {
  const { db, mail, clock } = site.dependencies;
  await forgetMails(db);
  const { id } = await createUser(db);
  const emailId = await db.transaction((trx) =>
    mail.enqueue(trx, {
      kind: 'password.no-account',
      to: 'x@structure.example',
      subject: 'Essai',
      paragraphs: ['Essai.'],
    }),
  );
  await stopDelivery(db);
  await setMails(db, { status: 'failing', server_unreachable: true });
  await warnOfInactivity(db, { user_id: id, warned_at: clock.now(), email_id: emailId });
  site.clock.advance(91 * DAY);
  await forget();
  expect(await mails()).toHaveLength(1);
  await setNotice(db, clock.now());
  await forget();
  expect(await mails()).toEqual([]);
});

test('requests are forgotten twelve months after they ended: names, address, phones and reason', async () => {
  const { db } = site.dependencies;
  site.clock.set('2028-02-29T10:00:00Z');
  const ended = '2027-03-01T08:00:00Z';
  const created = new Date('2027-01-01');
  const who = (nr: number) => ({
    last_name: 'Jadis',
    first_name: 'Zoé',
    phone: '+33556000000',
    email: `jadis${nr}@structure.example`,
  });
  const account = (nr: number, state: string, decided_at: string | null) =>
    createRequest(db, 'account_request', created, {
      ...who(nr),
      structure_id: structureId,
      mobile: '+33600000000',
      job_title: 'Conseillère jadis',
      state,
      password_hash: state === 'pending' ? 'x' : null,
      decided_at,
      refusal_reason: state === 'refused' ? 'Madame Jadis est inconnue.' : null,
    });
  const structure = (nr: number, state: string) =>
    createRequest(db, 'structure_request', created, {
      ...who(nr),
      state,
      decided_at: state === 'pending' ? null : ended,
      refusal_reason: state === 'refused' ? 'Bonjour Madame Jadis.' : null,
      ...(state === 'linked' ? { structure_id: structureId } : {}),
    });
  const made = {
    accounts: [
      await account(1, 'refused', ended),
      await account(2, 'withdrawn', ended),
      await account(3, 'accepted', ended),
      await account(4, 'pending', null),
      await account(5, 'refused', '2027-03-02T08:00:00Z'),
    ],
    structures: [await structure(1, 'refused'), await structure(2, 'linked'), await structure(3, 'pending')],
  };
  await createFailedDecision(db, ended, {
    kind: 'account_request',
    request_id: 1,
    reason: 'Madame Jadis',
    decided_by: (await createUser(db, { isAgencyManager: true })).id,
    failure: 'La demande de Zoé Jadis est déjà refusée.',
  });
  const namedOf = async (kind: 'account_request' | 'structure_request') =>
    (await requestsIn(db, kind, { last_name: 'Jadis' })).map(({ id }) => id);
  const named = async () => ({
    accounts: await namedOf('account_request'),
    structures: await namedOf('structure_request'),
  });
  await forget();
  expect(await named()).toEqual(made);

  site.clock.set('2028-03-01T10:00:00Z');
  await forget();
  expect(await named()).toEqual(made);
  site.clock.set('2028-03-02T00:00:00Z');
  await forget();
  await forget();
  expect(await named()).toEqual({
    accounts: made.accounts.slice(2),
    structures: made.structures.slice(2),
  });
  const gone = (await accounts()).filter(({ id }) => made.accounts.slice(0, 2).includes(id));
  const others = [
    ...(await requestsIn(db, 'structure_request')).filter(({ state }) => state !== 'pending'),
    ...(await decisionsIn(db)),
  ];
  expect(JSON.stringify([gone, others])).not.toMatch(/jadis|Zoé|\+33/i);
  expect(gone.map(({ state, refusal_reason }) => [state, refusal_reason])).toEqual([
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
        expect(await browserSessions(db)).toMatchObject([{ sid: 'open' }]);
      } finally {
        await elsewhere.drop();
      }
    },
  );
});
