import { afterAll, beforeAll, expect, test } from 'vitest';
import { audienceLabels } from '#access/audiences.ts';
import { sample } from '#access/sample.ts';
import { mailKinds } from '#platform/mail/kinds.ts';
import { renderMessage } from '#platform/mail/render.ts';
import { features } from '../../../src/features.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';

/** Every e-mail that leaves by itself: what it says, and how it goes out. */
const kinds = [...mailKinds(features)].toSorted(([one], [other]) => (one < other ? -1 : 1));
let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());

/** The e-mails by kind, each as a reader of text gets it. */
async function inWords(): Promise<string> {
  const { config } = site.dependencies;
  const mails = kinds.map(async ([kind, { to, when, sample }]) => {
    const message = sample(config);
    const { text } = renderMessage(message, config.publicUrl);
    const files = message.attachments?.map(({ filename }) => `Fichier joint : ${filename}\n`).join('') ?? '';
    return `${'='.repeat(20)} ${kind}\n${audienceLabels[to]}. ${when}\nObjet : ${message.subject}\n${files}\n${text}`;
  });
  return (await Promise.all(mails)).join('\n');
}

test('they say what they are known to say', async () => {
  await expect(await inWords()).toMatchFileSnapshot('kinds.snapshot.txt');
});

test('each is declared under the kind that it bears, and its sample is of nobody', () => {
  const { config } = site.dependencies;
  const samples = kinds.map(([kind, mail]) => ({ kind, message: mail.sample(config) }));
  for (const { kind, message } of samples) {
    expect(message.kind).toBe(kind);
    expect(message.to, kind).toMatch(/@demo\.example$/);
  }
});

test('each goes out, marked as automatic so that no other machine answers it', async () => {
  const { db, mail, config } = site.dependencies;
  await db.transaction(async (trx) => {
    for (const [kind, one] of kinds)
      await mail.enqueue(trx, { ...one.sample(config), to: `${kind}@all.example` });
  });
  await site.runJobs();
  expect(site.mailbox.mails.map(({ to }) => to).toSorted()).toEqual(
    kinds.map(([kind]) => `${kind}@all.example`).toSorted(),
  );
  const answered = site.mailbox.mails.filter(({ headers }) => headers['auto-submitted'] !== 'auto-generated');
  expect(answered).toEqual([]);
});

test('each that its reader can end is shown with the way to end it, which ends nothing', () => {
  const { config } = site.dependencies;
  const shown = kinds.flatMap(([, mail]) => mail.sample(config).unsubscribePath ?? []);
  const links = features.flatMap(({ stoppable = [] }) => stoppable.map(({ link }) => link));
  expect(shown.toSorted()).toEqual(
    links.map(({ route }) => route.replace(':token', sample.token)).toSorted(),
  );
  for (const { idOf } of links) expect(idOf(config.secrets, sample.token)).toBeUndefined();
});

test('one that no capability declares is not queued', async () => {
  const { db, mail } = site.dependencies;
  const message = { kind: 'nobody.knows', to: sample.person.email, subject: 'Essai', paragraphs: [] };
  await expect(db.transaction((trx) => mail.enqueue(trx, message))).rejects.toThrow(
    'no capability declares the e-mail « nobody.knows »',
  );
});

test('two capabilities cannot declare the same', () => {
  const [[kind, mail]] = kinds as [(typeof kinds)[number]];
  expect(() => mailKinds([{ mails: { [kind]: mail } }, { mails: { [kind]: mail } }])).toThrow(
    'is declared twice',
  );
});
