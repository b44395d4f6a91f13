import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { badgeRequest } from '#follow-up/badges/asking/request.ts';
import { askForBadge, withdrawBadgeRequest } from '#follow-up/badges/asking/service.ts';
import { retireModel } from '#follow-up/badges/models/service.ts';
import { decide } from '#requests/decide.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import {
  ask,
  award,
  badgesOf,
  closeSheet,
  createHolder,
  createModel,
  type Holder,
  lastBadge,
  reopenSheet,
} from '../../support/badges.ts';
import { setEnrolment } from '../../support/enrolments.ts';
import { entriesDuring } from '../../support/journal.ts';
import { createUser, setPerson } from '../../support/people.ts';

const PAST = '/parcourspro/mon-espace/passees';
const MINE = '/parcourspro/mon-espace/badges';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-29T10:00:00Z' });
});
afterAll(() => site.close());

const askPage = ({ enrolmentId }: Holder) => `/parcourspro/mon-espace/demandes/${enrolmentId}/badge`;
const accept = (requestId: number, { managerId }: Holder) =>
  decide(site.dependencies, badgeRequest, 'accept', { requestId, userId: managerId });
const attempt = (holder: Holder, more: object = {}) =>
  askForBadge(site.dependencies, holder.userId, {
    enrolmentId: holder.enrolmentId,
    modelId: holder.modelId,
    evidence: '',
    showsCertificate: false,
    ...more,
  });

/** Changes a mark of the session after its sheet was validated. */
async function correctMark({ enrolmentId, sessionId }: Holder): Promise<void> {
  const { db } = site.dependencies;
  const slot = await db('slots').where({ session_id: sessionId }).first('id');
  const changedAt = new Date(site.clock.now().getTime() + 1000);
  const someone = await db('users').first('id');
  await db('attendance_slots')
    .insert({ slot_id: slot.id, recorded_at: changedAt, recorded_by: someone.id })
    .onConflict()
    .ignore();
  await db('attendance')
    .insert({ enrolment_id: enrolmentId, slot_id: slot.id, presence: 'present', changed_at: changedAt })
    .onConflict(['enrolment_id', 'slot_id'])
    .merge();
}

test('the agency sees a good badge of somebody who is present no more, to revoke it', async () => {
  const holder = await createHolder(site);
  const code = await award(site, holder);
  const { email } = await site.dependencies.db('users').where({ id: holder.managerId }).first('email');
  const browser = await site.signedIn(email);
  const lineOf = async () => (await browser.get(`/agence/badges/delivres?q=${code}`)).text;
  expect(await lineOf()).not.toContain('À revoir');
  await setEnrolment(site.dependencies.db, holder.enrolmentId, { state: 'absent' });
  const line = await lineOf();
  expect(line).toContain('À revoir');
  expect(line).toContain(`/agence/badges/delivres/${code}/revoquer`);
});

describe('who may ask, and for what', () => {
  test.each([
    [
      'not present',
      (holder: Holder) => setEnrolment(site.dependencies.db, holder.enrolmentId, { state: 'absent' }),
    ],
    ['the sheet is being corrected', (holder: Holder) => correctMark(holder)],
    ['the sheet is open', (holder: Holder) => reopenSheet(site.dependencies.db, holder.sessionId)],
    [
      'the badge is for another action',
      (holder: Holder) =>
        site.dependencies.db('badge_model_actions').where({ model_id: holder.modelId }).delete(),
    ],
    ['the model is retired', (holder: Holder) => retireModel(site.dependencies, holder.modelId, true)],
  ])('not where %s', async (_why, spoil) => {
    const holder = await createHolder(site);
    const browser = await site.signedIn(holder.email);
    expect((await browser.get(PAST)).text).toContain('Demander un open badge');
    await spoil(holder);
    expect((await browser.get(PAST)).text).not.toContain('Demander un open badge');
    await expect(attempt(holder)).rejects.toThrow();
    expect(await site.dependencies.db('badge_requests').where({ user_id: holder.userId })).toEqual([]);
  });

  test('a ticked kind opens it to all its actions', async () => {
    const { db } = site.dependencies;
    const holder = await createHolder(site);
    await db('badge_model_actions').where({ model_id: holder.modelId }).delete();
    const { kind_id } = await db('actions').where({ id: holder.actionId }).first('kind_id');
    await db('badge_model_kinds').insert({ model_id: holder.modelId, kind_id });
    await attempt(holder);
    await db('badge_model_kinds').delete();
  });

  test('not for somebody else: their request does not exist', async () => {
    const [holder, other] = [await createHolder(site), await createHolder(site)];
    const browser = await site.signedIn(other.email);
    expect((await browser.get(askPage(holder))).status).toBe(404);
    await expect(attempt(holder, { enrolmentId: other.enrolmentId })).rejects.toMatchObject({ status: 404 });
    await expect(attempt(holder, { modelId: other.modelId })).rejects.toThrow('ne peut pas être demandé');
  });

  test('once: neither twice while it waits, nor again while the badge is good', async () => {
    const holder = await createHolder(site);
    const tries = await Promise.allSettled([attempt(holder), attempt(holder), attempt(holder)]);
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { id } = await site.dependencies.db('badge_requests').where({ user_id: holder.userId }).first('id');
    await accept(id, holder);
    await expect(attempt(holder)).rejects.toThrow('vous l’avez déjà');
  });
});

describe('on the pages', () => {
  let holder: Holder;
  let browser: Visitor;
  beforeAll(async () => {
    holder = await createHolder(site);
    browser = await site.signedIn(holder.email);
  });

  test('asked from « Mes actions passées », it waits for the agency, and can be taken back', async () => {
    const sent = await browser.submit(askPage(holder), { preuve: 'Un accompagnement mené en mai.' });
    expect(sent.headers.location).toBe(MINE);
    expect((await browser.get(MINE)).text).toMatch(/Accompagner une VAE[\s\S]*En attente/);
    expect((await browser.get(PAST)).text).toContain('Open badge demandé');
    const { id } = await site.dependencies.db('badge_requests').where({ user_id: holder.userId }).first('id');
    const stranger = await createHolder(site);
    await expect(withdrawBadgeRequest(site.dependencies, id, stranger.userId)).rejects.toMatchObject({
      status: 404,
    });
    await browser.submit(`${MINE}/demandes/${id}/retirer`, {}, MINE);
    expect((await browser.get(MINE)).text).toContain('Retirée');
    await expect(accept(id, holder)).rejects.toThrow('retirée');
  });

  test('the agency reads the evidence and decides; a refusal is told with its reason, and can be followed by another try', async () => {
    const { db } = site.dependencies;
    await browser.submit(askPage(holder), { preuve: 'Un accompagnement <b>mené</b> en mai.' });
    const { id } = await db('badge_requests').where({ user_id: holder.userId, state: 'pending' }).first('id');
    const manager = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
    const file = `/agence/demandes-de-badge/${id}`;
    const { text } = await manager.get(file);
    expect(text).toContain('Un accompagnement &lt;b&gt;mené&lt;/b&gt; en mai.');
    expect((await manager.get('/agence')).text).toMatch(/open badges? demandé/);
    await manager.submit(`${file}/refuser`, { reason: 'Dites ce que vous avez fait.' });
    await site.runJobs();
    expect(site.mailbox.to(holder.email).at(-1)?.text).toContain('Dites ce que vous avez fait.');
    expect((await browser.get(MINE)).text).toContain('Dites ce que vous avez fait.');
    await browser.submit(askPage(holder), { preuve: 'Trois entretiens.' });
    const again = await db('badge_requests').where({ user_id: holder.userId, state: 'pending' }).first('id');
    const entries = await entriesDuring(db, async () => {
      await manager.submit(`/agence/demandes-de-badge/${again.id}/accepter`, {}, '/agence');
      await site.runJobs();
    });
    expect(entries.map(({ action }) => action)).toContain('badge_request.accepted');
    const { code } = await lastBadge(db, holder.userId);
    expect((await browser.get(MINE)).text).toContain(`/badges/${code}.png`);
    expect((await browser.get(PAST)).text).toContain('Mon open badge');
    expect(site.mailbox.to(holder.email).at(-1)).toMatchObject({
      subject: 'Votre open badge\u00a0: Accompagner une VAE',
    });
    expect(site.mailbox.latestLink(holder.email)).toBe(`/badges/${code}`);
  });

  test('with another address, the person is offered the badge anew, and what becomes of it with the account', async () => {
    const { db } = site.dependencies;
    await setPerson(db, holder.userId, { email: 'autre@structure.example' });
    const { code } = await lastBadge(db, holder.userId);
    expect((await browser.get(MINE)).text).toContain('porte votre ancienne adresse');
    await browser.submit(`${MINE}/${code}/mettre-a-jour`, {}, MINE);
    expect(await badgesOf(db, holder.userId)).toHaveLength(2);
    const after = (await browser.get(MINE)).text;
    expect(after).not.toContain('porte votre ancienne adresse');
    expect(after).not.toContain(code);
    expect((await browser.submit(MINE, { choix: 'ailleurs' })).status).toBe(422);
    await browser.submit(MINE, { choix: 'revoquer' });
    expect((await browser.get('/mon-compte/suppression')).text).toMatch(/1\sbadge ne se vérifiera plus/);
  });
});

describe('what stands against giving it', () => {
  test('presence was corrected since it was asked for', async () => {
    const { db } = site.dependencies;
    const holder = await createHolder(site);
    const id = await ask(site, holder);
    await setEnrolment(db, holder.enrolmentId, { state: 'absent' });
    await expect(accept(id, holder)).rejects.toThrow('corrigée depuis');
    await setEnrolment(db, holder.enrolmentId, { state: 'attended' });
    await reopenSheet(db, holder.sessionId);
    await expect(accept(id, holder)).rejects.toThrow('corrigée depuis');
    expect(await badgesOf(db, holder.userId)).toEqual([]);
    await closeSheet(db, holder.sessionId, holder.managerId, site.clock.now());
    await accept(id, holder);
  });

  test('nobody gives a badge to themself', async () => {
    const { db } = site.dependencies;
    const holder = await createHolder(site);
    const id = await ask(site, holder);
    await setPerson(db, holder.userId, { is_agency_manager: true });
    await expect(
      decide(site.dependencies, badgeRequest, 'accept', { requestId: id, userId: holder.userId }),
    ).rejects.toThrow('sa propre demande');
  });

  test('nor does somebody who is no manager; of two managers, one does', async () => {
    const { db } = site.dependencies;
    const holder = await createHolder(site);
    const id = await ask(site, holder);
    const stranger = await createUser(db);
    await expect(
      decide(site.dependencies, badgeRequest, 'accept', { requestId: id, userId: stranger.id }),
    ).rejects.toMatchObject({ status: 403 });
    const tries = await Promise.allSettled([accept(id, holder), accept(id, holder)]);
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await badgesOf(db, holder.userId)).toHaveLength(1);
  });

  test.each(['http://portail.cap-metiers.pro', 'https://192.168.1.4'])(
    'the public address is %s',
    async (publicUrl) => {
      const { dependencies } = site;
      const holder = await createHolder(site);
      const id = await ask(site, holder);
      const there = { ...dependencies, config: { ...dependencies.config, publicUrl } };
      await expect(
        decide(there, badgeRequest, 'accept', { requestId: id, userId: holder.managerId }),
      ).rejects.toThrow('aucun ne peut être délivré');
      expect(await badgesOf(dependencies.db, holder.userId)).toEqual([]);
    },
  );

  test('they hold this badge already, from another session', async () => {
    const { db } = site.dependencies;
    const holder = await createHolder(site);
    const id = await ask(site, holder);
    await db('badge_requests').where({ id }).update({ state: 'withdrawn', decided_at: site.clock.now() });
    await award(site, holder);
    await db('badge_requests').where({ id }).update({ state: 'pending', decided_at: null });
    await expect(accept(id, holder)).rejects.toThrow('a déjà ce badge');
  });

  test('a model is retired after it was asked for: the badge is given all the same', async () => {
    const holder = await createHolder(site);
    const id = await ask(site, holder);
    await retireModel(site.dependencies, holder.modelId, true);
    await accept(id, holder);
    expect(await badgesOf(site.dependencies.db, holder.userId)).toHaveLength(1);
  });
});

test('several badges for one action are a choice to make', async () => {
  const { db } = site.dependencies;
  const holder = await createHolder(site);
  const other = await createModel(site, holder.managerId, 'Animer un atelier');
  await db('badge_model_actions').insert({ model_id: other, action_id: holder.actionId });
  const browser = await site.signedIn(holder.email);
  expect((await browser.get(askPage(holder))).text).toContain('Badge demandé');
  expect((await browser.submit(askPage(holder), { preuve: 'x' })).status).toBe(422);
  expect((await browser.submit(askPage(holder), { badge: other })).status).toBe(303);
  expect((await browser.get(askPage(holder))).text).not.toContain('Badge demandé');
});
