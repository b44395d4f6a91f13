import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import { QUESTIONS_JSON } from '../questionnaires/repository.ts';
import { type Answers, type Question, SURVEY_DAYS } from '../rules.ts';

/** The questionnaire of somebody who was in a session. */
export interface Survey {
  enrolmentId: number;
  userId: number;
  sessionId: number;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
  sentAt: Date;
  hasAnswered: boolean;
  questions: Question[];
}

/** By its secret link, or by the request for a place; undefined where nobody has been asked anything. */
export async function findSurvey(
  db: Knex,
  by: { tokenHash: string } | { enrolmentId: number },
): Promise<Survey | undefined> {
  const rows = await query<Survey[]>(
    db,
    `select e.id as "enrolmentId", e.user_id as "userId", e.session_id as "sessionId", a.title as "actionTitle",
            s.starts_at as "startsAt", s.ends_at as "endsAt", i.sent_at as "sentAt",
            i.has_answered as "hasAnswered", ${QUESTIONS_JSON} as questions
       from survey_invitations i
       join enrolments e on e.id = i.enrolment_id and e.state = 'attended'
       join sessions s on s.id = e.session_id
       join actions a on a.id = e.action_id
       join session_surveys v on v.session_id = i.session_id
       join questionnaires q on q.id = v.questionnaire_id
      where i.enrolment_id = ${'tokenHash' in by ? '(select l.enrolment_id from survey_links l where l.token_hash = :tokenHash)' : ':enrolmentId'}`,
    by,
  );
  return rows[0];
}

/**
 * The SQL condition under which the person of a request can answer now; takes `:now`. Lists ask it of each row.
 * @param enrolmentId the SQL of the request's number @param state that of its state
 */
export const canAnswerSql = (enrolmentId: string, state: string): string => `(
  ${state} = 'attended' and exists (
    select from survey_invitations i
     where i.enrolment_id = ${enrolmentId} and not i.has_answered
       and i.sent_at > cast(:now as timestamptz) - make_interval(days => ${SURVEY_DAYS})))`;

/** @returns false when the person has answered already */
export async function markAnswered(trx: Knex.Transaction, enrolmentId: number): Promise<boolean> {
  const marked = await trx('survey_invitations')
    .where({ enrolment_id: enrolmentId, has_answered: false })
    .update({ has_answered: true });
  return marked > 0;
}

/**
 * Adds somebody's answers to those of the session, without anything of theirs: numbers are added up, and all texts of
 * the session are written again in a new order, so that the last row is not the last answer.
 */
export async function addAnswers(
  trx: Knex.Transaction,
  sessionId: number,
  { ticked, texts }: Answers,
): Promise<void> {
  await trx('session_surveys').where({ session_id: sessionId }).increment('answers', 1);
  await execute(
    trx,
    `insert into survey_counts as known (session_id, question_id, value, answers)
     select :sessionId, question_id, value, 1
       from unnest(cast(:questions as int[]), cast(:values as int[])) given (question_id, value)
     on conflict (session_id, question_id, value) do update set answers = known.answers + 1`,
    {
      sessionId,
      questions: ticked.map((one) => one.questionId),
      values: ticked.map((one) => one.value),
    },
  );
  await execute(
    trx,
    `with before as (
       delete from survey_texts where session_id = :sessionId returning question_id, body
     )
     insert into survey_texts (session_id, question_id, body)
     select :sessionId, question_id, body
       from (select question_id, body from before
             union all
             select * from unnest(cast(:questions as int[]), cast(:bodies as text[]))) texts
      order by random()`,
    { sessionId, questions: texts.map((one) => one.questionId), bodies: texts.map((one) => one.body) },
  );
}
