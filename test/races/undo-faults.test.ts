import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { startTestMailbox } from '../support/mailbox.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../support/people.ts';
import { HttpVisitor, startAppProcess, until } from '../support/process.ts';
import { createRequest, decisionsIn, requestOf } from '../support/requests.ts';
import { first } from '../support/rows.ts';

const LIST = '/agence/demandes-de-compte';
const EMAIL = 'attente@structure.example';

test('killed while a decision may still be undone: applied once, after the restart, with its one e-mail', async () => {
  const mailbox = await startTestMailbox();
  onTestFinished(() => mailbox.stop());
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const { db } = database.dependencies;
  const structure = await createStructure(db);
  const { email } = await createUser(db, { isAgencyManager: true });
  const asked = { structure_id: structure, email: EMAIL };
  const id = await createRequest(db, 'account_request', new Date(), asked);
  const environment = {
    DATABASE_URL: database.url,
    SMTP_URL: mailbox.smtpUrl,
    DECISION_UNDO_SECONDS: '2',
  };
  let app = await startAppProcess(environment);
  onTestFinished(async () => void (await app.terminate()));
  const visitor = new HttpVisitor(app.url);
  await visitor.submit('/connexion', { identifiant: email, mot_de_passe: TEST_PASSWORD });
  await visitor.submit(`${LIST}/${id}/accepter`, {}, LIST);
  const stateOf = async () => (await requestOf(db, 'account_request', id)).state;
  expect(await stateOf()).toBe('pending');
  const stateOfDecision = async () => first(await decisionsIn(db)).state;
  expect(await stateOfDecision()).toBe('scheduled');
  await app.kill();

  app = await startAppProcess(environment);
  await until(async () => (await stateOfDecision()) === 'applied');
  expect(await stateOf()).toBe('accepted');
  await until(async () => mailbox.to(EMAIL).length > 0);
  expect(mailbox.to(EMAIL)).toHaveLength(1);
});
