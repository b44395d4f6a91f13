import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { overdueBefore } from '#requests/waiting.ts';
import { mayDecide } from '#structures/account-requests/rules.ts';
import { createTestSite, readable, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, peopleIn, type TestUser } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { requestOf } from '../../support/requests.ts';
import { rightsOf } from '../../support/structures.ts';
import { allWaitingFor } from '../../support/waiting.ts';
import { askForAccount, filledIn, PASSWORD } from './forms.ts';

let site: TestSite;
let structureId: number;
let referent: TestUser;
let other: TestUser;
let manager: TestUser;
let serial = 0;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  const { db } = site.dependencies;
  structureId = await createStructure(db, { name: 'Institut Essai' });
  referent = await createUser(db, {
    firstName: 'Rachel',
    lastName: 'Référente',
    affiliations: { [structureId]: ['referent'] },
  });
  other = await createUser(db, { affiliations: { [structureId]: ['referent'] } });
  manager = await createUser(db, { firstName: 'Agnès', lastName: 'Agence', isAgencyManager: true });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const ask = async (structure = structureId) => {
  serial += 1;
  const email = `candidate${serial}@structure.example`;
  return { email, id: await askForAccount(site, structure, email) };
};
const rightsWith = async (email: string) => {
  const [person] = await peopleIn(site.dependencies.db, { email });
  return person ? rightsOf(site.dependencies.db, person.id) : [];
};
const stateOf = (id: number) => requestOf(site.dependencies.db, 'account_request', id);
const at = (id: number, action: string, structure = structureId) =>
  `/mes-structures/${structure}/demandes/${id}/${action}`;

describe('who may decide', () => {
  const decider = { isTheirs: false, isAgencyManager: false, isReferent: false };
  test.each([
    ['a référent of the structure', { ...decider, isReferent: true }, 3, true],
    ['a manager of the agency', { ...decider, isAgencyManager: true }, 3, true],
    ['a manager, for the first person', { ...decider, isAgencyManager: true }, 0, true],
    ['a colleague', decider, 3, 'Vous n’êtes plus référent de cette structure.'],
    ['a référent, for the first person', { ...decider, isReferent: true }, 0, /Cap Métiers/],
    ['the person, even référent', { ...decider, isReferent: true, isTheirs: true }, 3, /sa propre demande/],
    [
      'the person, even manager',
      { ...decider, isAgencyManager: true, isTheirs: true },
      0,
      /sa propre demande/,
    ],
  ])('%s', (_who, who, peopleCount, expected) => {
    const verdict = mayDecide({ ...who, peopleCount });
    if (expected instanceof RegExp) expect(verdict).toMatch(expected);
    else expect(verdict).toBe(expected);
  });

  test.each([
    // Ten working days before Thursday the 19th is Wednesday the 4th: neither week-ends nor Armistice Day count.
    ['2026-11-19T10:00:00Z', '2026-11-03T23:00:00.000Z'],
    ['2026-11-22T10:00:00Z', '2026-11-05T23:00:00.000Z'],
    ['2026-11-23T10:00:00Z', '2026-11-05T23:00:00.000Z'],
  ])('on %s, overdue means before %s', (now, expected) => {
    expect(overdueBefore(new Date(now)).toISOString()).toBe(expected);
  });
});

describe('a référent', () => {
  test('is told of a request like each of the others, once it is confirmed', async () => {
    site.mailbox.clear();
    const { email } = await ask();
    await site.runJobs();
    for (const { email: to } of [referent, other]) {
      const texts = site.mailbox.to(to).map(({ text }) => text);
      expect(texts).toEqual([expect.stringContaining(email)]);
    }
  });

  test('sees the requests, accepts one, and is led to the rights; the person signs in', async () => {
    const { email, id } = await ask();
    const browser = await site.signedIn(referent.email);
    const list = await browser.get('/mes-structures');
    expect(readable(list.text)).toContain(email);
    expect(list.text).toContain('12 nov. 2026'.replaceAll(' ', '\u00a0').replace('.\u00a0', '. '));

    const accepted = await browser.submit(at(id, 'accepter'), {}, '/mes-structures');
    expect(accepted.status).toBe(303);
    const request = await stateOf(id);
    expect(request).toMatchObject({ state: 'accepted', decided_by: referent.id, password_hash: null });
    expect(accepted.headers.location).toBe(`/mes-structures/${structureId}/personnes/${request.user_id}`);
    expect(await rightsWith(email)).toEqual(['beneficiary']);

    await site.runJobs();
    expect(site.mailbox.to(email).at(-1)?.subject).toBe('Votre compte Cap Métiers est ouvert');
    expect(site.mailbox.to(email).at(-1)?.text).toContain('http://localhost:3000/connexion');
    const person = await site.signedIn(email, 'Girafe-Violette-2026');
    expect((await person.get('/')).status).toBe(200);
  });

  test('refuses with a reason, on a page of its own; the reason is sent', async () => {
    const { email, id } = await ask();
    const browser = await site.signedIn(referent.email);
    expect(readable((await browser.get(at(id, 'refuser'))).text)).toContain(email);
    const empty = await browser.submit(at(id, 'refuser'), { reason: '  ' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('href="#reason"');
    expect((await stateOf(id)).state).toBe('pending');
    const refused = await browser.submit(at(id, 'refuser'), { reason: 'Vous ne travaillez pas <b>ici</b>.' });
    expect(refused.status).toBe(303);
    expect(await stateOf(id)).toMatchObject({ state: 'refused', password_hash: null });
    await site.runJobs();
    expect(site.mailbox.to(email).at(-1)?.text).toContain('Vous ne travaillez pas <b>ici</b>.');
    expect(site.mailbox.to(email).at(-1)?.html).not.toContain('<b>ici</b>');
    expect(await rightsWith(email)).toEqual([]);
  });

  test('is told by whom and when a request was decided already', async () => {
    const { id } = await ask();
    await (await site.signedIn(referent.email)).submit(at(id, 'accepter'), {}, '/mes-structures');
    const late = await site.signedIn(other.email);
    for (const response of [
      await late.submit(at(id, 'accepter'), {}, '/mes-structures'),
      await late.submit(at(id, 'refuser'), { reason: 'Non' }, '/mes-structures'),
      await late.get(at(id, 'refuser')),
    ]) {
      expect(response.status).toBe(409);
      expect(response.text).toMatch(/déjà acceptée par Rachel Référente le 12.nov. 2026 à/);
    }
  });

  test.each(['reason of 200 KB', 'reason repeated', 'bytes that are not UTF-8', 'NUL'])(
    'sees a message for a %s',
    async (what) => {
      const { id } = await ask();
      const browser = await site.signedIn(referent.email);
      const token = encodeURIComponent(await browser.token(at(id, 'refuser')));
      const reason = {
        'reason of 200 KB': `reason=${'a'.repeat(200_000)}`,
        'reason repeated': 'reason=a&reason=b',
        'bytes that are not UTF-8': 'reason=%FF',
        NUL: 'reason=a%00b',
      }[what];
      const response = await browser.agent
        .post(at(id, 'refuser'))
        .type('form')
        .send(`_csrf=${token}&${reason}`);
      expect(response.status).toBe(422);
      expect((await stateOf(id)).state).toBe('pending');
    },
  );

  test('does not see the requests of other structures', async () => {
    const { db } = site.dependencies;
    const foreign = await createStructure(db);
    await createUser(db, { affiliations: { [foreign]: ['referent'] } });
    const { id } = await ask(foreign);
    const browser = await site.signedIn(referent.email);
    for (const path of [at(id, 'refuser'), at(id, 'refuser', foreign)]) {
      expect((await browser.get(path)).status).toBe(404);
    }
    for (const path of [at(id, 'accepter'), at(id, 'accepter', foreign), at(2_000_000_000, 'accepter')]) {
      expect((await browser.submit(path, {}, '/mes-structures')).status).toBe(404);
    }
    expect((await stateOf(id)).state).toBe('pending');
  });

  test('cannot accept when an account took the e-mail meanwhile, and is told what to do', async () => {
    const { email, id } = await ask();
    await createUser(site.dependencies.db, { email });
    const response = await (await site.signedIn(referent.email)).submit(
      at(id, 'accepter'),
      {},
      '/mes-structures',
    );
    expect(response.status).toBe(409);
    expect(response.text).toContain('Un compte existe maintenant avec cette adresse e-mail');
    expect((await stateOf(id)).state).toBe('pending');
  });
});

describe('the others who wait when a structure gets its first person', () => {
  test('are announced to the new référent, and to nobody when a second person comes', async () => {
    const empty = await createStructure(site.dependencies.db, { name: 'Institut tout neuf' });
    const [first, second, third] = [await ask(empty), await ask(empty), await ask(empty)];
    await ask();
    await site.runJobs();
    site.mailbox.clear();
    const agency = await site.signedIn(manager.email);
    await agency.submit(`/agence/demandes-de-compte/${first.id}/accepter`, {}, '/mes-structures');
    await site.runJobs();
    const told = site.mailbox.to(first.email).filter(({ subject }) => subject.includes('à traiter'));
    expect(told).toHaveLength(2);
    expect(told[0]?.text).toContain(second.email);
    expect(told[1]?.text).toContain(third.email);
    expect(told[0]?.text).toContain('http://localhost:3000/mes-structures');
    expect(site.mailbox.mails).toHaveLength(3);

    await agency.submit(`/agence/demandes-de-compte/${second.id}/accepter`, {}, '/mes-structures');
    await site.runJobs();
    expect(site.mailbox.mails.slice(3).map(({ to }) => to)).toEqual([second.email]);
  });

  test('closed accounts are nobody: the next person is the first again, and runs the structure', async () => {
    const { db } = site.dependencies;
    const deserted = await createStructure(db);
    await createUser(db, { affiliations: { [deserted]: [] }, closedAt: site.clock.now() });
    const { email, id } = await ask(deserted);
    const agency = await site.signedIn(manager.email);
    await agency.submit(`/agence/demandes-de-compte/${id}/accepter`, {}, '/mes-structures');
    expect(await rightsWith(email)).toContain('referent');
  });

  test('also one who confirms at that very moment', async () => {
    const { db } = site.dependencies;
    const empty = await createStructure(db);
    const email = 'aumememoment@structure.example';
    const visitor = site.visitor();
    await visitor.submit('/account-requests/add', filledIn(empty, email));
    await site.runJobs();
    const link = site.mailbox.latestLink(email);
    const token = await visitor.token(link);
    let first: TestUser | undefined;
    const [confirmed] = await allWaitingFor(
      db,
      { sql: 'select id from structures where id = ? for no key update', binding: empty },
      [() => visitor.post(link, { _csrf: token, password: PASSWORD })],
      async (holder) => {
        first = await createUser(holder, { affiliations: { [empty]: ['referent'] } });
      },
    );
    expect(confirmed?.status).toBe(303);
    await site.runJobs();
    expect(site.mailbox.to(first?.email ?? '')[0]?.text).toContain(email);
  });
});

describe('at the same moment', () => {
  test('two référents decide one request: one wins, the other is told who', async () => {
    const { email, id } = await ask();
    const [first, second] = await Promise.all([referent, other].map(({ email }) => site.signedIn(email)));
    const tokens = await Promise.all([first?.token('/mes-structures'), second?.token('/mes-structures')]);
    const responses = await Promise.all([
      first?.post(at(id, 'accepter'), { _csrf: tokens[0] ?? '' }),
      second?.post(at(id, 'refuser'), { _csrf: tokens[1] ?? '', reason: 'Non' }),
    ]);
    expect(responses.map((response) => response?.status).sort()).toEqual([303, 409]);
    expect(responses.find((response) => response?.status === 409)?.text).toMatch(
      /déjà (acceptée|refusée) par/,
    );
    await site.runJobs();
    expect(site.mailbox.to(email).filter(({ subject }) => /ouvert|acceptée/.test(subject))).toHaveLength(1);
  });

  test('two first persons of a structure: one runs it, the other is a bénéficiaire', async () => {
    const empty = await createStructure(site.dependencies.db);
    const requests = [await ask(empty), await ask(empty)];
    const browser = await site.signedIn(manager.email);
    const token = await browser.token('/agence/demandes-de-compte');
    const responses = await Promise.all(
      requests.map(({ id }) => browser.post(`/agence/demandes-de-compte/${id}/accepter`, { _csrf: token })),
    );
    expect(responses.map(({ status }) => status)).toEqual([303, 303]);
    const rights = await Promise.all(requests.map(({ email }) => rightsWith(email)));
    expect(rights.sort((a, b) => a.length - b.length)).toEqual([
      ['beneficiary'],
      ['beneficiary', 'hr_validator', 'referent'],
    ]);
  });
});
