import { afterAll, beforeAll, expect, test } from 'vitest';
import { up } from '../../../migrations/20261130_83_ascii_addresses.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../../support/people.ts';

/** What was stored before international domains were kept in ASCII is brought to the form that is compared. */
let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());

const ASCII = 'xn--mairie-vry-h7a.fr';

test('who has an international domain signs in with it again; one that somebody has in ASCII is left alone', async () => {
  const { db } = site.dependencies;
  const structureId = await createStructure(db);
  const lost = await createUser(db, { email: 'Ada.Lost@mairie-évry.fr' });
  const twin = await createUser(db, { email: 'twin@mairie-évry.fr' });
  const former = await createUser(db, { email: `twin@${ASCII}` });
  const local = await createUser(db, { email: 'hélène@structure.example' });
  const plain = await createUser(db, { email: 'plain@structure.example' });
  const request = (email: string, token: string) => ({
    structure_id: structureId,
    email,
    password_hash: 'x',
    civility: 'Mme',
    last_name: 'Essai',
    first_name: 'Ada',
    token_hash: token,
    token_expires_at: new Date(),
    created_at: new Date(),
  });
  await db('account_requests').insert([
    request('new@mairie-évry.fr', 'a'),
    request('two@mairie-évry.fr', 'b'),
  ]);
  await db('account_requests').insert(request(`two@${ASCII}`, 'c'));
  await db('emails').insert({
    kind: 'x',
    recipient: 'late@mairie-évry.fr',
    subject: 's',
    message_id: '<m>',
    sealed_content: 'x',
    status: 'queued',
    created_at: new Date(),
  });
  const signIn = async () => {
    const typed = { identifiant: 'ada.lost@mairie-évry.fr', mot_de_passe: TEST_PASSWORD };
    return (await site.visitor().submit('/connexion', typed)).status;
  };
  expect(await signIn()).not.toBe(303);

  await up(site.owner);

  const emails = await db('users').orderBy('id').pluck('email');
  expect(emails).toEqual([
    `Ada.Lost@${ASCII}`,
    'twin@mairie-évry.fr',
    former.email,
    local.email,
    plain.email,
  ]);
  expect(twin.id).toBeGreaterThan(lost.id);
  expect(await db('account_requests').orderBy('id').pluck('email')).toEqual([
    `new@${ASCII}`,
    'two@mairie-évry.fr',
    `two@${ASCII}`,
  ]);
  expect(await db('emails').pluck('recipient')).toContain(`late@${ASCII}`);
  expect(await signIn()).toBe(303);
});
