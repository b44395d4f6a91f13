import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createFormation, enrolmentsOf } from '../support/enrolments.ts';
import { mailsIn } from '../support/mails.ts';
import { createStructure, createUser } from '../support/people.ts';
import { first } from '../support/rows.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
});
afterAll(() => site.close());

test('with the mail server down no page fails, and every e-mail arrives once when it is back', async () => {
  const { dependencies, mailbox } = site;
  const { db } = dependencies;
  const structureId = await createStructure(db, { memberIn: [2026] });
  const person = await createUser(db, { affiliations: { [structureId]: [] } });
  const validator = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  const { slug, sessionId, providerId } = await createFormation(site, {
    capacity: 1,
    waitingCapacity: 1,
  });
  const trainer = await createUser(db, { affiliations: { [providerId]: ['provider'] } });

  await mailbox.stop();
  const asPerson = await site.signedIn(person.email);
  const form = `/parcourspro/actions/${slug}/inscription?session=${sessionId}`;
  const asked = await asPerson.submit(form, { structure: structureId, motivation: 'Progresser' });
  expect(asked.status).toBe(303);
  await site.runJobs();
  const { id } = first(await enrolmentsOf(db));

  const asValidator = await site.signedIn(validator.email);
  await asValidator.submit(
    '/parcourspro/profil',
    { profil: `hr_validator:${structureId}` },
    '/parcourspro/mon-espace',
  );
  const decide = `/parcourspro/valideur/demandes/${id}`;
  expect((await asValidator.submit(decide, { decision: 'approuver' })).status).toBe(303);

  const asTrainer = await site.signedIn(trainer.email);
  await asTrainer.submit(
    '/parcourspro/profil',
    { profil: `provider:${providerId}` },
    '/parcourspro/mon-espace',
  );
  const accept = await asTrainer.submit(
    `/parcourspro/prestataire/demandes/${id}/accepter`,
    {},
    `/parcourspro/prestataire/seances/${sessionId}`,
  );
  expect(accept.status).toBe(303);
  await site.runJobs();
  expect(mailbox.mails).toHaveLength(0);
  expect(await mailsIn(db, { status: 'failing' })).not.toHaveLength(0);

  await mailbox.start();
  // Nothing is tried before the look of the minute, not even a new e-mail; that look calls them all.
  await site.visitor().submit('/mot-de-passe-oublie', { email: person.email });
  await site.runJobs();
  expect(mailbox.mails).toHaveLength(0);
  await db.raw(`select graphile_worker.add_job('probe_mail_server')`);
  await site.runJobs();

  const arrived = mailbox.mails.map(({ to, subject }) => `${to} ${subject}`).sort();
  const mails = await mailsIn(db);
  const queued = mails.map(({ recipient, subject }) => `${recipient} ${subject}`);
  expect(arrived).toEqual(queued.sort());
  expect(arrived).toHaveLength(8);
  expect(mails.filter(({ status }) => status !== 'sent')).toEqual([]);
  expect(mails.filter(({ sealed_content }) => sealed_content !== null)).toEqual([]);
});
