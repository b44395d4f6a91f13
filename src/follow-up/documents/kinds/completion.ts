import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { formatHours } from '#platform/french/words.ts';
import {
  type AttendanceSlot,
  isTimed,
  type Mark,
  minutesPresent,
  presenceLabels,
  slotMinutes,
} from '../../attendance/rules.ts';
import type { Due, FollowedSession } from '../issuing/kind.ts';
import {
  daysInWords,
  type HalfDay,
  halfDayInWords,
  printedSession,
  readSessionFacts,
  type SessionFacts,
} from './session-facts.ts';

/** What an attestation or a certificate says of somebody who followed an action. */
export type CompletionFacts = SessionFacts & {
  /** « Mme Inès Valette » */
  person: string;
  employer: string;
  /** « salarié(e) de l’entreprise … », « agent(e) de … », « de la structure … » */
  belonging: string;
  legal: LegalFacts;
  /** Really followed; null where all was, and half-days are not all timed: its planned days say it then. */
  minutesAttended: number | null;
  /** The presence of each half-day, in their order. */
  presences: string[];
};

/** What the documents say of an action beyond its page. */
export type LegalFacts = {
  nature: string;
  programme: string;
  audience: string;
  prerequisites: string;
  means: string;
  followUp: string;
  evaluation: string;
  sanction: string;
};

interface Row {
  enrolmentId: number;
  civility: string;
  name: string;
  isAnonymised: boolean;
  employer: string;
  employerKind: string;
  marks: Mark[] | null;
}

/**
 * Those who followed an action, with what their documents say: once its sheet is validated, and while it is not being
 * corrected. Somebody who has been forgotten keeps what was issued.
 * @param isTraining whether it is for actions that are « actions de formation » (code du travail, L6313-1) or for the others
 * @returns undefined while nothing is to change
 */
export async function readCompletions(
  trx: Knex.Transaction,
  session: FollowedSession,
  isTraining: boolean,
): Promise<Due<CompletionFacts>[] | undefined> {
  if (session.sheet !== 'closed') return session.sheet === 'open' ? [] : undefined;
  const facts = await readSessionFacts(trx, session);
  if (facts.action.isTraining !== isTraining) return [];
  const legal = await readLegal(trx, session);
  const slots = facts.session.halfDays.map(({ id, startsAt, endsAt }) => ({
    id,
    startsAt: new Date(startsAt),
    endsAt: new Date(endsAt),
  }));
  return (await findAttended(trx, session.id)).map((row) => {
    const subject = { enrolmentId: row.enrolmentId, structureId: null };
    if (row.isAnonymised) return { ...subject, facts: null };
    const marks = row.marks ?? [];
    const markOf = (slotId: number) => marks.find((mark) => mark.slotId === slotId);
    return {
      ...subject,
      facts: {
        ...facts,
        person: `${row.civility} ${row.name}`,
        employer: row.employer,
        belonging: belongingTo(row),
        legal,
        minutesAttended: minutesFollowed(marks, slots, facts.action.durationDays),
        presences: slots.map((slot) => presenceOf(markOf(slot.id), slot)),
      },
    };
  });
}

/** Reads {@link LegalFacts}. */
export async function readLegal(
  db: Knex,
  { actionId }: Pick<FollowedSession, 'actionId'>,
): Promise<LegalFacts> {
  const rows = await query<[LegalFacts]>(
    db,
    `select coalesce(l.nature, 'training') as nature, a.programme, a.audience, a.prerequisites,
            coalesce(l.means, '') as means, coalesce(l.follow_up, '') as "followUp",
            coalesce(l.evaluation, '') as evaluation, coalesce(l.sanction, '') as sanction
       from actions a left join action_legal l on l.action_id = a.id where a.id = ?`,
    [actionId],
  );
  return rows[0];
}

const findAttended = (db: Knex, sessionId: number): Promise<Row[]> =>
  query<Row[]>(
    db,
    `select e.id as "enrolmentId", u.civility, full_name(u) as name, u.anonymised_at is not null as "isAnonymised",
            st.name as employer, st.kind as "employerKind",
            (select json_agg(json_build_object('slotId', t.slot_id, 'presence', t.presence, 'minutes', t.minutes))
               from attendance t where t.enrolment_id = e.id) as marks
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
      where e.session_id = ? and e.state = 'attended'
      order by u.last_name, u.first_name, e.id`,
    [sessionId],
  );

// « salarié(e) de l'entreprise » of the ministry's model is not true of everybody: agents of the public service, volunteers.
const belongingTo = ({ employer, employerKind }: Pick<Row, 'employer' | 'employerKind'>): string => {
  if (employerKind === 'company') return `salarié(e) de l’entreprise ${employer}`;
  return employerKind === 'town_hall' ? `agent(e) de ${employer}` : `de la structure ${employer}`;
};

/** A planned day, where no hours say more. */
const DAY_MINUTES = 7 * 60;

/**
 * What somebody followed, in minutes. An untimed half-day, whose length nothing tells, counts an equal part of the planned
 * days that timed ones leave.
 * @returns null where all of it was followed and days say so
 */
export function minutesFollowed(
  marks: readonly Mark[],
  slots: readonly AttendanceSlot[],
  durationDays: number,
): number | null {
  const timed = slots.filter(isTimed);
  const untimed = slots.filter((slot) => !isTimed(slot));
  const markOf = (slot: AttendanceSlot) => marks.find(({ slotId }) => slotId === slot.id);
  if (untimed.length === 0) return minutesPresent(marks, slots);
  if (slots.every((slot) => markOf(slot)?.presence === 'present')) return null;
  const left = durationDays * DAY_MINUTES - timed.reduce((total, slot) => total + slotMinutes(slot), 0);
  const estimate = Math.max(0, Math.round(left / untimed.length));
  return untimed.reduce(
    (total, slot) => {
      const mark = markOf(slot);
      if (mark?.presence === 'present') return total + estimate;
      return total + (mark?.presence === 'partial' ? (mark.minutes ?? 0) : 0);
    },
    minutesPresent(marks, timed),
  );
}

/** « Présent », « Présent 2 h sur 3 h 30 », « Absence justifiée »: a half-day of the table. */
export function presenceOf(mark: Mark | undefined, slot: { startsAt: Date; endsAt: Date }): string {
  if (!mark) return '–';
  if (mark.presence !== 'partial' || mark.minutes === null) return presenceLabels[mark.presence];
  const there = `Présent ${formatHours(mark.minutes)}`;
  return isTimed(slot) ? `${there} sur ${formatHours(slotMinutes(slot))}` : there;
}

/** « 3 h 30 (3,50 heures) »: in both forms, as some funders ask for the decimal one. */
export function hoursInWords(minutes: number): string {
  const clock = `${Math.floor(minutes / 60)}\u00a0h\u00a0${String(minutes % 60).padStart(2, '0')}`;
  return `${clock} (${(minutes / 60).toFixed(2).replace('.', ',')}\u00a0heures)`;
}

/** How long somebody followed the action; of a self-paced run followed to its end, the time that it is reckoned to take. */
export const attendedInWords = ({ minutesAttended, action }: CompletionFacts): string =>
  minutesAttended === null ? daysInWords(action.durationDays) : hoursInWords(minutesAttended);

/** « Vendredi 20 nov. 2026, 09:00 – 12:30 » with the presence of each half-day. */
export const presencesOf = ({ session, presences }: CompletionFacts): [string, string][] =>
  session.halfDays.map((halfDay: HalfDay, index) => [halfDayInWords(halfDay), presences[index] ?? '–']);

/** Of the facts, what a correction changes: what was followed. Names and wordings are changed on demand. */
export const followedOf = ({ session, minutesAttended, presences }: CompletionFacts) => ({
  startsAt: session.startsAt,
  endsAt: session.endsAt,
  minutesAttended,
  presences,
});

/** Every field that these documents print, beside their number and their day. */
export const printedCompletion = (facts: CompletionFacts): [string, string][] => [
  ['Personne', facts.person],
  ['Structure', facts.employer],
  ['Rattachement', facts.belonging],
  ['Durée suivie', attendedInWords(facts)],
  ...printedSession(facts),
];
