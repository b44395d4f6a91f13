import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Attachment } from '#platform/mail/message.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { forgetMails, mailsIn } from '../../support/mails.ts';
import { first } from '../../support/rows.ts';

/** Every byte, of which a text would lose some. */
const BYTES = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
const kept = new Map([[7, BYTES]]);

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({
    features: [{ name: 'test', storedFiles: { 'test.file': async (_db, id) => kept.get(id) } }],
  });
});
afterAll(() => site.close());
beforeEach(async () => {
  await forgetMails(site.dependencies.db);
  site.mailbox.clear();
});

const queue = (...attachments: Attachment[]) =>
  site.dependencies.db.transaction((trx) =>
    site.dependencies.mail.enqueue(trx, {
      kind: 'password.no-account',
      to: 'zoe@pro.example',
      subject: 'Essai',
      paragraphs: ['Essai.'],
      attachments,
    }),
  );
const pdf = { filename: 'Convocation de Zoé.pdf', contentType: 'application/pdf' };
const stored = { ...pdf, stored: { kind: 'test.file', id: 7 } };

test('a file arrives as it was given: a text, bytes, or what is read when the e-mail leaves', async () => {
  await queue(
    { filename: 'seances.ics', contentType: 'text/calendar', content: 'é' },
    { ...pdf, content: BYTES },
    stored,
  );
  await site.runJobs();
  const files = site.mailbox.to('zoe@pro.example')[0]?.attachments ?? [];
  expect(files.map(({ filename }) => filename)).toEqual(['seances.ics', pdf.filename, pdf.filename]);
  expect(files.map(({ mimeType }) => mimeType)).toEqual([
    'text/calendar',
    'application/pdf',
    'application/pdf',
  ]);
  expect(String(files[0]?.content).trim()).toBe('é');
  expect(files[1]?.content).toEqual(BYTES);
  expect(files[2]?.content).toEqual(BYTES);
});

test('the queue holds where a stored file is, and is handed no large one', async () => {
  const id = await queue(stored);
  const { sealed_content: sealed } = first(await mailsIn(site.dependencies.db, { id }));
  expect(String(sealed).length).toBeLessThan(1_000);
  await expect(queue({ ...pdf, content: new Uint8Array(200_000) })).rejects.toThrow('too large');
});

test.each([
  ['is there no more', { kind: 'test.file', id: 8 }],
  ['nobody keeps', { kind: 'test.unknown', id: 7 }],
])('an e-mail with a file that %s is not sent without it, and the agency sees why', async (_what, where) => {
  const id = await queue({ ...pdf, stored: where });
  await site.runJobs();
  expect(site.mailbox.mails).toEqual([]);
  expect(first(await mailsIn(site.dependencies.db, { id }))).toMatchObject({
    status: 'undeliverable',
    last_error: 'Le fichier joint «\u00a0Convocation de Zoé.pdf\u00a0» n’existe plus.',
  });
});
