import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { promoteQueue } from '#enrolment/apply.ts';
import type { DecisionEvent } from '#enrolment/decision/decide.ts';
import type { Doer } from '#enrolment/doer.ts';
import { lockForDecision } from '#enrolment/locks.ts';
import { enrolByHand, moveEnrolment } from '#enrolment/placement/service.ts';
import { decideEnrolment, leaveStructure, requestEnrolment } from '#enrolment/service.ts';
import { cancelSession, rescheduleSession, restoreSession } from '#enrolment/session-changes/service.ts';
import type { Role, State } from '#enrolment/states.ts';
import { type Transition, transitions } from '#enrolment/transitions/table.ts';
import { closeAttendance, recordAttendance } from '#follow-up/attendance/service.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createAction, createSession, slotsOf } from '../support/catalogue.ts';
import { DAY, HOUR } from '../support/database.ts';
import {
  actorOf,
  createEnrolment,
  enrolmentsOf,
  historyOf,
  setEnrolment,
  writeHistory,
} from '../support/enrolments.ts';
import { createStructure, createUser, type TestUser } from '../support/people.ts';
import { first } from '../support/rows.ts';
import { setSettings } from '../support/settings.ts';
import { expectedMails, type Heard } from './expected-mails.ts';

const keyOf = ({ event, from, to }: Transition) => `${event} ${from ?? '–'}→${to}`;
const cases = transitions.flatMap((row) =>
  row.by.map((role): [string, Role, Transition] => [keyOf(row), role, row]),
);

let site: TestSite;
const start = '2026-03-02T09:00:00Z';
let structureId: number;
let providerId: number;
let person: TestUser;
let validator: TestUser;
let trainer: TestUser;
let colleague: TestUser;
let manager: TestUser;
let otherManager: TestUser;
beforeAll(async () => {
  site = await createTestSite({ now: start });
  const { db } = site.dependencies;
  await setSettings(db, { yearly_actions: 1000, yearly_formations: 1000 });
  providerId = await createStructure(db, { isTrainingBody: true });
  [trainer, colleague] = [
    await createUser(db, { affiliations: { [providerId]: ['provider'] } }),
    await createUser(db, { affiliations: { [providerId]: ['provider'] } }),
  ];
  [manager, otherManager] = [
    await createUser(db, { isAgencyManager: true }),
    await createUser(db, { isAgencyManager: true }),
  ];
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  site.clock.set(start);
  structureId = await createStructure(db, { memberIn: [2026] });
  person = await createUser(db, { affiliations: { [structureId]: [] } });
  validator = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  await site.runJobs();
  site.mailbox.clear();
});

const doerOf = (role: Role): Doer => ({
  role,
  way: role === 'system' ? 'system' : 'page',
  userId: {
    beneficiary: person.id,
    hr_validator: validator.id,
    provider: trainer.id,
    agency: manager.id,
    system: null,
  }[role],
});

/** An action, its session, another session, and somebody in the state that the row starts from. */
async function stage({ event, from, to }: Transition, role: Role) {
  const { db } = site.dependencies;
  const withoutHr = event === 'request' && to !== 'requested';
  const withoutProvider =
    (event === 'request' && to === 'enrolled') ||
    (event === 'promote' && to === 'enrolled') ||
    (event === 'seat' && to === 'enrolled' && role === 'agency');
  const kind = withoutProvider ? 'webinaire' : withoutHr ? 'journee' : 'formation';
  const { id: actionId } = await createAction(db, { providerId, kind });
  // Without a seat, so that nobody leaves the queue at once.
  const capacity = to === 'waitlisted' ? 0 : 5;
  const now = site.clock.now();
  const sessionId = await createSession(db, { actionId, now, capacity });
  const otherId = await createSession(db, { actionId, now, capacity, startsInDays: 50 });
  let id = 0;
  if (from !== null) {
    const startsFrom = event === 'restore' ? to : from;
    id = await insert(sessionId, startsFrom);
  }
  return { actionId, sessionId, otherId, id };
}

/** Somebody in a state that comes after their validator's approval, save a request that waits for it. */
async function insert(sessionId: number, state: State): Promise<number> {
  const { db } = site.dependencies;
  const at = new Date(site.clock.now().getTime() - DAY);
  const id = await createEnrolment(db, { sessionId, userId: person.id, structureId, state, at });
  await writeHistory(db, id, at, [{ to_state: 'requested', by_user_id: person.id, by_role: 'beneficiary' }]);
  if (state === 'requested') return id;
  const approval = { from_state: 'requested', to_state: state, by_role: 'hr_validator' } as const;
  await writeHistory(db, id, at, [{ ...approval, by_user_id: validator.id }]);
  return id;
}

/** Makes the transition happen, by the very use case that the pages and jobs call. */
async function perform(row: Transition, role: Role): Promise<void> {
  const deps = site.dependencies;
  const { db } = deps;
  const at = await stage(row, role);
  const by = doerOf(role);
  const reason = 'Un motif';
  switch (row.event) {
    case 'request':
      await requestEnrolment(deps, await actorOf(db, person.id), {
        actionId: at.actionId,
        sessionId: at.sessionId,
        structureId,
        motivation: 'Progresser',
      });
      return;
    case 'promote':
      return db.transaction(async (trx) => {
        await lockForDecision(trx, { userId: person.id, structureId, ...at });
        await promoteQueue(deps, trx, at.actionId);
      });
    case 'leave':
      await db.transaction((trx) => leaveStructure(deps, trx, { userId: person.id, structureId }));
      return;
    case 'enrol':
      await enrolByHand(deps, by, { userId: person.id, structureId, sessionId: at.sessionId, reason });
      return;
    case 'move':
      await moveEnrolment(deps, at.id, by, { sessionId: at.otherId, reason });
      return;
    case 'cancel_session':
      await cancelSession(deps, at.sessionId, by, reason);
      return;
    case 'restore':
      await cancelSession(deps, at.sessionId, doerOf('agency'), reason);
      await site.runJobs();
      site.mailbox.clear();
      await restoreSession(deps, at.sessionId, by);
      return;
    case 'reschedule': {
      const startsAt = new Date(site.clock.now().getTime() + 40 * DAY);
      const slot = { startsAt, endsAt: new Date(startsAt.getTime() + 7 * HOUR), modality: 'remote' } as const;
      const nowhere = { place: '', address: '', postcode: '', city: '', link: '' };
      await rescheduleSession(deps, at.sessionId, by, { slots: [{ ...slot, ...nowhere }], reason });
      return;
    }
    case 'attend':
    case 'miss': {
      site.clock.advance(31 * DAY);
      const slot = first(await slotsOf(db, at.sessionId));
      const presence = row.event === 'attend' ? ('present' as const) : ('absent' as const);
      const mark = { enrolmentId: at.id, slotId: slot.id, presence, minutes: null };
      await recordAttendance(deps, at.sessionId, by, { slotId: slot.id, version: 0, marks: [mark] });
      await closeAttendance(deps, at.sessionId, by);
      return;
    }
    case 'expire':
      site.clock.advance(31 * DAY);
      await decideEnrolment(deps, at.id, { event: 'expire', by });
      return;
    case 'confirm':
      await setEnrolment(db, at.id, { confirmation_asked_at: site.clock.now() });
      await decideEnrolment(deps, at.id, { event: 'confirm', by });
      return;
    default:
      await decideEnrolment(deps, at.id, { event: row.event as DecisionEvent, by, reason });
  }
}

test('every row of the table is here, and nothing else', () => {
  expect([...new Set(transitions.map(keyOf))].sort()).toEqual(Object.keys(expectedMails).sort());
});

describe('who hears of each transition', () => {
  test.each(cases)('%s by %s', async (key, role, row) => {
    await perform(row, role);
    await site.runJobs();

    const { db } = site.dependencies;
    const { id, state } = first(await enrolmentsOf(db, { user_id: person.id }));
    expect(state).toBe(row.to);
    expect((await historyOf(db, id)).at(-1)).toMatchObject({ from_state: row.from, to_state: row.to });
    const isConvocation = (subject: string) => subject.startsWith('Votre convocation');
    const all = (user: TestUser) => site.mailbox.to(user.email).map(({ subject }) => subject);
    const subjects = (user: TestUser) => all(user).filter((subject) => !isConvocation(subject));
    // Whoever has a place now is called to it, by an e-mail of its own.
    expect(all(person).filter(isConvocation)).toHaveLength(row.to === 'enrolled' ? 1 : 0);
    const heard = expectedMails[key]?.[role] ?? expectedMails[key]?.any ?? {};
    const people: [keyof Heard, TestUser][] = [
      ['person', person],
      ['validator', validator],
      ['provider', colleague],
      ['agency', otherManager],
    ];
    for (const [who, user] of people) {
      const subject = heard[who];
      expect(subjects(user), who).toEqual(subject ? [expect.stringContaining(subject)] : []);
    }
    // Whoever acts for the whole session knows already.
    if (row.tellTogether) expect([...subjects(trainer), ...subjects(manager)].length).toBeLessThanOrEqual(1);
    // Somebody who leaves a structure is told so in words of ours.
    if (row.needsReason && row.event !== 'leave') {
      for (const { subject, text } of site.mailbox.mails)
        if (!isConvocation(subject)) expect(text).toContain('Un motif');
    }
  });
});
