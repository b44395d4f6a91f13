import type { Knex } from 'knex';
import type { Session } from './actions.ts';
import { insertAttendance } from './enrolments/attendance.ts';
import { fillSessions } from './enrolments/fill.ts';
import { type Deciders, historyOf, isLate } from './enrolments/histories.ts';
import { createLedger } from './enrolments/ledger.ts';
import { moveOf } from './enrolments/moved.ts';
import { finalState } from './enrolments/outcomes.ts';
import { exhaustRights, tellStories } from './enrolments/stories.ts';
import { french } from './french.ts';
import { insertAll } from './insert.ts';
import type { Person } from './people.ts';
import { createRandom } from './random.ts';

/**
 * Inserts the enrolments of the demo with their histories: the stories of the demo accounts first, then enough
 * others for the sessions to look alive. All keep the rules of domain.md §7.
 */
export async function insertEnrolments(
  trx: Knex.Transaction,
  people: readonly Person[],
  sessions: readonly Session[],
  now: Date,
): Promise<void> {
  const random = createRandom(2026);
  const ledger = createLedger(now);
  tellStories(ledger, people, sessions);
  exhaustRights(ledger, people, sessions, now);
  fillSessions(ledger, people, sessions, random);

  const deciders = decidersAmong(people);
  const entries = ledger.bookings
    .map((booking) => {
      const history = historyOf(booking, deciders, random, now);
      const move = moveOf(booking, history, deciders, now);
      return { booking, history: [...history, ...move.steps], move };
    })
    // In the order of time, as they would have come.
    .sort((a, b) => requestedAt(a).getTime() - requestedAt(b).getTime());
  const ids = await insertAll(
    trx,
    'enrolments',
    entries.map((entry) => ({
      user_id: entry.booking.person.id,
      structure_id: entry.booking.structure.id,
      action_id: entry.booking.session.actionId,
      session_id: entry.booking.session.id,
      state: finalState(entry.booking.outcome),
      motivation: french(entry.booking.motivation),
      requested_at: requestedAt(entry),
      withdrawn_late: isLate(entry.booking.outcome),
      confirmation_asked_at: entry.move.askedAt,
      confirmed_at: entry.move.confirmedAt,
    })),
  );
  await trx('enrolment_history').insert(
    entries.flatMap(({ history }, index) =>
      history.map((step) => ({
        enrolment_id: ids[index],
        at: step.at,
        from_state: step.from,
        to_state: step.to,
        by_user_id: step.person?.id ?? null,
        by_role: step.role,
        way: step.way,
        reason: step.reason && french(step.reason),
      })),
    ),
  );
  await insertAttendance(trx);
}

const requestedAt = ({ history }: { history: { at: Date }[] }): Date => history[0]?.at as Date;

function decidersAmong(people: readonly Person[]): Deciders {
  const holding = (right: string, structureId: number) =>
    people.filter((person) =>
      person.affiliations.some(
        ({ structure, rights }) => structure.id === structureId && rights.includes(right as never),
      ),
    );
  const agency = people.find((person) => person.login === 'gestionnaire') as Person;
  return {
    agency,
    validators: (structure) => holding('hr_validator', structure.id),
    provider: (structure) => holding('provider', structure.id)[0] as Person,
  };
}
