import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { refusal } from '../../support/mailbox.ts';
import { forgetMails, mailsIn } from '../../support/mails.ts';
import { createUser } from '../../support/people.ts';
import { first } from '../../support/rows.ts';

/** What becomes of an e-mail that the server refuses: for good, or for the moment. */
let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());
beforeEach(async () => {
  await forgetMails(db());
  Object.assign(site.mailbox, { beforeRecipient: () => {}, beforeMessage: () => {} });
  site.mailbox.clear();
});

const db = () => site.dependencies.db;
const send = (to: string) =>
  db().transaction((trx) =>
    site.dependencies.mail.enqueue(trx, {
      kind: 'password.no-account',
      to,
      subject: 'Essai',
      paragraphs: ['Essai.'],
    }),
  );
const stored = async (id: number) => first(await mailsIn(db(), { id }));
const jobsLeft = async (id: number) =>
  (await db().raw(`select from graphile_worker.jobs where key = ?`, [`email:${id}`])).rows.length;

test.each([
  ['its address', 'beforeRecipient', 550, '5.1.1 No such user here'],
  ['its content', 'beforeMessage', 554, '5.6.0 Refused'],
] as const)(
  'refused for good for %s, it is not tried again, and the agency sees why',
  async (_what, step, code, words) => {
    site.mailbox[step] = (address: string) => {
      if (address === 'inconnu@structure.example') throw refusal(code, words);
    };
    const id = await send('inconnu@structure.example');
    const other = await send('connu@structure.example');
    await site.runJobs();
    expect(await stored(id)).toMatchObject({
      status: 'undeliverable',
      attempts: 1,
      server_unreachable: false,
    });
    expect((await stored(id)).last_error).toContain(words);
    expect(await jobsLeft(id)).toBe(0);
    expect(await stored(other)).toMatchObject({ status: 'sent' });

    const manager = await createUser(db(), { isAgencyManager: true });
    const agency = await site.signedIn(manager.email);
    const { text } = await agency.get('/agence/courriels');
    expect(text).toContain(words);
    expect(text).toContain('1 (refusé)');

    Object.assign(site.mailbox, { beforeRecipient: () => {}, beforeMessage: () => {} });
    await agency.submit(`/agence/courriels/${id}/renvoyer`, {}, '/agence/courriels');
    await site.runJobs();
    expect(site.mailbox.to('inconnu@structure.example')).toHaveLength(1);
    expect(await stored(id)).toMatchObject({ status: 'sent', last_error: null });
  },
);

test('refused for the moment, it is tried again later', async () => {
  site.mailbox.beforeRecipient = () => {
    throw refusal(451, '4.7.1 Greylisted');
  };
  const id = await send('plein@structure.example');
  await site.runJobs();
  expect(await stored(id)).toMatchObject({ status: 'failing', server_unreachable: false });
  expect(await jobsLeft(id)).toBe(1);
});

test('an address that the server could not carry is never given to it, and the agency sees why', async () => {
  const id = await send('hélène.dupont@structure.example');
  await site.runJobs();
  expect(site.mailbox.mails).toHaveLength(0);
  expect(await stored(id)).toMatchObject({
    status: 'undeliverable',
    last_error: expect.stringContaining('«\u00a0é\u00a0»'),
  });
  expect(await jobsLeft(id)).toBe(0);
});
