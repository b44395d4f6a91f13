import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { delegate } from '#enrolment/delegations/service.ts';
import { requestEnrolment } from '#enrolment/service.ts';
import type { State } from '#enrolment/states.ts';
import { applyDueDecisions } from '#requests/inbox/service.ts';
import { requestsOf } from '#requests/request.ts';
import { currentCharter } from '#structures/memberships/charter.ts';
import { features } from '../../src/features.ts';
import { pendingOfEachKind } from '../requests/inbox/people.ts';
import { createEmailChange } from '../support/accounts.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createSession } from '../support/catalogue.ts';
import { actorOf, createFormation, enrolmentOf, enrolmentsOf, setEnrolment } from '../support/enrolments.ts';
import {
  createStructure,
  createUser,
  leaveStructures,
  setMembership,
  type TestUser,
} from '../support/people.ts';
import { forgetAttempts } from '../support/rate-limits.ts';
import {
  createRequest,
  decisionsIn,
  forgetRequests,
  lastRequest,
  requestOf,
  setRequest,
} from '../support/requests.ts';
import { membershipsIn, structureOf } from '../support/structures.ts';

const inboxes = requestsOf(features);

// Nobody decides on their own request, by any way (domain.md §2): somebody who holds every right tries each.
const NOW = '2026-03-02T09:00:00Z';
let site: TestSite;
let own: number;
let body: number;
let sessionId: number;
let otherSessionId: number;
let actionId: number;
let alix: TestUser;
let validator: TestUser;

beforeAll(async () => {
  site = await createTestSite({ now: NOW, environment: { DECISION_UNDO_SECONDS: '30' } });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  site.clock.set(NOW);
  await forgetAttempts(db);
  own = await createStructure(db, { memberIn: [2026] });
  const formation = await createFormation(site, { capacity: 5, waitingCapacity: 5 });
  ({ actionId, sessionId, providerId: body } = formation);
  otherSessionId = await createSession(db, { actionId, now: site.clock.now(), startsInDays: 60 });
  alix = await createUser(db, {
    isAgencyManager: true,
    affiliations: { [own]: ['referent', 'hr_validator'], [body]: ['provider'] },
  });
  validator = await createUser(db, { affiliations: { [own]: ['hr_validator'] } });
  await site.runJobs();
  site.mailbox.clear();
});

const OWN = /Personne ne (décide de sa propre|s’inscrit soi-même)/;

async function ask(who = alix): Promise<number> {
  const { id } = await requestEnrolment(site.dependencies, await actorOf(site.dependencies.db, who.id), {
    actionId,
    sessionId,
    structureId: own,
    motivation: 'Progresser',
  });
  await site.runJobs();
  return id;
}
const placeOf = (id: number) => enrolmentOf(site.dependencies.db, id);
const stateNow = async (id: number) => (await placeOf(id)).state;
const put = (id: number, state: State) => setEnrolment(site.dependencies.db, id, { state });
const linkOf = (email: string) =>
  /(\/parcourspro\/validation\/\S+)/.exec(
    site.mailbox.to(email).findLast(({ subject }) => subject.includes('à valider'))?.text ?? '',
  )?.[1] ?? '';
async function signInAs(email: string, profil?: string): Promise<Visitor> {
  const browser = await site.signedIn(email);
  if (profil) await browser.submit('/parcourspro/profil', { profil }, '/mes-structures');
  return browser;
}

describe('one’s own enrolment', () => {
  test.each(['approuver', 'refuser'])(
    'by the validator’s mailed link, signed in: « %s » is refused',
    async (decision) => {
      const id = await ask();
      const link = linkOf(validator.email);
      const browser = await site.signedIn(alix.email);
      expect((await browser.get(link)).text).not.toContain('value="approuver"');
      const { status, text } = await browser.submit(link, { decision, motif: 'Non' }, '/mes-structures');
      expect(status).toBe(409);
      expect(text).toMatch(OWN);
      expect(await stateNow(id)).toBe('requested');
      expect((await site.visitor().submit(link, { decision: 'approuver' })).status).toBe(303);
      expect(await stateNow(id)).toBe('preregistered');
    },
  );

  test('by the link of whoever stands in for them, signed in as the one or the other', async () => {
    const { db } = site.dependencies;
    const standIn = await createUser(db, { affiliations: { [own]: [] } });
    const days = { startsOn: '2026-03-02', endsOn: '2026-03-31' };
    const to = { userId: standIn.id };
    await delegate(site.dependencies, { structureId: own, byUserId: validator.id, to, ...days });
    const id = await ask(standIn);
    const browser = await site.signedIn(standIn.email);
    const { status, text } = await browser.submit(
      linkOf(validator.email),
      { decision: 'approuver' },
      '/mes-structures',
    );
    expect(status).toBe(409);
    expect(text).toMatch(OWN);
    expect(await stateNow(id)).toBe('requested');
    const asStandIn = await signInAs(standIn.email, `hr_validator:${own}`);
    const page = await asStandIn.submit(
      `/parcourspro/valideur/demandes/${id}`,
      { decision: 'approuver' },
      '/mes-structures',
    );
    expect(page.text).toMatch(OWN);
    expect(await stateNow(id)).toBe('requested');
  });

  const ways: [
    way: string,
    from: State,
    profil: () => string,
    path: (id: number) => string,
    fields: object,
  ][] = [
    ['approve', 'requested', hr, (id) => `/parcourspro/valideur/demandes/${id}`, { decision: 'approuver' }],
    [
      'refuse as employer',
      'requested',
      hr,
      (id) => `/parcourspro/valideur/demandes/${id}`,
      { decision: 'refuser' },
    ],
    ['take the approval back', 'enrolled', hr, (id) => `/parcourspro/valideur/demandes/${id}/retirer`, {}],
    [
      'approve among several',
      'requested',
      hr,
      () => '/parcourspro/valideur/selection',
      { decision: 'approuver' },
    ],
    ['accept', 'preregistered', trainer, (id) => `/parcourspro/prestataire/demandes/${id}/accepter`, {}],
    ['refuse', 'preregistered', trainer, (id) => `/parcourspro/prestataire/demandes/${id}/refuser`, {}],
    ['seat', 'waitlisted', trainer, (id) => `/parcourspro/prestataire/demandes/${id}/placer`, {}],
    [
      'accept among several',
      'preregistered',
      trainer,
      () => `/parcourspro/prestataire/seances/${sessionId}/selection`,
      { decision: 'accepter' },
    ],
    [
      'approve for the agency',
      'requested',
      none,
      (id) => `/agence/inscriptions/${id}`,
      { decision: 'approuver' },
    ],
    [
      'accept for the agency',
      'preregistered',
      none,
      (id) => `/agence/inscriptions/${id}`,
      { decision: 'approuver' },
    ],
    ['be seated by the agency', 'waitlisted', none, (id) => `/agence/inscriptions/${id}/placer`, {}],
    ['lose the approval by the agency', 'enrolled', none, (id) => `/agence/inscriptions/${id}/retirer`, {}],
    ['be withdrawn by the agency', 'enrolled', none, (id) => `/agence/inscriptions/${id}/annuler`, {}],
    ['be moved by the agency', 'enrolled', none, (id) => `/agence/inscriptions/${id}/deplacer`, {}],
  ];
  function hr() {
    return `hr_validator:${own}`;
  }
  function trainer() {
    return `provider:${body}`;
  }
  function none() {
    return '';
  }

  test.each(ways)('%s: refused', async (_way, from, profil, path, fields) => {
    const id = await ask();
    await put(id, from);
    const browser = await signInAs(alix.email, profil());
    const all = { motif: 'Parce que', selection: String(id), demande: String(id), session: otherSessionId };
    const { text } = await browser.submit(path(id), { ...all, ...fields }, '/mes-structures');
    expect(text).toMatch(OWN);
    expect(await stateNow(id)).toBe(from);
    expect((await placeOf(id)).session_id).toBe(sessionId);
  });

  test('enrolling oneself by hand: refused', async () => {
    const browser = await site.signedIn(alix.email);
    const { text } = await browser.submit(
      '/agence/inscriptions/ajouter',
      { personne: `${alix.id}:${own}`, session: sessionId, motif: 'Moi' },
      '/mes-structures',
    );
    expect(text).toMatch(OWN);
    expect(await enrolmentsOf(site.dependencies.db, { user_id: alix.id })).toEqual([]);
  });

  test('leaving oneself the place of a structure that one has left: refused', async () => {
    const id = await ask();
    await put(id, 'enrolled');
    await leaveStructures(site.dependencies.db, alix.id, own);
    const browser = await site.signedIn(alix.email);
    const { status, text } = await browser.submit(`/agence/departs/${id}/laisser`, {}, '/mes-structures');
    expect(status).toBe(403);
    expect(text).toMatch(OWN);
    expect((await placeOf(id)).kept_at).toBeNull();
  });
});

describe('one’s own request to the agency', () => {
  const slugs = {
    structures: ['accepter', 'refuser'],
    propositions: ['accepter', 'refuser'],
    'mises-a-jour': ['accepter', 'refuser'],
    affiliations: ['accepter', 'refuser'],
    adhesions: ['valider', 'refuser'],
    suppressions: ['supprimer', 'refuser'],
  } as const;
  const all = { reason: 'Parce que', understood: '1', kind: 'association', seen: '' };

  async function pending() {
    const elsewhere = await createStructure(site.dependencies.db);
    return pendingOfEachKind(site, {
      structure: elsewhere,
      userId: alix.id,
      at: site.clock.now(),
      email: alix.email.toUpperCase(),
    });
  }
  const scheduled = (id: number) =>
    decisionsIn(site.dependencies.db, { request_id: id, decided_by: alix.id });

  test.each(Object.entries(slugs))('%s: neither accepted nor refused, and no button', async (path, two) => {
    const ids = await pending();
    const id = ids[path as keyof typeof ids];
    const browser = await site.signedIn(alix.email);
    const file = await browser.get(`/agence/${path}/${id}`);
    expect(file.text).toContain('Votre propre demande');
    for (const slug of two) {
      expect(file.text).not.toContain(`/agence/${path}/${id}/${slug}`);
      const { status, text } = await browser.submit(`/agence/${path}/${id}/${slug}`, all, '/mes-structures');
      expect([slug, status]).toEqual([slug, 403]);
      expect(text).toMatch(OWN);
    }
    expect(await scheduled(id)).toHaveLength(0);
  });

  /** An address that this person had before the one of their account. */
  async function formerOf({ id, email }: TestUser): Promise<string> {
    const former = `avant-${id}@structure.example`;
    const at = { created_at: site.clock.now(), expires_at: site.clock.now(), ended_at: site.clock.now() };
    const change = { user_id: id, old_email: former, new_email: email, outcome: 'confirmed' };
    await createEmailChange(site.dependencies.db, { ...change, ...at });
    return former;
  }

  async function expectOwn(path: string, id: number): Promise<void> {
    const browser = await site.signedIn(alix.email);
    const address = `/agence/${path}/${id}`;
    for (const page of [address, `/agence/${path}?vue=toutes`]) {
      const { text } = await browser.get(page);
      expect(text).toContain('Votre propre demande');
      for (const slug of slugs.structures) expect(text).not.toContain(`${address}/${slug}`);
    }
    for (const slug of slugs.structures) {
      const { status, text } = await browser.submit(`${address}/${slug}`, all, '/mes-structures');
      expect([slug, status]).toEqual([slug, 403]);
      expect(text).toMatch(OWN);
    }
    expect(await scheduled(id)).toHaveLength(0);
  }

  test('a structure asked for under an address that they have changed since is theirs too', async () => {
    const { structures: id } = await pending();
    const email = await formerOf(alix);
    await setRequest(site.dependencies.db, 'structure_request', id, { email });
    await expectOwn('structures', id);
  });

  test.each(['present', 'former'])('an account asked for under their %s address is theirs', async (which) => {
    const email = (which === 'former' ? await formerOf(alix) : alix.email).toUpperCase();
    const elsewhere = await createStructure(site.dependencies.db);
    const ask = (structure_id: number) =>
      createRequest(site.dependencies.db, 'account_request', site.clock.now(), { structure_id, email });
    const id = await ask(elsewhere);
    await expectOwn('demandes-de-compte', id);
    // The same of a structure of theirs, where they are référent.
    await forgetRequests(site.dependencies.db, 'account_request', { id });
    const here = await ask(own);
    const browser = await site.signedIn(alix.email);
    const { text } = await browser.get('/mes-structures');
    expect(text).toContain('Votre propre demande');
    const base = `/mes-structures/${own}/demandes/${here}`;
    for (const slug of ['accepter', 'refuser']) {
      expect(text).not.toContain(`${base}/${slug}`);
      const answer = await browser.submit(`${base}/${slug}`, all, '/mes-structures');
      expect([slug, answer.status]).toEqual([slug, 403]);
      expect(answer.text).toMatch(OWN);
    }
    expect((await requestOf(site.dependencies.db, 'account_request', here)).state).toBe('pending');
  });

  test('the decision of another manager is not theirs to undo', async () => {
    const { db } = site.dependencies;
    const other = await createUser(db, { isAgencyManager: true });
    const { affiliations: id } = await pending();
    const bruno = await site.signedIn(other.email);
    await bruno.submit(`/agence/affiliations/${id}/refuser`, all, '/mes-structures');
    const browser = await site.signedIn(alix.email);
    const undo = `/agence/affiliations/${id}/annuler-la-decision`;
    expect((await browser.get(`/agence/affiliations/${id}`)).text).not.toContain(undo);
    expect((await browser.submit(undo, {}, '/mes-structures')).text).toMatch(OWN);
    site.clock.advance(60_000);
    await applyDueDecisions(site.dependencies, inboxes);
    expect((await requestOf(db, 'affiliation_request', id)).state).toBe('refused');
  });

  test('a membership asked for by oneself is left out of one’s own import', async () => {
    const { db } = site.dependencies;
    await setMembership(db, own, []);
    const asked = { structure: own, year: 2026, charter: '1', charter_version: currentCharter.version };
    const browser = await site.signedIn(alix.email);
    expect((await browser.submit('/adhesion', asked, '/mes-structures')).status).toBe(303);
    const { siret } = await structureOf(db, own);
    const lignes = `siret;annee\n${siret};2026`;
    const page = await browser.submit('/agence/adhesions/import', { texte: lignes, fichier: '' });
    expect(page.text).toContain('Votre propre demande');
    await browser.submit('/agence/adhesions/import/enregistrer', { lignes }, '/mes-structures');
    expect(await membershipsIn(db, { structure_id: own })).toEqual([]);
    expect((await lastRequest(db, 'membership_request', { structure_id: own })).state).toBe('pending');
  });
});
