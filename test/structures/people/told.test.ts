import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Forbidden } from '#platform/errors.ts';
import { changeRight } from '#structures/people/service.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { closeAccount, createStructure, createUser, type TestUser, takeRight } from '../../support/people.ts';
import { rightsOf } from '../../support/structures.ts';
import { allWaitingFor, theStructure } from '../../support/waiting.ts';

let site: TestSite;
let structureId: number;
let referent: TestUser;
let colleague: TestUser;
let manager: TestUser;

beforeAll(async () => {
  site = await createTestSite();
  manager = await createUser(site.dependencies.db, {
    firstName: 'Gwen',
    lastName: 'Agence',
    isAgencyManager: true,
  });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  structureId = await createStructure(db, { name: 'Institut Essai', isTrainingBody: true });
  referent = await createUser(db, {
    firstName: 'Rachel',
    lastName: 'Référente',
    affiliations: { [structureId]: ['referent', 'hr_validator'] },
  });
  colleague = await createUser(db, {
    firstName: 'Inès',
    lastName: 'Martin',
    affiliations: { [structureId]: [] },
  });
  site.mailbox.clear();
});

const screen = (userId: number) => `/mes-structures/${structureId}/personnes/${userId}`;
const rightsHere = (userId: number) => rightsOf(site.dependencies.db, userId, structureId);
const mails = async () => {
  await site.runJobs();
  return site.mailbox.mails.map(({ to, subject }) => [to, subject]);
};

describe('who is told of a change of rights', () => {
  test.each([
    ['+referent', 'Nouveau droit pour Institut Essai\u00a0: Référent'],
    ['+hr_validator', 'Nouveau droit pour Institut Essai\u00a0: Employeur (ValideurRH)'],
  ])('%s is one e-mail, to the person', async (change, subject) => {
    const browser = await site.signedIn(referent.email);
    expect((await browser.submit(screen(colleague.id), { change })).status).toBe(303);
    expect(await mails()).toEqual([[colleague.email, subject]]);
    expect(site.mailbox.mails[0]?.text).toContain('Rachel Référente');
    expect(site.mailbox.mails[0]?.text).toContain('Institut Essai');
    // A second click changes nothing and tells nothing.
    expect((await browser.submit(screen(colleague.id), { change })).status).toBe(409);
    expect(await mails()).toHaveLength(1);
  });

  test('taken away, they are told so, and by whom of the agency', async () => {
    const browser = await site.signedIn(manager.email);
    await browser.submit(screen(referent.id), { change: '-hr_validator' });
    expect(await mails()).toEqual([
      [referent.email, 'Droit retiré pour Institut Essai\u00a0: Employeur (ValideurRH)'],
    ]);
    expect(site.mailbox.mails[0]?.text).toContain('Gwen Agence');
  });

  test('nobody is told of a right that decides nothing for others, nor of what they did themself', async () => {
    const browser = await site.signedIn(referent.email);
    await browser.submit(screen(colleague.id), { change: '+provider' });
    await browser.submit(screen(colleague.id), { change: '-provider' });
    await browser.submit(screen(referent.id), { change: '-hr_validator' });
    expect(await mails()).toEqual([]);
  });
});

test.each(['grant', 'revoke'] as const)(
  'who is no longer référent under the lock may not %s a right',
  async (kind) => {
    const { db } = site.dependencies;
    const heir = await createUser(db, { affiliations: { [structureId]: ['referent', 'provider'] } });
    const userId = kind === 'grant' ? colleague.id : heir.id;
    const target = { structureId, userId, byUserId: referent.id };
    const [refused] = await allWaitingFor(
      db,
      theStructure(structureId),
      [() => changeRight(site.dependencies, target, { kind, right: 'provider' }).catch((error) => error)],
      (holder) => takeRight(holder, 'referent', { user_id: referent.id }),
    );
    expect(refused).toBeInstanceOf(Forbidden);
    expect(refused.message).toBe('Vous n’êtes plus référent de cette structure.');
    expect((await rightsHere(userId)).includes('provider')).toBe(kind === 'revoke');
    expect(await mails()).toEqual([]);
  },
);

describe('« – » asks first', () => {
  const away = (userId: number, right: string) => `${screen(userId)}/retirer/${right}`;

  test('for « Référent » and for one’s own rights, without scripts; for others it acts at once', async () => {
    const browser = await site.signedIn(referent.email);
    await browser.submit(screen(colleague.id), { change: '+referent' });
    await browser.submit(screen(colleague.id), { change: '+provider' });
    const theirs = (await browser.get(screen(colleague.id))).text;
    expect(theirs).toContain(`href="${away(colleague.id, 'referent')}"`);
    expect(theirs).not.toContain('value="-referent"');
    expect(theirs).toContain('value="-provider"');
    const own = (await browser.get(screen(referent.id))).text;
    expect(own).toContain(`href="${away(referent.id, 'hr_validator')}"`);
    expect(own).not.toContain('value="-hr_validator"');

    const asked = await browser.get(away(colleague.id, 'referent'));
    expect(asked.text).toContain('Inès Martin ne pourra plus accepter');
    expect(await rightsHere(colleague.id)).toContain('referent');
    site.mailbox.clear();
    await site.runJobs();
    site.mailbox.clear();
    const change = { change: '-referent' };
    expect((await browser.submit(screen(colleague.id), change, away(colleague.id, 'referent'))).status).toBe(
      303,
    );
    expect(await rightsHere(colleague.id)).toEqual(['beneficiary', 'provider']);
    expect(await mails()).toEqual([[colleague.email, 'Droit retiré pour Institut Essai\u00a0: Référent']]);
  });

  test('says why where it cannot be, and what is not held is no page', async () => {
    const browser = await site.signedIn(referent.email);
    const last = await browser.get(away(referent.id, 'referent'));
    expect([last.status, last.text.includes('au moins un référent')]).toEqual([200, true]);
    expect(last.text).not.toContain('Retirer ce droit');
    for (const right of ['provider', 'king', '__proto__', '%00', 'referent%20x']) {
      expect((await browser.get(away(referent.id, right))).status, right).toBe(404);
    }
  });
});

describe('« Transmettre »', () => {
  test('asks first, then tells both, once', async () => {
    const browser = await site.signedIn(referent.email);
    const path = `${screen(colleague.id)}/transmettre`;
    expect((await browser.get(screen(colleague.id))).text).toContain(`href="${path}"`);
    expect((await browser.get(path)).text).toContain('devient référent à votre place');
    expect(await rightsHere(colleague.id)).toEqual(['beneficiary']);
    expect((await browser.submit(path)).status).toBe(303);
    expect(await rightsHere(colleague.id)).toEqual(['beneficiary', 'referent']);
    expect((await mails()).sort()).toEqual(
      [
        [referent.email, 'Rôle de référent transmis pour Institut Essai'],
        [colleague.email, 'Nouveau droit pour Institut Essai\u00a0: Référent'],
      ].sort(),
    );
    const notice = site.mailbox.to(referent.email)[0]?.text;
    expect(notice).toContain('Inès Martin');
    expect(notice).toContain('Si ce n’est pas vous');
    expect((await browser.get(path)).status).toBe(403);
  });

  test('to somebody whose account is closed is refused: the structure keeps a référent who can act', async () => {
    const browser = await site.signedIn(referent.email);
    const path = `${screen(colleague.id)}/transmettre`;
    const token = await browser.token(path);
    await closeAccount(site.dependencies.db, colleague.id, site.clock.now());
    const answer = await browser.post(path, { _csrf: token });
    expect([answer.status, answer.text.includes('est fermé')]).toEqual([409, true]);
    expect(await rightsHere(referent.id)).toContain('referent');
    expect(await rightsHere(colleague.id)).not.toContain('referent');
    expect(await mails()).toEqual([]);
  });

  test('to oneself, or by the agency, is refused with the reason', async () => {
    const self = await (await site.signedIn(referent.email)).get(`${screen(referent.id)}/transmettre`);
    expect([self.status, self.text.includes('choisissez une autre personne')]).toEqual([409, true]);
    const agency = await (await site.signedIn(manager.email)).get(`${screen(colleague.id)}/transmettre`);
    expect([agency.status, agency.text.includes('pas de rôle à transmettre')]).toEqual([409, true]);
  });
});
