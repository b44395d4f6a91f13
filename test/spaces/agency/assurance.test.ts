import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codeAt } from '#identity/second-factor/totp.ts';
import { listRoutes } from '#platform/web/gate.ts';
import { enrol, PAGE, STEP } from '../../identity/second-factor/people.ts';
import { askForAccount } from '../../structures/account-requests/forms.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { requestOf } from '../../support/requests.ts';

const LIST = '/agence/demandes-de-compte';
const CONFIRM = '/mon-compte/confirmer';
const QUARTER = 15 * 60_000;

let site: TestSite;
let structure: number;
beforeAll(async () => {
  site = await createTestSite({
    now: '2026-11-12T10:00:00Z',
    environment: { AGENCY_SECOND_FACTOR: 'required' },
  });
  structure = await createStructure(site.dependencies.db);
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

async function manager() {
  const user = await createUser(site.dependencies.db, { isAgencyManager: true });
  const browser = await site.signedIn(user.email);
  return { browser, user };
}

test('a manager without a factor is led to it by the agency’s pages, and by every page that the agency alone opens', async () => {
  const { browser } = await manager();
  expect((await browser.get('/')).status).toBe(200);
  for (const path of ['/agence', `${LIST}?vue=toutes`, `/mes-structures/${structure}`]) {
    const led = await browser.get(path);
    expect(led.headers.location).toBe(`${PAGE}?suite=${encodeURIComponent(path)}`);
  }
  const page = await browser.get(`${PAGE}?suite=%2Fagence`);
  expect(page.text).toContain('Obligatoire pour les gestionnaires');
  expect(page.text).toContain('name="suite" value="/agence"');
  const posted = await browser.submit(`${LIST}/1/accepter`, {}, PAGE);
  expect(posted.headers.location).toBe(PAGE);
  await enrol(site, browser);
  expect((await browser.get('/agence')).status).toBe(200);
  expect((await browser.get(`/mes-structures/${structure}`)).status).toBe(200);
});

test('every POST of the agency’s pages asks for a recent confirmation', () => {
  const posts = listRoutes(site.app).filter(
    ({ method, path }) => method === 'POST' && path.startsWith('/agence'),
  );
  expect(posts.length).toBeGreaterThan(0);
  const others = posts.filter(({ policy }) => policy !== 'recentlyConfirmed(agency)');
  // « Annuler » puts nothing through: whoever went to fetch a code would come back too late.
  expect(others.every(({ path }) => path.endsWith('/annuler-la-decision'))).toBe(true);
  expect([...new Set(others.map(({ policy }) => policy))]).toEqual(['agency']);
});

test('others are refused as before, and never led to a factor', async () => {
  const { email } = await createUser(site.dependencies.db, { affiliations: { [structure]: ['referent'] } });
  const browser = await site.signedIn(email);
  expect((await browser.get('/agence')).status).toBe(403);
  expect((await browser.get(`/mes-structures/${structure}`)).status).toBe(200);
  expect((await site.visitor().get('/agence')).headers.location).toBe('/connexion?suite=%2Fagence');
});

test('a page that decides asks again after fifteen minutes, then goes on; lists do not', async () => {
  const { browser } = await manager();
  const { key } = await enrol(site, browser);
  const id = await askForAccount(site, structure, 'attente@structure.example');
  const page = `${LIST}/${id}/refuser`;
  site.clock.advance(QUARTER - STEP);
  expect((await browser.get(page)).status).toBe(200);
  site.clock.advance(1);
  expect((await browser.get(LIST)).status).toBe(200);
  const asked = await browser.get(page);
  expect(asked.headers.location).toBe(`${CONFIRM}?suite=${encodeURIComponent(page)}`);
  const form = await browser.get(asked.headers.location ?? '');
  expect(form.text).toContain(`name="suite_verification" value="${page}"`);
  const wrong = { verification: '000000', suite_verification: page };
  expect((await browser.submit(CONFIRM, wrong)).status).toBe(422);
  expect((await browser.get(page)).status).toBe(303);
  const right = { verification: codeAt(key, site.clock.now()), suite_verification: page };
  expect((await browser.submit(CONFIRM, right)).headers.location).toBe(page);
  expect((await browser.get(page)).status).toBe(200);
});

test('a form sent too late is kept, decides nothing, and goes on whole once the code is given', async () => {
  const { db } = site.dependencies;
  const { browser } = await manager();
  const { key } = await enrol(site, browser);
  const id = await askForAccount(site, structure, 'motif@structure.example');
  const page = `${LIST}/${id}/refuser`;
  const token = await browser.token(page);
  site.clock.advance(QUARTER + STEP);
  const reason = 'Doublon « bis » <b>gras</b>\nSeconde ligne';
  const stopped = await browser.post(page, { _csrf: token, reason });
  expect(stopped.status).toBe(403);
  expect(stopped.text).toContain('Votre saisie est gardée');
  expect(stopped.text).toContain('&lt;b&gt;gras');
  expect((await requestOf(db, 'account_request', id)).state).toBe('pending');
  const fields = { _csrf: token, suite_verification: page, envoi_verification: '1', reason };
  const wrong = await browser.post(CONFIRM, { ...fields, verification: '000000' });
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain('&lt;b&gt;gras');
  const verification = codeAt(key, site.clock.now());
  const right = await browser.post(CONFIRM, { ...fields, verification });
  expect(right.status).toBe(307);
  expect(right.headers.location).toBe(page);
  // A browser sends the same fields again to where a 307 leads.
  const sent = await browser.post(page, { ...fields, verification });
  expect(sent.headers.location).toBe(`${LIST}#demande-${id}`);
  const decided = await requestOf(db, 'account_request', id);
  expect(decided.state).toBe('refused');
  expect(decided.refusal_reason).toContain('<b>gras</b>\nSeconde ligne');
});

test('on the pages of « Mes structures », the agency confirms itself as on its own; a référent does not', async () => {
  const { db } = site.dependencies;
  const referent = await createUser(db, { affiliations: { [structure]: ['referent'] } });
  const id = await askForAccount(site, structure, 'ailleurs@structure.example');
  const page = `/mes-structures/${structure}/demandes/${id}/refuser`;
  const { browser } = await manager();
  await enrol(site, browser);
  const theirs = await site.signedIn(referent.email);
  const tokens = [await browser.token(page), await theirs.token(page)];
  site.clock.advance(QUARTER + STEP);
  expect((await browser.get(page)).headers.location).toBe(`${CONFIRM}?suite=${encodeURIComponent(page)}`);
  const posts: [path: string, fields: Record<string, string>][] = [
    [page, { reason: 'Doublon.' }],
    [`/mes-structures/${structure}/demandes/${id}/accepter`, {}],
    [`/mes-structures/${structure}/affiliations/1/accepter`, {}],
    [`/mes-structures/${structure}/affiliations/1/refuser`, { reason: 'Non.' }],
    [`/mes-structures/${structure}/personnes/${referent.id}`, { change: 'grant:hr_validator' }],
    [`/mes-structures/${structure}/personnes/${referent.id}/transmettre`, {}],
    [`/mes-structures/${structure}/personnes/${referent.id}/detacher`, {}],
    ['/mes-structures/selection', { decision: 'accepter', selection: `account:${structure}:${id}` }],
  ];
  for (const [path, fields] of posts) {
    const stopped = await browser.post(path, { _csrf: tokens[0] as string, ...fields });
    expect([stopped.status, path]).toEqual([403, path]);
    expect(stopped.text, path).toContain('Confirmez votre identité');
  }
  expect((await requestOf(db, 'account_request', id)).state).toBe('pending');
  expect((await theirs.post(page, { _csrf: tokens[1] as string, reason: 'Doublon.' })).status).toBe(303);
});

test('confirming leads to this site only, and is suspended after five wrong codes', async () => {
  const { browser } = await manager();
  const { key } = await enrol(site, browser);
  const verification = codeAt(key, site.clock.now());
  const away = { verification, suite_verification: '//evil.example', envoi_verification: '1' };
  expect((await browser.submit(CONFIRM, away)).headers.location).toBe('/');
  const answers = [];
  for (let i = 0; i < 6; i += 1) {
    answers.push((await browser.submit(CONFIRM, { verification: '000000' })).status);
  }
  expect(answers).toEqual([422, 422, 422, 422, 422, 429]);
});

test('somebody without a factor confirms with their password', async () => {
  const { email } = await createUser(site.dependencies.db);
  const browser = await site.signedIn(email);
  expect((await browser.submit(CONFIRM, {})).text).toContain('Saisissez votre mot de passe');
  expect((await browser.submit(CONFIRM, { verification: 'non' })).status).toBe(422);
  const right = { verification: TEST_PASSWORD, suite_verification: '/mes-structures' };
  expect((await browser.submit(CONFIRM, right)).headers.location).toBe('/mes-structures');
});

test('without a second factor, a manager decides nothing anywhere: not of a selection either', async () => {
  const { db } = site.dependencies;
  const { browser } = await manager();
  const id = await askForAccount(site, structure, 'selection@structure.example');
  const member = await createUser(db, { affiliations: { [structure]: [] } });
  const posts: [path: string, fields: Record<string, string>][] = [
    ['/mes-structures/selection', { decision: 'accepter', selection: `account:${structure}:${id}` }],
    [`/mes-structures/${structure}/demandes/${id}/accepter`, {}],
    [`/mes-structures/${structure}/personnes/${member.id}`, { change: '+hr_validator' }],
    [`/mes-structures/${structure}/personnes/${member.id}/detacher`, {}],
    [`/mes-structures/${structure}/export.csv`, {}],
    [`${LIST}/${id}/accepter`, {}],
  ];
  for (const [path, fields] of posts) {
    const answer = await browser.submit(path, fields, PAGE);
    expect([answer.status, answer.headers.location, path]).toEqual([303, PAGE, path]);
  }
  expect((await requestOf(db, 'account_request', id)).state).toBe('pending');
});
