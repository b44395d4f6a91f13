import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requestAffiliation } from '#structures/affiliations/service.ts';
import { createTestSite, readable, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, setStructure, type TestUser } from '../../support/people.ts';
import { lastRequest } from '../../support/requests.ts';
import { rightsOf, structureOf } from '../../support/structures.ts';

const ASK = '/mes-structures/affiliations/demande';
let site: TestSite;
let target: number;
let home: number;
let referents: TestUser[];
let asker: TestUser;
let manager: TestUser;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  const { db } = site.dependencies;
  manager = await createUser(db, { isAgencyManager: true });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  site.clock.set('2026-03-02T09:00:00Z');
  target = await createStructure(db, { name: `Cible ${Math.random()}` });
  home = await createStructure(db);
  referents = [];
  for (const firstName of ['Rachel', 'Rémi']) {
    referents.push(await createUser(db, { firstName, affiliations: { [target]: ['referent'] } }));
  }
  asker = await createUser(db, { firstName: 'Ada', lastName: 'Demandeuse', affiliations: { [home]: [] } });
  await site.runJobs();
  site.mailbox.clear();
});

const referentAt = (index: number) => site.signedIn((referents[index] as TestUser).email);
const pendingId = async (userId = asker.id): Promise<number> =>
  (await lastRequest(site.dependencies.db, 'affiliation_request', { user_id: userId })).id;
async function ask(structure = target, who = asker) {
  const browser = await site.signedIn(who.email);
  return { browser, response: await browser.submit(ASK, { q: '', structure_id: structure }) };
}

describe('asking', () => {
  test('is told to the person and to every référent, listed on both sides, and can be withdrawn once', async () => {
    const { browser, response } = await ask();
    expect(response.status).toBe(303);
    await site.runJobs();
    expect(site.mailbox.to(asker.email)[0]?.subject).toContain('enregistrée');
    for (const { email } of referents) {
      expect(site.mailbox.to(email)[0]?.subject).toContain('Ada Demandeuse');
    }
    const id = await pendingId();
    expect((await browser.get('/mes-structures')).text).toContain(`affiliations/${id}/annuler`);
    const list = await (await referentAt(0)).get('/mes-structures');
    expect(readable(list.text)).toContain(asker.email);
    expect(list.text).toContain(`value="affiliation:${target}:${id}"`);

    const stranger = await referentAt(0);
    const path = `/mes-structures/affiliations/${id}/annuler`;
    expect((await stranger.submit(path, {}, '/mes-structures')).status).toBe(404);
    expect((await browser.submit(path, {}, '/mes-structures')).status).toBe(303);
    expect((await browser.submit(path, {}, ASK)).status).toBe(409);
    await site.runJobs();
    expect(site.mailbox.to((referents[1] as TestUser).email).at(-1)?.subject).toContain('annulée');
    expect((await ask()).response.status).toBe(303);
  });

  test('without scripts, the structure is found with the same form', async () => {
    const browser = await site.signedIn(asker.email);
    const { name } = await structureOf(site.dependencies.db, target);
    const found = await browser.submit(ASK, { q: name, step: 'search', structure_id: '' });
    expect(found.status).toBe(200);
    expect(found.text).toContain(`value="${target}"`);
  });

  test('twice, where one belongs already, or of a closed structure is refused with the reason', async () => {
    await ask();
    const again = await ask();
    expect(again.response.status).toBe(422);
    expect(again.response.text).toContain('attend déjà une décision');
    expect((await ask(home)).response.text).toContain('déjà partie');
    const closed = await createStructure(site.dependencies.db);
    await setStructure(site.dependencies.db, closed, { closed_on: '2026-01-01' });
    expect((await ask(closed)).response.status).toBe(422);
  });

  test('twice at once makes one request', async () => {
    const browser = await site.signedIn(asker.email);
    const fields = { _csrf: await browser.token(ASK), q: '', structure_id: target };
    const responses = await Promise.all([1, 2, 3].map(() => browser.post(ASK, fields)));
    expect(responses.map(({ status }) => status).sort()).toEqual([303, 422, 422]);
  });

  test.each([
    ['nothing', {}],
    ['an unknown structure', { structure_id: '2000000000' }],
    ['a huge number', { structure_id: '9'.repeat(5000) }],
    ['a repeated field', { structure_id: ['1', '2'] }],
    ['NUL', { q: 'a\u0000', structure_id: '\u0000' }],
    ['a script', { q: '<script>alert(1)</script>', structure_id: '<script>' }],
  ])('with %s is a message', async (_what, fields) => {
    const { status, text } = await (await site.signedIn(asker.email)).submit(ASK, fields);
    expect(status).toBe(422);
    expect(text).toContain('à corriger');
    expect(text).not.toContain('<script>alert');
  });
});

describe('deciding', () => {
  test('a référent accepts: bénéficiaire there, nothing changes elsewhere', async () => {
    await ask();
    const path = `/mes-structures/${target}/affiliations/${await pendingId()}/accepter`;
    const response = await (await referentAt(0)).submit(path, {}, '/mes-structures');
    expect(response.headers.location).toBe(`/mes-structures/${target}/personnes/${asker.id}`);
    expect(await rightsOf(site.dependencies.db, asker.id, target)).toEqual(['beneficiary']);
    expect(await rightsOf(site.dependencies.db, asker.id, home)).toEqual(['beneficiary']);
    await site.runJobs();
    expect(site.mailbox.to(asker.email).at(-1)?.subject).toContain('acceptée');
  });

  test('a refusal needs a reason, which is sent', async () => {
    await ask();
    const path = `/mes-structures/${target}/affiliations/${await pendingId()}/refuser`;
    const browser = await referentAt(0);
    expect((await browser.submit(path, { reason: ' ' })).status).toBe(422);
    expect((await browser.submit(path, { reason: 'Inconnue chez nous' })).status).toBe(303);
    await site.runJobs();
    expect(site.mailbox.to(asker.email).at(-1)?.text).toContain('Inconnue chez nous');
    expect(await rightsOf(site.dependencies.db, asker.id, target)).toEqual([]);
  });

  test('two référents at once: one wins, the other is told who', async () => {
    await ask();
    const id = await pendingId();
    const browsers = [await referentAt(0), await referentAt(1)];
    const tokens = await Promise.all(browsers.map((browser) => browser.token('/mes-structures')));
    const responses = await Promise.all(
      browsers.map((browser, index) =>
        browser.post(`/mes-structures/${target}/affiliations/${id}/accepter`, { _csrf: tokens[index] ?? '' }),
      ),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(responses.find(({ status }) => status === 409)?.text).toMatch(/déjà acceptée par (Rachel|Rémi)/);
  });

  test('the first person of a structure is for the agency, and runs it', async () => {
    const empty = await createStructure(site.dependencies.db);
    await ask(empty);
    await site.runJobs();
    expect(site.mailbox.to(manager.email).at(-1)?.subject).toContain('Ada Demandeuse');
    const browser = await site.signedIn(manager.email);
    expect(readable((await browser.get('/agence/affiliations')).text)).toContain(asker.email);
    const path = `/agence/affiliations/${await pendingId()}/accepter`;
    expect((await browser.submit(path, {}, '/agence/affiliations')).status).toBe(303);
    expect(await rightsOf(site.dependencies.db, asker.id, empty)).toEqual([
      'beneficiary',
      'hr_validator',
      'referent',
    ]);
  });

  test('nobody decides their own request; a request of elsewhere does not exist here', async () => {
    await ask(target, manager);
    const own = await pendingId(manager.id);
    const browser = await site.signedIn(manager.email);
    expect((await browser.submit(`/agence/affiliations/${own}/accepter`, {}, ASK)).status).toBe(403);
    const other = await createUser(site.dependencies.db, { affiliations: { [home]: ['referent'] } });
    const path = `/mes-structures/${home}/affiliations/${own}/accepter`;
    expect((await (await site.signedIn(other.email)).submit(path, {}, ASK)).status).toBe(404);
  });

  test.each([
    ['2026-03-02T09:00:00Z', '2026-03-01', false],
    ['2026-03-02T09:00:00Z', '2026-03-02', false],
    ['2026-03-02T09:00:00Z', '2026-03-03', true],
    ['2026-03-02T23:30:00Z', '2026-03-03', false],
  ])('at %s a structure that closes on %s: joined %s', async (now, closed_on, isOpen) => {
    const { db } = site.dependencies;
    await ask();
    const second = await createUser(db);
    await setStructure(db, target, { closed_on });
    site.clock.set(now);
    const asked = await requestAffiliation(site.dependencies, {
      userId: second.id,
      structureId: target,
    }).then(
      ({ state }) => state,
      (error: Error) => error.message,
    );
    expect(asked).toMatch(isOpen ? /^pending$/ : /fermée/);
    const path = `/mes-structures/${target}/affiliations/${await pendingId()}/accepter`;
    const { status, text } = await (await referentAt(0)).submit(path, {}, '/mes-structures');
    expect([status, text.includes('fermée')]).toEqual(isOpen ? [303, false] : [409, true]);
    expect(await rightsOf(site.dependencies.db, asker.id, target)).toEqual(isOpen ? ['beneficiary'] : []);
  });
});

describe('several at once', () => {
  async function two() {
    const second = await createUser(site.dependencies.db, { firstName: 'Bea' });
    await ask();
    await ask(target, second);
    return [
      `affiliation:${target}:${await pendingId()}`,
      `affiliation:${target}:${await pendingId(second.id)}`,
    ];
  }

  test('each is decided by itself, and each line tells what became of it', async () => {
    const selection = await two();
    const first = `/mes-structures/${target}/affiliations/${await pendingId()}/accepter`;
    await (await referentAt(1)).submit(first, {}, '/mes-structures');
    const fields = { decision: 'accepter', selection };
    const { status, text } = await (await referentAt(0)).submit(
      '/mes-structures/selection',
      fields,
      '/mes-structures',
    );
    expect(status).toBe(200);
    expect(text).toContain('déjà acceptée par Rémi');
    expect(text).toMatch(/Acceptée<\/span> Bea/);
    expect(text).toMatch(new RegExp(`href="/mes-structures/${target}/personnes/\\d+">Donner des droits`));
  });

  test('a refusal asks for one reason, sent to each', async () => {
    const selection = await two();
    const browser = await referentAt(0);
    const send = (fields: Record<string, string>) =>
      browser.submit(
        '/mes-structures/selection',
        { decision: 'refuser', selection, ...fields },
        '/mes-structures',
      );
    expect((await send({})).text).toContain('Motif du refus');
    expect((await send({ reason: '' })).status).toBe(422);
    expect((await send({ reason: 'Motif commun' })).text).toMatch(/2.demandes refusées\. Un e-mail/);
    await site.runJobs();
    expect(site.mailbox.mails.filter(({ text }) => text.includes('Motif commun'))).toHaveLength(2);
  });

  test('a selection of elsewhere does not exist, and an empty one is a message', async () => {
    const selection = await two();
    const outsider = await site.signedIn(asker.email);
    const path = '/mes-structures/selection';
    expect((await outsider.submit(path, { decision: 'accepter', selection }, ASK)).status).toBe(404);
    const browser = await referentAt(0);
    for (const fields of [
      {},
      { decision: 'accepter' },
      { decision: 'x', selection },
      { decision: '\u0000' },
    ]) {
      expect((await browser.submit(path, fields as Record<string, string>, ASK)).status).toBe(422);
    }
    expect(await rightsOf(site.dependencies.db, asker.id, target)).toEqual([]);
  });
});
