import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { delegate, followDelegations } from '#enrolment/delegations/service.ts';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { closeAccount } from '#identity/account/inactivity/closing.ts';
import { lockSubject, type Subject } from '#identity/account/inactivity/repository.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { countWaiting, DAY } from '../../support/database.ts';
import { delegationsIn, forgetDelegations } from '../../support/delegations.ts';
import { actorOf, historyOf, statesOf } from '../../support/enrolments.ts';
import { lastEntry } from '../../support/journal.ts';
import {
  createStructure,
  createUser,
  createUsers,
  joinStructure,
  reopenAccount,
  type TestUser,
  takeRight,
} from '../../support/people.ts';
import { until } from '../../support/process.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { first } from '../../support/rows.ts';

let site: TestSite;
let structureId: number;
let referent: TestUser;
let validator: TestUser;
let standIn: TestUser;
let person: TestUser;
const PREFERENCES = '/parcourspro/valideur/preferences';

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  site.clock.set('2026-03-02T09:00:00Z');
  await forgetAttempts(db);
  await forgetDelegations(db);
  structureId = await createStructure(db, { name: 'Institut Essai', memberIn: [2026] });
  const at = (...rights: ('referent' | 'hr_validator')[]) => ({ affiliations: { [structureId]: rights } });
  referent = await createUser(db, { firstName: 'Rémi', ...at('referent') });
  validator = await createUser(db, { firstName: 'Yves', lastName: 'Absent', ...at('hr_validator') });
  standIn = await createUser(db, { firstName: 'Xenia', lastName: 'Présente', ...at() });
  person = await createUser(db, { firstName: 'Paul', lastName: 'Demandeur', ...at() });
  await site.runJobs();
  site.mailbox.clear();
});

const give = (startsOn = '2026-03-02', endsOn = '2026-03-31', to = standIn) =>
  delegate(site.dependencies, {
    structureId,
    byUserId: validator.id,
    to: { userId: to.id },
    startsOn,
    endsOn,
  });

/** A request of somebody, for an action of its own. */
async function ask(who: TestUser = person): Promise<number> {
  const { dependencies: deps, clock } = site;
  const providerId = await createStructure(deps.db, { isTrainingBody: true });
  const { id: actionId } = await createAction(deps.db, { providerId });
  const sessionId = await createSession(deps.db, { actionId, now: clock.now(), startsInDays: 120 });
  const actor = await actorOf(deps.db, who.id);
  const request = { actionId, sessionId, structureId, motivation: 'Progresser' };
  return (await requestEnrolment(deps, actor, request)).id;
}

const approveAs = (who: TestUser, id: number) =>
  decideEnrolment(site.dependencies, id, {
    event: 'approve',
    by: { role: 'hr_validator', userId: who.id, way: 'page' },
  });

async function asValidator(who: TestUser): Promise<{ browser: Visitor; status: number }> {
  const browser = await site.signedIn(who.email);
  const profil = `hr_validator:${structureId}`;
  const { status } = await browser.submit('/parcourspro/profil', { profil }, '/mes-structures');
  return { browser, status };
}

const mailsTo = async ({ email }: TestUser) => {
  await site.runJobs();
  return site.mailbox.to(email);
};
const linkIn = (text = '') => /(\/parcourspro\/validation\/\S+)/.exec(text)?.[1] ?? '';

/** The link of the last request that they were asked about. */
const linkTo = async (who: TestUser) =>
  linkIn((await mailsTo(who)).findLast(({ subject }) => subject.includes('à valider'))?.text);

describe('while it lasts', () => {
  test('the one who stands in has the profile, the e-mails and the decision; the history says for whom', async () => {
    expect((await asValidator(standIn)).status).toBe(404);
    await give();
    const { browser, status } = await asValidator(standIn);
    expect(status).toBe(303);
    const id = await ask();
    const page = await browser.get('/parcourspro/valideur');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Vous remplacez Yves Absent jusqu’au 31\u00a0mars 2026');
    expect(page.text).toContain('à la place de Yves Absent');
    const mails = await mailsTo(standIn);
    expect(mails.map(({ subject }) => subject).sort()).toEqual([
      'Demande d’inscription à valider : Paul Demandeur',
      'Vous remplacez Yves Absent comme Valideur RH',
    ]);
    expect(await mailsTo(validator)).toHaveLength(2);

    const path = `/parcourspro/valideur/demandes/${id}`;
    expect((await browser.submit(path, { decision: 'approuver' })).status).toBe(303);
    expect((await browser.get(path)).text).toContain('par Xenia Présente, pour Yves Absent');
    expect((await browser.get('/parcourspro/valideur/decisions')).text).toContain(
      'Xenia Présente, pour Yves Absent',
    );
    const again = await browser.submit(path, { decision: 'approuver' });
    expect(again.text).toContain('Déjà validé par Xenia Présente, pour Yves Absent, le');
    const link = await site.visitor().get(await linkTo(validator));
    expect(link.text).toContain('Déjà validé par Xenia Présente, pour Yves Absent, le');
  });

  test('the journal says that a stand-in decided, and says it of nobody else', async () => {
    await give();
    const { db } = site.dependencies;
    const colleague = await createUser(db, { affiliations: { [structureId]: [] } });
    const [stood, own] = [await ask(), await ask(colleague)];
    await approveAs(standIn, stood);
    await approveAs(validator, own);
    const agency = await createUser(db, { isAgencyManager: true });
    const { text } = await (await site.signedIn(agency.email)).get('/agence/journal');
    // Of this test's structure, whose decisions are these two.
    const lines = (text.match(/<tr[\s\S]*?<\/tr>/g) ?? []).filter(
      (line) => line.includes(`/mes-structures/${structureId}"`) && /préinscri/i.test(line),
    );
    const said = lines.map((line) => [
      line.includes('Xenia Présente') ? 'stand-in' : line.includes('Yves Absent') ? 'validator' : line,
      line.includes('à la place d’un Valideur RH absent'),
    ]);
    expect(said.sort()).toEqual([
      ['stand-in', true],
      ['validator', false],
    ]);
  });

  test('a link of their own decides without signing in, in the name of the absent one', async () => {
    await give();
    const id = await ask();
    const link = await linkTo(standIn);
    const visitor = site.visitor();
    expect((await visitor.get(link)).text).toContain('Progresser');
    expect((await visitor.submit(link, { decision: 'approuver' })).status).toBe(303);
    expect((await historyOf(site.dependencies.db, id)).at(-1)).toMatchObject({
      by_user_id: standIn.id,
      for_user_id: validator.id,
      way: 'email_link',
    });
  });

  test('nobody decides on their own request, nor on that of the one they stand in for', async () => {
    const { db } = site.dependencies;
    await give();
    const [own, absent] = [await ask(standIn), await ask(validator)];
    await expect(approveAs(standIn, own)).rejects.toThrow('propre demande');
    await expect(approveAs(standIn, absent)).rejects.toThrow('que vous remplacez');
    // Nobody else can: the agency is asked, and no link of theirs is about them.
    const asked = await db('decision_links').whereIn('enrolment_id', [own, absent]);
    expect(asked.map((row) => [row.enrolment_id, row.user_id])).toEqual([[own, validator.id]]);
    const { browser } = await asValidator(standIn);
    const { text } = await browser.get('/parcourspro/valideur');
    expect(text).toContain('C’est votre demande');
    expect(text).toContain('C’est la demande de la personne que vous remplacez');
    expect(text).not.toContain('name="selection"');
    const file = await browser.get(`/parcourspro/valideur/demandes/${absent}`);
    expect(file.text).toContain('C’est la demande de la personne que vous remplacez');
    expect(file.text).not.toContain('Approuver la demande');
    const selection = [String(own), String(absent)];
    const result = await browser.submit(
      '/parcourspro/valideur/selection',
      { decision: 'approuver', selection },
      '/parcourspro/valideur',
    );
    expect(result.text.match(/Rien de changé/g)).toHaveLength(2);
    expect(await statesOf(db, [own, absent])).toEqual(['requested', 'requested']);
    // Another validator, who is away too, may be stood in for as well: then it can be decided.
    const other = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
    await delegate(site.dependencies, {
      structureId,
      byUserId: other.id,
      to: { userId: standIn.id },
      startsOn: '2026-03-02',
      endsOn: '2026-03-05',
    });
    expect(await approveAs(standIn, absent)).toMatchObject({ state: 'preregistered' });
    expect((await historyOf(db, absent)).at(-1)).toMatchObject({ for_user_id: other.id });
  });

  test('somebody with the right decides in their own name', async () => {
    const { db } = site.dependencies;
    const other = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
    await give('2026-03-02', '2026-03-31', other);
    const id = await ask();
    await approveAs(other, id);
    expect((await historyOf(db, id)).at(-1)).toMatchObject({ for_user_id: null });
    expect((await mailsTo(other)).filter(({ subject }) => subject.includes('à valider'))).toHaveLength(1);
  });

  test('the référent sees it in the list of people, whoever stands in counts for the agency', async () => {
    const { db } = site.dependencies;
    const id = await ask(validator);
    const other = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
    await give('2026-04-01', '2026-04-30');
    const list = await (await site.signedIn(referent.email)).get(`/mes-structures/${structureId}`);
    expect(list.text).toContain('Remplace Yves Absent comme Valideur RH');
    const home = await (await site.signedIn(other.email)).get('/');
    expect(home.text).toContain('demande d’inscription à valider');
    expect(await approveAs(other, id)).toMatchObject({ state: 'preregistered' });
  });

  test('whoever stands in cannot pass it on', async () => {
    await give();
    const { browser } = await asValidator(standIn);
    expect((await browser.get(PREFERENCES)).text).not.toContain('Me faire remplacer');
    const fields = { personne: String(person.id), du: '2026-03-02', au: '2026-03-03' };
    const refused = await browser.submit('/parcourspro/valideur/delegations', fields, PREFERENCES);
    expect(refused.status).toBe(403);
  });
});

describe('its days, in Paris', () => {
  test.each([
    ['2026-03-09T22:59:59.999Z', false],
    ['2026-03-09T23:00:00.000Z', true],
    // Summer time began in between.
    ['2026-03-31T21:59:59.999Z', true],
    ['2026-03-31T22:00:00.000Z', false],
  ])('at %s: %s', async (moment, may) => {
    const id = await ask();
    await give('2026-03-10', '2026-03-31');
    // A link that was sent while it lasted.
    site.clock.set('2026-03-20T09:00:00Z');
    await ask();
    const link = await linkTo(standIn);
    expect((await site.visitor().get(link)).status).toBe(200);

    site.clock.set(moment);
    expect((await asValidator(standIn)).status).toBe(may ? 303 : 404);
    expect((await site.visitor().get(link)).status).toBe(may ? 200 : 404);
    if (may) expect(await approveAs(standIn, id)).toMatchObject({ state: 'preregistered' });
    else await expect(approveAs(standIn, id)).rejects.toThrow('plus le droit');
  });

  test('both are told of the end, whoever stands in of the beginning too, once and not at night', async () => {
    await give('2026-03-10', '2026-03-12');
    await ask();
    expect((await mailsTo(standIn)).map(({ subject }) => subject)).toEqual([
      'Vous remplacez Yves Absent comme Valideur RH',
    ]);
    const at = (moment: string) => {
      site.clock.set(moment);
      return followDelegations(site.dependencies);
    };
    expect(await at('2026-03-10T05:59:00Z')).toBe(0);
    expect((await Promise.all([1, 2].map(() => at('2026-03-10T06:03:00Z')))).sort()).toEqual([0, 1]);
    expect(await at('2026-03-12T20:00:00Z')).toBe(0);
    expect((await Promise.all([1, 2].map(() => at('2026-03-13T06:03:00Z')))).sort()).toEqual([0, 1]);
    expect(await at('2026-03-14T09:00:00Z')).toBe(0);
    const mails = await mailsTo(standIn);
    expect(mails.map(({ subject }) => subject)).toEqual([
      'Vous remplacez Yves Absent comme Valideur RH',
      'À partir d’aujourd’hui, vous remplacez Yves Absent comme Valideur RH',
      'Vous ne remplacez plus Yves Absent comme Valideur RH',
    ]);
    expect(mails[1]?.text).toContain('1\u00a0demande attend déjà une décision');
    expect((await mailsTo(validator)).at(-1)?.subject).toBe(
      'Xenia Présente ne vous remplace plus comme Valideur RH',
    );
    expect(await delegationsIn(site.dependencies.db)).toEqual([]);
  });

  test.each([
    ['begins', '2026-03-10T09:00:00Z'],
    ['is over', '2026-03-13T09:00:00Z'],
  ])('nobody is told of one that somebody ends while the job is at it: it %s', async (_what, moment) => {
    const { db } = site.dependencies;
    const { id } = await give('2026-03-10', '2026-03-12');
    await site.runJobs();
    site.mailbox.clear();
    site.clock.set(moment);
    const ending = await db.transaction();
    await forgetDelegations(ending, id);
    const told = followDelegations(site.dependencies);
    await until(async () => (await countWaiting(db)) > 0);
    await ending.commit();
    expect(await told).toBe(0);
    await site.runJobs();
    expect(site.mailbox.mails).toEqual([]);
  });
});

describe('every end', () => {
  const close = async (who: TestUser) => {
    const { dependencies } = site;
    await dependencies.db.transaction(async (trx) =>
      closeAccount(dependencies, trx, (await lockSubject(trx, who.id)) as Subject),
    );
  };
  const asReferent = async (path: string, fields = {}) => {
    const browser = await site.signedIn(referent.email);
    expect((await browser.submit(path, fields, `/mes-structures/${structureId}`)).status).toBe(303);
  };
  const ends: [string, () => Promise<unknown>, because: string][] = [
    [
      'revoked by whoever gave it',
      async () => {
        const { browser } = await asValidator(validator);
        const { id } = first((await delegationsIn(site.dependencies.db)).toReversed());
        const path = `/parcourspro/valideur/delegations/${id}/arreter`;
        expect((await browser.submit(path, {}, PREFERENCES)).status).toBe(303);
        expect((await browser.submit(path, {}, PREFERENCES)).status).toBe(404);
      },
      'revoked',
    ],
    [
      'given up by whoever was given it',
      async () => {
        const { browser } = await asValidator(standIn);
        const { id } = first((await delegationsIn(site.dependencies.db)).toReversed());
        const path = `/parcourspro/valideur/delegations/${id}/arreter`;
        expect((await browser.submit(path, {}, PREFERENCES)).status).toBe(303);
      },
      'revoked',
    ],
    [
      'the right of the absent one is taken away',
      () =>
        asReferent(`/mes-structures/${structureId}/personnes/${validator.id}`, {
          change: '-hr_validator',
        }),
      'right_taken',
    ],
    [
      'the absent one leaves the structure',
      () => asReferent(`/mes-structures/${structureId}/personnes/${validator.id}/detacher`),
      'left',
    ],
    [
      'the other leaves the structure',
      () => asReferent(`/mes-structures/${structureId}/personnes/${standIn.id}/detacher`),
      'left',
    ],
    ['the account of the absent one is closed', () => close(validator), 'closed'],
    ['the account of the other is closed', () => close(standIn), 'closed'],
  ];
  test.each(ends)('%s', async (_name, end, because) => {
    const { db } = site.dependencies;
    // Another validator stays: the requests can still be decided.
    await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
    await give();
    const id = await ask();
    const open = await asValidator(standIn);
    const link = await linkTo(standIn);
    expect((await site.visitor().get(link)).status).toBe(200);
    await end();

    const page = await open.browser.get('/parcourspro/valideur');
    expect([403, 303, 302]).toContain(page.status);
    expect((await site.visitor().get(link)).status).toBe(404);
    await expect(approveAs(standIn, id)).rejects.toThrow();
    expect(await delegationsIn(db)).toEqual([]);
    expect(await lastEntry(db, 'hr_delegation.ended')).toMatchObject({
      person_id: standIn.id,
      structure_id: structureId,
      details: { because },
    });
    const told = [...(await mailsTo(standIn)), ...(await mailsTo(validator))].map(({ subject }) => subject);
    expect(told.filter((subject) => /ne (vous )?remplace(z)? plus/.test(subject)).length).toBe(
      because === 'revoked' ? 1 : 2,
    );

    // Given the ground back, neither right nor link comes back by itself; a new delegation makes no old link live.
    for (const { id } of [validator, standIn]) await reopenAccount(db, id);
    await joinStructure(db, validator.id, structureId, ['hr_validator']);
    await joinStructure(db, standIn.id, structureId);
    expect((await asValidator(standIn)).status).toBe(404);
    await give();
    expect((await asValidator(standIn)).status).toBe(303);
    expect((await site.visitor().get(link)).status).toBe(404);
  });

  test('whatever takes the right away without a word takes the delegation with it', async () => {
    const { db } = site.dependencies;
    await give();
    await ask();
    const link = await linkTo(standIn);
    await takeRight(db, 'hr_validator', { user_id: validator.id });
    expect(await delegationsIn(db)).toEqual([]);
    expect((await site.visitor().get(link)).status).toBe(404);
  });
});

describe('the form', () => {
  test('names somebody of the structure, once, and says who it is', async () => {
    const { browser } = await asValidator(validator);
    const fields = { personne: String(standIn.id), du: '02/03/2026', au: '2026-03-06' };
    const twice = await Promise.all(
      [1, 2].map(() => browser.submit('/parcourspro/valideur/delegations', fields, PREFERENCES)),
    );
    expect(twice.map(({ status }) => status).sort()).toEqual([303, 422]);
    expect(await delegationsIn(site.dependencies.db)).toHaveLength(1);
    const { text } = await browser.get(PREFERENCES);
    expect(text).toContain('Xenia Présente vous remplace');
    expect(text).toContain('En cours');
    expect((await mailsTo(validator)).at(-1)?.subject).toBe('Xenia Présente vous remplace comme Valideur RH');
  });

  test.each([
    ['nobody', { personne: '' }, 'Choisissez une personne'],
    ['somebody unknown', { personne: '999999' }, 'Choisissez une personne de la structure'],
    ['an e-mail of nobody', { personne: 'x@y.example' }, 'Choisissez une personne de la structure'],
    ['a megabyte', { personne: 'x'.repeat(200_000) }, 'Choisissez une personne de la structure'],
    ['a script', { personne: '<script>alert(1)</script>' }, 'Choisissez une personne de la structure'],
    ['no day', { du: '' }, 'Indiquez le premier jour'],
    ['no date', { du: '31/02/2026' }, 'Saisissez une date'],
    ['a past day', { du: '2026-03-01' }, 'Le premier jour est passé'],
    ['backwards', { au: '2026-03-01' }, 'Le dernier jour est avant le premier'],
    ['more than a year', { au: '2027-03-02' }, 'un an au plus'],
  ])('%s is refused, what was typed is kept', async (_name, wrong, words) => {
    const { browser } = await asValidator(validator);
    const fields = { personne: String(standIn.id), du: '2026-03-02', au: '2026-03-06', ...wrong };
    const response = await browser.submit('/parcourspro/valideur/delegations', fields, PREFERENCES);
    expect(response.status).toBe(422);
    expect(response.text).toContain(words);
    expect(response.text).not.toContain('<script>alert');
    if (!('au' in wrong)) expect(response.text).toContain('2026-03-06');
    expect(await delegationsIn(site.dependencies.db)).toEqual([]);
  });

  test('neither oneself, nor somebody of another structure, nor a closed account', async () => {
    const { db } = site.dependencies;
    const elsewhere = await createUser(db, {
      affiliations: { [await createStructure(db)]: ['hr_validator'] },
    });
    const closed = await createUser(db, {
      closedAt: site.clock.now(),
      affiliations: { [structureId]: [] },
    });
    const { browser: choosing } = await asValidator(validator);
    const offered = (await choosing.get(PREFERENCES)).text;
    expect(offered).toContain(`<option value="${standIn.id}"`);
    for (const { id } of [validator, elsewhere, closed])
      expect(offered).not.toContain(`<option value="${id}"`);
    for (const to of [validator, elsewhere, closed]) {
      await expect(give('2026-03-02', '2026-03-05', to)).rejects.toThrow(/Choisissez une/);
    }
    // Somebody else's delegation does not exist.
    const { id } = await give();
    const { browser } = await asValidator(validator);
    const other = await site.signedIn(elsewhere.email);
    const profil = `hr_validator:${(await actorOf(db, elsewhere.id)).affiliations[0]?.structureId}`;
    await other.submit('/parcourspro/profil', { profil }, '/mes-structures');
    const path = `/parcourspro/valideur/delegations/${id}/arreter`;
    expect((await other.submit(path, {}, PREFERENCES)).status).toBe(404);
    expect((await browser.submit(path, {}, PREFERENCES)).status).toBe(303);
  });

  test('several in a row, never two at once', async () => {
    await give('2026-03-02', '2026-03-06');
    await expect(give('2026-03-06', '2026-03-10', person)).rejects.toThrow('vous remplace déjà');
    await give('2026-03-07', '2026-03-10', person);
    site.clock.advance(5 * DAY);
    expect((await asValidator(standIn)).status).toBe(404);
    expect((await asValidator(person)).status).toBe(303);
  });

  test('a structure of hundreds types an e-mail', async () => {
    const { db } = site.dependencies;
    await createUsers(db, Array(301).fill({ affiliations: { [structureId]: [] } }));
    const { browser } = await asValidator(validator);
    expect((await browser.get(PREFERENCES)).text).toContain('E-mail de qui décide');
    const fields = { personne: standIn.email.toUpperCase(), du: '2026-03-02', au: '2026-03-06' };
    expect((await browser.submit('/parcourspro/valideur/delegations', fields, PREFERENCES)).status).toBe(303);
  });
});
