import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeAccount } from '#identity/account/inactivity/closing.ts';
import { lockSubject, type Subject } from '#identity/account/inactivity/repository.ts';
import { decide } from '#requests/decide.ts';
import { currentCharter } from '#structures/memberships/charter.ts';
import { membershipRequest } from '#structures/memberships/request.ts';
import { membershipBadge, openYears, renewalSeason } from '#structures/memberships/rules.ts';
import { remindRenewals, requestMembership } from '#structures/memberships/service.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import {
  createStructure,
  createUser,
  leaveAgency,
  leaveStructures,
  setMembership,
  setStructure,
  type TestUser,
} from '../../support/people.ts';
import { forgetRequests, requestsIn } from '../../support/requests.ts';
import { first } from '../../support/rows.ts';
import { forgetMemberships, membershipsIn, structureOf } from '../../support/structures.ts';
import { allWaitingFor, theStructure } from '../../support/waiting.ts';

let site: TestSite;
let manager: TestUser;
let referent: TestUser;
let colleague: TestUser;
let own: number;
let foreign: number;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-20T09:00:00Z' });
  manager = await createUser(site.dependencies.db, {
    firstName: 'Agnès',
    lastName: 'Agence',
    isAgencyManager: true,
  });
});
afterAll(() => site.close());

beforeEach(async () => {
  const { db } = site.dependencies;
  await forgetRequests(db, 'membership_request');
  await forgetMemberships(db);
  own = await createStructure(db, { name: 'Institut Essai' });
  foreign = await createStructure(db, { name: 'Ailleurs' });
  referent = await createUser(db, { affiliations: { [own]: ['referent'] } });
  colleague = await createUser(db, { affiliations: { [own]: ['hr_validator'] } });
  site.clock.set('2026-11-20T09:00:00Z');
  await site.runJobs();
  site.mailbox.clear();
});

const asked = (fields: Record<string, string | string[]> = {}) => ({
  structure: String(own),
  year: '2027',
  charter: '1',
  charter_version: currentCharter.version,
  ...fields,
});
const ask = async (person: TestUser, fields = {}) =>
  (await site.signedIn(person.email)).submit('/adhesion', asked(fields), '/mes-structures');
const requests = (of = {}) => requestsIn(site.dependencies.db, 'membership_request', of);
const onlyRequest = async () => {
  const rows = await requests();
  expect(rows).toHaveLength(1);
  return first(rows);
};

describe('the rules', () => {
  test.each([
    ['2026-10-31T22:59:59Z', [2026]],
    ['2026-10-31T23:00:00Z', [2026, 2027]],
    ['2026-12-31T22:59:59Z', [2026, 2027]],
    ['2026-12-31T23:00:00Z', [2027]],
  ])('at %s one may ask for %j', (now, years) => expect(openYears(new Date(now))).toEqual(years));

  test.each([
    ['2026-10-31T12:00:00Z', undefined],
    ['2026-11-01T12:00:00Z', { season: 'november', year: 2027 }],
    ['2026-12-01T12:00:00Z', undefined],
    ['2027-01-01T12:00:00Z', { season: 'january', year: 2027 }],
    ['2027-02-01T12:00:00Z', undefined],
  ])('at %s reminders are %j', (now, season) => expect(renewalSeason(new Date(now))).toEqual(season));

  test.each([
    [true, true, 'Adhérente\u00a02026'],
    [true, false, 'Adhérente\u00a02026'],
    [false, true, 'Demande en cours'],
    [false, false, 'Non adhérente'],
  ])('member %s and requested %s is shown as %s', (isMember, isRequested, label) =>
    expect(membershipBadge({ isMember, isRequested }, 2026).label).toBe(label),
  );
});

describe('asking', () => {
  test('by a référent: recorded, acknowledged, told to the agency, shown in « Mes structures »', async () => {
    const browser = await site.signedIn(referent.email);
    expect((await browser.get('/mes-structures')).text).toContain('Non adhérente');
    expect((await browser.get('/adhesion')).text).toContain('Institut Essai');
    expect((await browser.submit('/adhesion', asked())).status).toBe(303);
    expect(await onlyRequest()).toMatchObject({
      structure_id: own,
      year: 2027,
      state: 'pending',
      charter_version: currentCharter.version,
      requested_by: referent.id,
    });
    const agency = await site.signedIn(manager.email);
    const charter = `/adhesion/charte/${currentCharter.version}`;
    const { id } = await onlyRequest();
    expect((await agency.get(`/agence/adhesions/${id}`)).text).toContain(charter);
    expect((await agency.get(charter)).text).toContain('s’engage');
    expect((await agency.get('/adhesion/charte/2020-01-01')).status).toBe(404);
    expect((await agency.get('/adhesion/charte/..%2Faide%2Fadherer')).status).toBe(404);
    expect((await browser.get('/mes-structures')).text).toContain('Demande en cours');
    await site.runJobs();
    expect(site.mailbox.to(referent.email).at(-1)?.subject).toContain('adhésion 2027');
    const told = site.mailbox.to(manager.email).at(-1)?.text;
    expect(told).toContain(`/agence/adhesions/${id}`);
    expect(told).toContain('Le référent a accepté la charte.');
    expect(told).toContain('Demandée le');
  });

  test('every manager is told of a request, and every référent of its decision, each once', async () => {
    const { db } = site.dependencies;
    const secondManager = await createUser(db, { isAgencyManager: true });
    const secondReferent = await createUser(db, { affiliations: { [own]: ['referent'] } });
    await ask(referent);
    await site.runJobs();
    for (const { email } of [manager, secondManager]) {
      const subjects = site.mailbox.to(email).map(({ subject }) => subject);
      expect(subjects).toEqual([expect.stringContaining('adhésion')]);
    }
    site.mailbox.clear();
    const { id } = await onlyRequest();
    await decide(site.dependencies, membershipRequest, 'accept', { requestId: id, userId: secondManager.id });
    const eachReferentHasOne = async () => {
      await site.runJobs();
      for (const { email } of [referent, secondReferent]) expect(site.mailbox.to(email)).toHaveLength(1);
    };
    await eachReferentHasOne();
    await ask(referent, { year: '2026' });
    await site.runJobs();
    site.mailbox.clear();
    const second = first(await requests({ year: 2026 }));
    const decision = { requestId: second.id, userId: secondManager.id, reason: 'Non' };
    await decide(site.dependencies, membershipRequest, 'refuse', decision);
    await eachReferentHasOne();
    await leaveAgency(db, secondManager.id);
  });

  test.each([
    ['valider', 2, 'est enregistrée. Ses référents sont prévenus.'],
    ['valider', 1, 'est enregistrée. Son référent est prévenu.'],
    ['valider', 0, 'est enregistrée. La structure n’a pas de référent\u00a0: personne n’est prévenu.'],
    ['refuser', 1, 'est refusée. Le motif est envoyé à son référent.'],
    ['refuser', 0, 'est refusée. La structure n’a pas de référent\u00a0: le motif n’est envoyé à personne.'],
  ])('%s, with %i référents left, says who was told', async (decision, left, said) => {
    const { db } = site.dependencies;
    const second = await createUser(db, { affiliations: { [own]: ['referent'] } });
    await ask(referent);
    for (const gone of [referent, second].slice(left)) await leaveStructures(db, gone.id);
    await site.runJobs();
    site.mailbox.clear();
    const { id } = await onlyRequest();
    const agency = await site.signedIn(manager.email);
    const page = `/agence/adhesions/${id}`;
    await agency.submit(`${page}/${decision}`, { reason: 'Hors délai' }, page);
    expect((await agency.get('/agence/adhesions?etat=toutes')).text).toContain(said);
    await site.runJobs();
    const told = [referent, second].filter(({ email }) => site.mailbox.to(email).length > 0);
    expect(told).toHaveLength(left);
  });

  test('of a structure that is a member for every open year: nothing to ask for', async () => {
    const { db } = site.dependencies;
    const browser = await site.signedIn(referent.email);
    await setMembership(db, own, [2026]);
    expect((await browser.get('/adhesion')).text).not.toContain('rien à demander');
    await setMembership(db, own, [2026, 2027]);
    const { text } = await browser.get('/adhesion');
    expect(text).toContain(
      'Votre structure est adhérente jusqu’au 31 déc. 2027\u00a0: vous n’avez rien à demander.',
    );
    expect(text).not.toContain('name="charter"');
  });

  test.each([
    ['without the charter', { charter: '' }, 'Acceptez la charte'],
    ['with another value for the charter', { charter: 'non' }, 'Acceptez la charte'],
    ['with an older charter on the page', { charter_version: '2020-01-01' }, 'La charte a changé'],
    ['without a year', { year: '' }, 'Choisissez l’année'],
    ['for a year that is not open', { year: '2028' }, 'ne sont pas ouvertes'],
    ['for the past', { year: '2025' }, 'ne sont pas ouvertes'],
    ['without a structure', { structure: '' }, 'Choisissez la structure'],
    ['with a script', { structure: '<script>alert(1)</script>' }, 'trop long'],
    ['with NUL', { year: '2027\u0000' }, 'illisibles'],
    ['with a repeated field', { structure: ['1', '2'] }, 'plusieurs fois'],
    ['with 200 KB', { year: '2'.repeat(200_000) }, 'corriger'],
  ])('%s is a message, and what was chosen is kept', async (_what, fields, words) => {
    const { status, text } = await ask(referent, fields);
    expect(status).toBe(422);
    expect(text).toContain(words);
    expect(text).not.toContain('<script>alert');
    expect(await requests()).toEqual([]);
  });

  test('again for the same year, or for a year already held, is refused', async () => {
    expect((await ask(referent)).status).toBe(303);
    expect((await ask(referent)).text).toContain('déjà en cours');
    await setMembership(site.dependencies.db, own, [2026]);
    expect((await ask(referent, { year: '2026' })).text).toContain('déjà adhérente');
    await onlyRequest();
  });

  test('for another structure, or by somebody who is not référent: it does not exist', async () => {
    expect((await ask(referent, { structure: String(foreign) })).status).toBe(404);
    expect((await ask(colleague)).status).toBe(404);
    const page = await (await site.signedIn(colleague.email)).get('/adhesion');
    expect(page.text).toContain('Le référent de la structure demande');
    expect(page.text).not.toContain('name="charter"');
  });

  test('by two référents at the same moment: one request', async () => {
    const { db } = site.dependencies;
    const other = await createUser(db, { affiliations: { [own]: ['referent'] } });
    const answers = await allWaitingFor(
      db,
      theStructure(own),
      [referent, other].map(
        (person) => () =>
          requestMembership(site.dependencies, {
            structureId: own,
            year: 2027,
            charterVersion: currentCharter.version,
            person: { userId: person.id, email: person.email, firstName: 'x', lastName: 'x' },
          }).then(
            () => 'asked',
            (error: Error) => error.message,
          ),
      ),
    );
    expect(answers.sort()).toEqual(['Une demande d’adhésion pour 2027 est déjà en cours.', 'asked']);
    await onlyRequest();
  });
});

describe('the agency', () => {
  test('validates: the membership is recorded by whom, the référents are told', async () => {
    await ask(referent, { year: '2026' });
    const { id } = await onlyRequest();
    const browser = await site.signedIn(manager.email);
    expect((await browser.get('/agence')).text).toContain('demande d’adhésion à traiter');
    const path = `/agence/adhesions/${id}/valider`;
    expect((await browser.submit(path, {}, '/agence/adhesions')).status).toBe(303);
    expect(await membershipsIn(site.dependencies.db, { structure_id: own })).toMatchObject([
      { year: 2026, recorded_by: manager.id },
    ]);
    await site.runJobs();
    expect(site.mailbox.to(referent.email).at(-1)?.subject).toContain('adhérente pour 2026');
    expect((await (await site.signedIn(colleague.email)).get('/mes-structures')).text).toContain(
      'Adhérente\u00a02026',
    );
    const again = await browser.submit(path, {}, '/mes-structures');
    expect(again.status).toBe(409);
    expect(again.text).toContain('déjà validée par Agnès Agence');
  });

  test('refuses with a reason; the structure may ask again', async () => {
    await ask(referent);
    const { id } = await onlyRequest();
    const browser = await site.signedIn(manager.email);
    const path = `/agence/adhesions/${id}/refuser`;
    expect((await browser.submit(path, { reason: '' })).status).toBe(422);
    expect((await browser.submit(path, { reason: 'x'.repeat(3000) })).status).toBe(422);
    expect((await browser.submit(path, { reason: 'Dossier incomplet.' })).status).toBe(303);
    await site.runJobs();
    expect(site.mailbox.to(referent.email).at(-1)?.text).toContain('Dossier incomplet.');
    expect(await membershipsIn(site.dependencies.db)).toEqual([]);
    expect((await ask(referent)).status).toBe(303);
  });

  test('two managers decide at the same moment: one decision', async () => {
    await ask(referent);
    const { id } = await onlyRequest();
    const other = await createUser(site.dependencies.db, { isAgencyManager: true });
    const [one, two] = [await site.signedIn(manager.email), await site.signedIn(other.email)];
    const tokens = [await one.token('/mes-structures'), await two.token('/mes-structures')];
    const answers = await Promise.all([
      one.post(`/agence/adhesions/${id}/valider`, { _csrf: tokens[0] ?? '' }),
      two.post(`/agence/adhesions/${id}/refuser`, { _csrf: tokens[1] ?? '', reason: 'Non' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  });

  test('filters by state and year, and searches by name or SIRET', async () => {
    await ask(referent);
    const browser = await site.signedIn(manager.email);
    const { siret } = await structureOf(site.dependencies.db, own);
    const list = async (query: string) => (await browser.get(`/agence/adhesions?${query}`)).text;
    for (const query of ['', 'annee=2027', 'q=INSTITUT', `q=${siret}`, 'etat=toutes', 'etat=x&annee=x']) {
      expect(await list(query), query).toMatch(/scope="row"><a href="[^"]*">Institut Essai, 2027</);
    }
    for (const query of ['annee=2026', 'q=zzz', 'etat=refusees', 'q=%25', 'q=_']) {
      expect(await list(query), query).toContain('Aucune demande');
    }
    for (const query of ['q=%FF', 'q=%00', 'q=a&q=b', 'etat=__proto__', 'annee=99999', 'page=0']) {
      expect((await browser.get(`/agence/adhesions?${query}`)).status, query).toBe(200);
    }
  });

  test.each(['0', 'x', '2000000000', '%00'])('request %s does not exist', async (id) => {
    const browser = await site.signedIn(manager.email);
    expect((await browser.get(`/agence/adhesions/${id}/refuser`)).status).toBe(404);
    expect((await browser.submit(`/agence/adhesions/${id}/valider`, {}, '/mes-structures')).status).toBe(404);
  });
});

describe('renewal reminders', () => {
  const remindersTo = async (person: TestUser) => {
    await site.runJobs();
    return site.mailbox.to(person.email).filter(({ subject }) => subject.includes('renouveler'));
  };
  beforeEach(() => setMembership(site.dependencies.db, own, [2026]));

  test('go to each référent, and to nobody whose account is closed', async () => {
    const { db } = site.dependencies;
    const second = await createUser(db, { affiliations: { [own]: ['referent'] } });
    const closed = await createUser(db, { affiliations: { [own]: ['referent'] } });
    await db.transaction(async (trx) => {
      await closeAccount(site.dependencies, trx, (await lockSubject(trx, closed.id)) as Subject);
    });
    expect(await remindRenewals(site.dependencies)).toBe(1);
    for (const person of [referent, second]) {
      const subjects = (await remindersTo(person)).map(({ subject }) => subject);
      expect(subjects).toEqual([expect.stringContaining('2027')]);
    }
    expect(await remindersTo(closed)).toEqual([]);
  });

  test.each([
    ['2026-11-19', 0],
    ['2026-11-20', 0],
    ['2026-11-21', 1],
  ])('on 20 November, of a structure that closes on %s: %i', async (closed_on, count) => {
    await setStructure(site.dependencies.db, own, { closed_on });
    const page = await (await site.signedIn(referent.email)).get('/adhesion');
    expect(page.text.includes('name="charter"')).toBe(count === 1);
    expect((await ask(referent)).status).toBe(count === 1 ? 303 : 404);
    await forgetRequests(site.dependencies.db, 'membership_request');
    expect(await remindRenewals(site.dependencies)).toBe(count);
  });

  test('go to the référents in November and in January, once each', async () => {
    const days = [
      '2026-10-31',
      '2026-11-02',
      '2026-11-03',
      '2026-12-15',
      '2027-01-04',
      '2027-01-05',
      '2027-02-01',
    ];
    const sent: number[] = [];
    for (const day of days) {
      site.clock.set(`${day}T09:00:00Z`);
      sent.push(await remindRenewals(site.dependencies));
    }
    expect(sent).toEqual([0, 1, 0, 0, 1, 0, 0]);
    const mails = await remindersTo(referent);
    expect(mails.map(({ subject }) => /\d{4}/.exec(subject)?.[0])).toEqual(['2027', '2027']);
    expect(await remindersTo(colleague)).toEqual([]);
  });

  test('do not go to who has renewed, who has asked, who was no member, nor to a closed structure', async () => {
    const { db } = site.dependencies;
    await ask(referent);
    expect(await remindRenewals(site.dependencies)).toBe(0);
    await forgetRequests(db, 'membership_request');
    await setMembership(db, own, [2026, 2027]);
    expect(await remindRenewals(site.dependencies)).toBe(0);
    await setMembership(db, own, [2026]);
    await setStructure(db, own, { closed_on: '2026-11-01' });
    expect(await remindRenewals(site.dependencies)).toBe(0);
    await setStructure(db, own, { closed_on: null });
    expect(await remindRenewals(site.dependencies)).toBe(1);
  });

  test('two processes at the same moment send one', async () => {
    await Promise.all([remindRenewals(site.dependencies), remindRenewals(site.dependencies)]);
    expect(await remindersTo(referent)).toHaveLength(1);
  });
});
