import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Doer } from '#enrolment/doer.ts';
import { enrolByHand } from '#enrolment/placement/service.ts';
import {
  derivedState,
  type Mark,
  minutesPresent,
  parseHours,
  presenceInWords,
} from '#follow-up/attendance/rules.ts';
import { recordAttendance, StaleSheet } from '#follow-up/attendance/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createAction, createSession, setDates, slotsOf } from '../support/catalogue.ts';
import { DAY, HOUR } from '../support/database.ts';
import { createTeams, historyOf, setEnrolment, statesOf, type Team } from '../support/enrolments.ts';
import { marksIn } from '../support/follow-up.ts';
import { createStructure, createUser, personOf, type TestUser } from '../support/people.ts';
import { recordStatements } from '../support/statements.ts';

const mark = (presence: Mark['presence'], slotId = 1, minutes: number | null = null): Mark => ({
  slotId,
  presence,
  minutes,
});
const half = (id: number, hours: number) => ({
  id,
  startsAt: new Date('2026-03-02T09:00:00Z'),
  endsAt: new Date(new Date('2026-03-02T09:00:00Z').getTime() + hours * HOUR),
});

describe('what follows from the marks', () => {
  test.each([
    ['any presence', 'enrolled', [mark('absent'), mark('partial', 2, 60)], 3, 'attended'],
    ['absent so far, more to come', 'enrolled', [mark('absent')], 2, undefined],
    ['absent throughout', 'enrolled', [mark('absent'), mark('excused', 2)], 2, 'absent'],
    ['a presence corrected', 'attended', [mark('absent')], 2, 'absent'],
    ['an absence corrected', 'absent', [mark('present'), mark('absent', 2)], 2, 'attended'],
    ['nothing yet', 'enrolled', [], 2, undefined],
  ] as const)('%s', (_name, current, marks, slots, expected) => {
    expect(derivedState(current, marks, slots)).toBe(expected);
  });

  test('hours add up, whole and partial', () => {
    const slots = [half(1, 3.5), half(2, 3.5)];
    const marks = [mark('present', 1), mark('partial', 2, 90)];
    expect(minutesPresent(marks, slots)).toBe(300);
    expect(presenceInWords(marks, slots)).toBe('Présent, 5\u00a0h sur 7\u00a0h');
    expect(presenceInWords([mark('absent'), mark('excused', 2)], slots)).toBe('Absence justifiée');
    expect(presenceInWords([mark('absent')], slots)).toBe('Absent');
  });

  test.each([
    ['3', 180],
    ['3,5', 210],
    ['1.25', 75],
    ['2h30', 150],
    ['2 h 30', 150],
    ['2h', 120],
    ['45 min', 45],
    ['', undefined],
    ['2h75', undefined],
    ['-1', undefined],
    ['trois', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
  ])('reads « %s » as %s minutes', (text, minutes) => {
    expect(parseHours(text)).toBe(minutes);
  });
});

describe('the sheet', () => {
  let site: TestSite;
  let team: Team;
  let other: Team;
  let trainer: TestUser;
  let asTrainer: Visitor;
  let providerId: number;
  let sessionId: number;
  let slots: number[];
  let ids: number[];
  const start = '2026-03-02T09:00:00Z';
  const db = () => site.dependencies.db;

  beforeAll(async () => {
    site = await createTestSite({ now: start });
    providerId = await createStructure(db(), { isTrainingBody: true });
    trainer = await createUser(db(), { affiliations: { [providerId]: ['provider'] } });
  });
  afterAll(() => site.close());

  beforeEach(async () => {
    site.clock.set(start);
    [team, other] = (await createTeams(db(), 2, 2, 2026)) as [Team, Team];
    const manager = await createUser(db(), { isAgencyManager: true });
    const { id: actionId } = await createAction(db(), { providerId });
    const at = (hours: number) => new Date(new Date(start).getTime() + DAY + hours * HOUR);
    sessionId = await createSession(db(), {
      actionId,
      now: new Date(start),
      startsAt: at(0),
      closesInDays: 0,
    });
    await setDates(db(), sessionId, [
      { starts_at: at(0), ends_at: at(3.5) },
      { starts_at: at(4.5), ends_at: at(8) },
    ]);
    slots = (await slotsOf(db(), sessionId)).map(({ id }) => id);
    ids = [];
    const by: Doer = { role: 'agency', userId: manager.id, way: 'page' };
    for (const [of, index] of [
      [team, 0],
      [team, 1],
      [other, 0],
    ] as const) {
      const { userId } = of.people[index] as Team['people'][0];
      const request = { userId, structureId: of.structureId, sessionId, reason: 'Essai' };
      ids.push((await enrolByHand(site.dependencies, by, request)).id);
    }
    await site.runJobs();
    site.mailbox.clear();
    // The morning has begun, the afternoon has not.
    await moveTo(1);
  });

  /** Moves the clock and signs in again: a session does not last a day. */
  async function moveTo(hours: number): Promise<void> {
    site.clock.set(new Date(new Date(start).getTime() + DAY + hours * HOUR));
    asTrainer = await site.signedIn(trainer.email);
    await asTrainer.submit(
      '/parcourspro/profil',
      { profil: `provider:${providerId}` },
      '/parcourspro/mon-espace',
    );
  }

  const path = (slot?: number) =>
    `/parcourspro/prestataire/seances/${sessionId}/presence${slot ? `?demi-journee=${slot}` : ''}`;
  const states = () => statesOf(db(), ids);
  const save = (slot: number, version: number, fields: Record<string, string> = {}) =>
    asTrainer.submit(
      path(slot),
      { personne: ids.map(String), version: String(version), ...fields },
      path(slot),
    );
  const present = (id: number) => ({ [`present-${id}`]: '1' });

  test('one half-day after the other, to the e-mail of each validator, once', async () => {
    const [first, second, third] = ids as [number, number, number];
    const page = await asTrainer.get(path());
    expect(page.status).toBe(200);
    expect(page.text).toContain('Cocher tout le monde');
    expect(page.text).not.toContain('placeholder=');
    // Ticks those of whom nothing was typed, keeps what was, and records nothing.
    const ticked = await save(slots[0] as number, 0, {
      [`heures-${first}`]: '1h30',
      [`justifiee-${second}`]: '1',
      tous: '1',
    });
    expect(ticked.status).toBe(200);
    expect(ticked.text).toContain('value="1h30"');
    const tags = ticked.text.match(/<input[^>]* checked>/g) ?? [];
    expect(tags.map((tag: string) => /name="([^"]+)"/.exec(tag)?.[1])).toEqual([
      `justifiee-${second}`,
      `present-${third}`,
    ]);
    expect(await marksIn(db())).toEqual([]);
    expect((await save(slots[0] as number, 0, present(first))).status).toBe(303);
    expect(await states()).toEqual(['attended', 'enrolled', 'enrolled']);
    expect((await asTrainer.get(path())).text).toContain('Toutes les demi-journées n’ont pas commencé');
    const early = await asTrainer.submit(`${path()}/valider`, {}, path());
    expect(early.status).toBe(409);

    await moveTo(6);
    expect(
      (await save(slots[1] as number, 0, { [`heures-${first}`]: '1h30', [`justifiee-${second}`]: '1' }))
        .status,
    ).toBe(303);
    expect(await states()).toEqual(['attended', 'absent', 'absent']);
    expect(await marksIn(db(), { enrolment_id: first })).toMatchObject([
      { presence: 'present', minutes: null },
      { presence: 'partial', minutes: 90 },
    ]);
    expect((await asTrainer.submit(`${path()}/valider`, {}, path())).status).toBe(303);
    await site.runJobs();
    const emailOf = async (userId: number) => (await personOf(db(), userId)).email;
    const [mail, ...more] = site.mailbox.to(await emailOf(team.validatorId));
    expect(more).toEqual([]);
    expect(mail?.text).toContain('Présent, 5\u00a0h sur 7\u00a0h');
    expect(mail?.text).toContain('Absence justifiée');
    expect(site.mailbox.to(await emailOf(other.validatorId))).toHaveLength(1);
    expect(site.mailbox.mails).toHaveLength(2);
    expect((await asTrainer.submit(`${path()}/valider`, {}, path(slots[0]))).status).toBe(409);

    // A correction changes the state, asks for a new validation, and tells of that person only.
    site.mailbox.clear();
    await moveTo(9);
    expect(
      (await save(slots[1] as number, 1, { [`heures-${first}`]: '1h30', ...present(third) })).status,
    ).toBe(303);
    expect(await states()).toEqual(['attended', 'absent', 'attended']);
    expect((await asTrainer.get(path())).text).toContain('Feuille corrigée depuis sa validation');
    await moveTo(10);
    await asTrainer.submit(`${path()}/valider`, {}, path());
    await site.runJobs();
    // The second one's absence was justified and is not any more: both validators have news.
    expect(site.mailbox.to(await emailOf(other.validatorId))[0]?.subject).toContain('Présences corrigées');
    expect(site.mailbox.to(await emailOf(team.validatorId))[0]?.text).not.toContain('sur 7');
    const history = await historyOf(db(), third);
    expect(history.map(({ to_state }) => to_state)).toEqual(['enrolled', 'absent', 'attended']);
    // The person sees it.
    const person = await site.signedIn(await emailOf((team.people[0] as Team['people'][0]).userId));
    expect((await person.get('/parcourspro/mon-espace/passees')).text).toContain('5\u00a0h sur 7\u00a0h');
  });

  test('what may be recorded is read once, however many people there are', async () => {
    const all = Object.assign({}, ...ids.map(present));
    const form = { personne: ids.map(String), version: '0', _csrf: await asTrainer.token(path()), ...all };
    const statements = await recordStatements(() => asTrainer.post(path(slots[0]), form));
    expect(await states()).toEqual(['attended', 'attended', 'attended']);
    expect(statements.filter((sql) => sql.includes('held_by_structure as'))).toHaveLength(1);
  });

  test('an old form is told of what changed, keeps what was typed, and may then be sent', async () => {
    const [first, second] = ids as [number, number];
    await save(slots[0] as number, 0, present(first));
    const old = await save(slots[0] as number, 0, present(second));
    expect(old.status).toBe(409);
    expect(old.text).toContain('après l’ouverture de votre page');
    expect(old.text).toMatch(new RegExp(`id="present-${second}"[^>]* checked`));
    expect(old.text).toContain('name="version" value="1"');
    expect(await states()).toEqual(['attended', 'enrolled', 'enrolled']);
    expect((await save(slots[0] as number, 1, present(second))).status).toBe(303);
    // Corrected: the first one was there, and now is not.
    expect(await states()).toEqual(['absent', 'attended', 'enrolled']);
  });

  test('two saves at once: one is told', async () => {
    const by: Doer = { role: 'provider', userId: trainer.id, way: 'page' };
    const [slotId] = slots as [number];
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() =>
        recordAttendance(site.dependencies, sessionId, by, {
          slotId,
          version: 0,
          marks: [{ enrolmentId: ids[0] as number, ...mark('present', slotId) }],
        }),
      ),
    );
    const refused = outcomes.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(2);
    for (const one of refused) expect(one.reason).toBeInstanceOf(StaleSheet);
  });

  test('bad input is refused in French and keeps the typing; a half-day to come cannot be recorded', async () => {
    const [first] = ids as [number];
    for (const hours of ['trois', '-1', '9', '0', '2h75', '3.6', '<script>', '١']) {
      const response = await save(slots[0] as number, 0, { [`heures-${first}`]: hours });
      expect(response.status, hours).toBe(422);
      expect(response.text).toContain('Indiquez une durée de présence');
      expect(response.text).not.toContain('<script>');
    }
    const both = await save(slots[0] as number, 0, { ...present(first), [`justifiee-${first}`]: '1' });
    expect(both.status).toBe(422);
    expect(both.text).toContain('choisissez l’un des deux');
    for (const fields of [{ version: 'x' }, { version: '-1' }, { version: '99' }]) {
      expect((await save(slots[0] as number, 0, fields)).status).toBe(409);
    }
    expect((await asTrainer.submit(path(slots[0]), {}, path())).status).toBe(409);
    for (const slot of [slots[1] as number, 99_999_999]) {
      expect(
        (await asTrainer.submit(path(slot), { personne: String(first), version: '0' }, path())).status,
      ).toBe(409);
    }
    const junk = { personne: ['0', 'abc', '99999999', String(first)], version: '0' };
    expect((await asTrainer.submit(path(slots[0]), junk, path())).status).toBe(303);
    expect(await marksIn(db(), { slot_id: slots[0] as number })).toHaveLength(1);
  });

  test('takes 4 statements, whoever else’s session does not exist, nobody records themself', async () => {
    const statements = await recordStatements(() => asTrainer.get(path()));
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
    const foreignBody = await createStructure(db(), { isTrainingBody: true });
    const foreigner = await createUser(db(), { affiliations: { [foreignBody]: ['provider'] } });
    const asForeigner = await site.signedIn(foreigner.email);
    await asForeigner.submit(
      '/parcourspro/profil',
      { profil: `provider:${foreignBody}` },
      '/parcourspro/mon-espace',
    );
    expect((await asForeigner.get(path())).status).toBe(404);
    const post = await asForeigner.submit(path(slots[0]), {}, '/parcourspro/mon-espace');
    expect(post.status).toBe(404);

    await setEnrolment(db(), ids[0] as number, { user_id: trainer.id });
    expect((await asTrainer.get(path())).text).toContain('une autre personne note votre présence');
    await save(slots[0] as number, 0, present(ids[0] as number));
    expect(await marksIn(db(), { enrolment_id: ids[0] as number })).toEqual([]);
  });
});
