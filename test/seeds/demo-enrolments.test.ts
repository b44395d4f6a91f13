import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadFacts } from '#enrolment/facts.ts';
import { type EnrolmentFacts, isLateWithdrawal } from '#enrolment/rules.ts';
import { COUNTED_STATES, LIVE_STATES } from '#enrolment/states.ts';
import { chooseTransition } from '#enrolment/transitions/table.ts';
import { parisMoment, parisYear } from '#platform/french/time.ts';
import { seedDemo } from '../../seeds/demo.ts';
import { actionsIn, sessionsIn, slotsIn } from '../support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { enrolmentsOf } from '../support/enrolments.ts';
import { closedSheets, marksIn } from '../support/follow-up.ts';
import { peopleIn } from '../support/people.ts';
import { first } from '../support/rows.ts';
import { membershipsIn, rightsIn, structuresOf } from '../support/structures.ts';
import { type HistoryLine, linesByEnrolment, loadHistory, replayFaults } from './replay.ts';

const thisYear = parisYear(new Date());

// The situations must be there whatever the day: yearly rights and working days change at these ones.
const days = {
  today: new Date(),
  'the first minutes of the year': parisMoment(`${thisYear + 1}-01-01`, '00:05'),
  'the last day of February': parisMoment(`${thisYear + 1}-02-28`, '12:00'),
  'a summer Sunday': parisMoment('2027-08-15', '18:30'),
  'the first day of December': parisMoment(`${thisYear}-12-01`, '08:00'),
  'the last hour of the year': parisMoment(`${thisYear}-12-31`, '23:10'),
};

describe.each(Object.entries(days))('enrolments of a demo made on %s', (_name, now) => {
  let database: TestDatabase;
  let history: HistoryLine[];
  let enrolments: HistoryLine[][];
  const db = () => database.dependencies.db;

  beforeAll(async () => {
    database = await createTestDatabase({ now });
    await seedDemo(database.dependencies);
    history = await loadHistory(db());
    enrolments = linesByEnrolment(history);
  });
  afterAll(() => database.drop());

  test('have a history that leads to their state', async () => {
    expect(await enrolmentsOf(db())).toHaveLength(enrolments.length);
    for (const lines of enrolments) {
      const [first] = lines as [HistoryLine];
      expect(lines.map((line) => line.from_state)).toEqual([
        null,
        ...lines.slice(0, -1).map((line) => line.to_state),
      ]);
      expect(lines.at(-1)?.to_state).toBe(first.state);
      expect(lines.map((line) => line.at)).toEqual(lines.map((line) => line.at).toSorted((a, b) => +a - +b));
      expect(new Set(lines.map((line) => +line.at)).size).toBe(lines.length);
      expect(first.at).toEqual(first.requested_at);
      expect([first.by_role, first.by_user_id]).toEqual(['beneficiary', first.user_id]);
      expect(+first.at > +first.registration_opens_at && +first.at < +first.registration_closes_at).toBe(
        true,
      );
    }
    expect(history.filter((line) => +line.at > +now)).toEqual([]);
  });

  test('start where their kind of action says, and were decided before the start', () => {
    const start = (line: HistoryLine) =>
      line.needs_hr_approval ? 'requested' : line.needs_provider_approval ? 'preregistered' : 'enrolled';
    expect(history.filter((line) => line.from_state === null && line.to_state !== start(line))).toEqual([]);
    const presence = ['attended', 'absent'];
    expect(
      history.filter((line) => presence.includes(line.to_state) !== +line.at >= +line.starts_at),
    ).toEqual([]);
  });

  test('were decided by somebody else who may, with a reason where one is needed', async () => {
    const rights = await rightsIn(db());
    const holds = (user: number | null, structure: number, right: string) =>
      rights.some((one) => one.user_id === user && one.structure_id === structure && one.right === right);
    const agency = (await peopleIn(db(), { is_agency_manager: true })).map(({ id }) => id);
    const may: Record<string, (line: HistoryLine) => boolean> = {
      beneficiary: (line) => line.by_user_id === line.user_id,
      hr_validator: (line) => holds(line.by_user_id, line.structure_id, 'hr_validator'),
      provider: (line) => holds(line.by_user_id, line.provider_id, 'provider'),
      agency: (line) => agency.includes(line.by_user_id ?? 0),
      system: (line) => line.by_user_id === null && line.way === 'system',
    };
    for (const line of history) {
      expect(may[line.by_role]?.(line), JSON.stringify(line)).toBe(true);
      if (line.by_role !== 'beneficiary') expect(line.by_user_id).not.toBe(line.user_id);
      const isMove = line.from_state === line.to_state && line.by_role === 'provider';
      const needsReason = isMove || /^refused|^withdrawn|^session_cancelled/.test(line.to_state);
      expect(line.reason !== null).toBe(needsReason);
      expect(holds(line.user_id, line.structure_id, 'beneficiary')).toBe(true);
    }
  });

  test('have a validated attendance sheet behind every presence', async () => {
    const all = await enrolmentsOf(db());
    const marks = Map.groupBy(await marksIn(db()), (mark) => mark.enrolment_id);
    const slots = Map.groupBy(await slotsIn(db()), (slot) => slot.session_id);
    const closed = await closedSheets(db());
    for (const { id, session_id, state } of all.filter((one) => /^attended|^absent/.test(one.state))) {
      const own = marks.get(id) ?? [];
      expect(own).toHaveLength(slots.get(session_id)?.length ?? 0);
      expect(own.some(({ presence }) => /^present|^partial/.test(presence))).toBe(state === 'attended');
      expect(closed).toContain(session_id);
    }
    const asked = all.filter((one) => one.confirmation_asked_at);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.some((row) => row.confirmed_at) && asked.some((row) => !row.confirmed_at)).toBe(true);
  });

  test('never took more seats than there were, nor more than the share of a structure', () => {
    expect(replayFaults(history)).toEqual([]);
  });

  test('keep within yearly rights, membership, and room', async () => {
    const firsts = enrolments.map(([first]) => first as HistoryLine);
    const counted = firsts.filter((one) => one.reserved && COUNTED_STATES.includes(one.state));
    const perYear = Map.groupBy(counted, (one) => `${one.user_id}/${parisYear(one.starts_at)}`);
    for (const used of perYear.values()) {
      expect(used.length).toBeLessThanOrEqual(5);
      expect(used.filter((one) => one.counts_as_formation).length).toBeLessThanOrEqual(3);
    }
    const members = await membershipsIn(db());
    const isMember = (one: HistoryLine) =>
      members.some(
        (row) => row.structure_id === one.structure_id && row.year === parisYear(one.requested_at),
      );
    expect(firsts.filter((one) => one.reserved && !isMember(one))).toEqual([]);
    const live = firsts.filter((one) => LIVE_STATES.includes(one.state));
    for (const { id, capacity, waiting_capacity } of await sessionsIn(db())) {
      const here = live.filter((one) => one.session_id === id);
      expect(here.length).toBeLessThanOrEqual(capacity + waiting_capacity);
    }
  });

  test('leave nothing unanswered that the application would have closed', () => {
    const firsts = enrolments.map(([first]) => first as HistoryLine);
    const isOver = (one: HistoryLine) => +one.registration_closes_at <= +now;
    expect(firsts.filter((one) => one.state === 'requested' && isOver(one))).toEqual([]);
    const undecided = ['waitlisted', 'preregistered'];
    expect(firsts.filter((one) => undecided.includes(one.state) && +one.starts_at <= +now)).toEqual([]);
    const withdrawals = history.filter((line) => line.to_state === 'withdrawn');
    for (const line of withdrawals) {
      const facts = {
        now: line.at,
        session: { startsAt: line.starts_at },
        settings: { lateWithdrawalDays: 7 },
      };
      expect(line.withdrawn_late).toBe(isLateWithdrawal(line.from_state, facts as EnrolmentFacts));
    }
  });

  async function whoIs(login: string): Promise<{ userId: number; structureId: number }> {
    const { id } = first(await peopleIn(db(), { email: `${login}@demo.example` }));
    return { userId: id, structureId: first(await structuresOf(db(), id)) };
  }

  /** What « S'inscrire » says to a person, session by session: `open`, or the codes of the reasons why not. */
  async function registerButtons(
    login: string,
  ): Promise<{ says: string; facts: EnrolmentFacts; slug: string }[]> {
    const { userId, structureId } = await whoIs(login);
    const actions = (await actionsIn(db(), { archived_at: null })).filter((one) => one.published_at);
    const buttons = actions.map(async ({ id, slug }) => {
      const query = { actionId: id, userId, structureId, now };
      return [...(await loadFacts(db(), query)).values()].map((facts) => {
        const choice = chooseTransition('request', null, 'beneficiary', facts);
        return { says: choice.ok ? 'open' : choice.refusals.map(({ code }) => code).join(' '), facts, slug };
      });
    });
    return (await Promise.all(buttons)).flat();
  }

  test('show every reason of « S’inscrire » to the bénéficiaire', async () => {
    const buttons = await registerButtons('beneficiaire');
    const says = new Set(buttons.map((button) => button.says));
    for (const reason of ['open', 'session_cancelled', 'not_open_yet', 'closed', 'full', 'already_live']) {
      expect(says).toContain(reason);
    }
    expect(says).toContain('closed session_begun');

    const open = buttons.filter((button) => button.says === 'open');
    const hasSeat = ({ facts }: (typeof open)[number]) => facts.session.seatsHeld < facts.session.capacity;
    expect(open.some((button) => hasSeat(button) && button.facts.kind.countsAsFormation)).toBe(true);
    expect(open.some((button) => hasSeat(button) && !button.facts.kind.reserved)).toBe(true);
    expect(open.some((button) => !hasSeat(button))).toBe(true);
    expect(open.some((button) => hasSeat(button) && button.facts.structureSeats === 2)).toBe(true);
    expect(open.some(({ facts }) => parisYear(facts.session.startsAt) === parisYear(now) + 1)).toBe(true);
    const perAction = Map.groupBy(open, (button) => button.slug);
    expect([...perAction.values()].some((sessions) => sessions.length > 1)).toBe(true);
    for (const { facts } of buttons) {
      expect(facts.used.actions).toBeLessThanOrEqual(3);
      expect(facts.used.formations).toBeLessThanOrEqual(2);
    }
  });

  test('show used-up rights and a missing membership to others', async () => {
    const exhausted = new Set((await registerButtons('droits.epuises')).map((button) => button.says));
    expect([...exhausted].some((says) => says.startsWith('yearly_actions_used'))).toBe(true);
    expect(exhausted).toContain('yearly_actions_used yearly_formations_used');
    expect(exhausted).toContain('open');
    const outside = new Set((await registerButtons('non.adherente')).map((button) => button.says));
    expect(outside).toContain('not_member');
    expect(outside).toContain('open');
  });

  test('give each demo account something to see', async () => {
    const firsts = enrolments.map(([first]) => first as HistoryLine);
    const beneficiaire = await whoIs('beneficiaire');
    const states = firsts.filter((one) => one.user_id === beneficiaire.userId).map((one) => one.state);
    for (const state of ['requested', 'enrolled', 'attended', 'withdrawn'] as const)
      expect(states).toContain(state);

    const { userId: valideur, structureId: home } = await whoIs('valideur');
    const waiting = firsts.filter(
      (one) => one.structure_id === home && one.state === 'requested' && one.user_id !== valideur,
    );
    expect(waiting.length).toBeGreaterThanOrEqual(5);

    const { structureId: body } = await whoIs('prestataire');
    const ours = (state: string) =>
      firsts.filter((one) => one.provider_id === body && one.state === state).length;
    expect(ours('preregistered')).toBeGreaterThanOrEqual(5);
    expect(ours('enrolled')).toBeGreaterThanOrEqual(5);
    expect(ours('waitlisted')).toBeGreaterThanOrEqual(2);
  });
});
