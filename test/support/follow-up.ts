import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';

/** What was noted of somebody in a half-day. */
export interface MarkRow {
  enrolment_id: number;
  slot_id: number;
  presence: 'present' | 'partial' | 'absent' | 'excused';
  minutes: number | null;
}

/** All that was noted, or that of a person or a half-day, in the order of the half-days. */
export const marksIn = (db: Knex, of: Partial<MarkRow> = {}): PromiseLike<MarkRow[]> =>
  db('attendance').where(of).orderBy(['slot_id', 'enrolment_id']);

/** Notes somebody in a half-day, without a rule; their enrolment's state stays. */
export async function noteMark(db: Knex, mark: MarkRow, by: number, at: Date): Promise<void> {
  await db('attendance_slots')
    .insert({ slot_id: mark.slot_id, recorded_at: at, recorded_by: by })
    .onConflict()
    .ignore();
  await db('attendance').insert({ ...mark, changed_at: at });
}

/** The sessions whose sheet of presence is validated. */
export const closedSheets = (db: Knex): PromiseLike<number[]> => db('attendance_sheets').pluck('session_id');

/** A message to people of a session as the database has it. */
export interface MessageRow {
  id: number;
  session_id: number;
  author_id: number;
  sent_at: Date;
  subject: string;
  body: string;
}

/** All messages, oldest first. */
export const messagesIn = (db: Knex): PromiseLike<MessageRow[]> => db('session_messages').orderBy('id');

/** The enrolments of those whom a message went to. */
export const recipientsOf = (db: Knex, messageId: number): PromiseLike<number[]> =>
  db('session_message_recipients').where({ message_id: messageId }).pluck('enrolment_id');

/** Messages of somebody in a session, that went to nobody. */
export async function writeMessages(
  db: Knex,
  sessionId: number,
  authorId: number,
  at: Date,
  count = 1,
): Promise<void> {
  await db('session_messages').insert(
    Array.from({ length: count }, () => ({
      session_id: sessionId,
      author_id: authorId,
      sent_at: at,
      subject: 'Objet',
      body: 'Texte',
      form_key: randomUUID(),
    })),
  );
}

/** Makes all messages older, as if they had been sent then. */
export async function dateMessages(db: Knex, at: Date): Promise<void> {
  await db('session_messages').update({ sent_at: at });
}

export async function forgetMessages(db: Knex): Promise<void> {
  await db('session_messages').delete();
}

/** How many people of a session were asked, and how many answered; undefined when nobody is. */
export const surveyOf = (
  db: Knex,
  sessionId: number,
): PromiseLike<{ asked: number; answers: number } | undefined> =>
  db('session_surveys').where({ session_id: sessionId }).first('asked', 'answers');

/** Makes the questionnaire published for a kind the one of a session; nobody is asked yet. */
export async function createSurvey(db: Knex, sessionId: number, kindId: number): Promise<void> {
  const published = db('questionnaires').where({ kind_id: kindId }).whereNotNull('published_at');
  await db('session_surveys').insert({
    session_id: sessionId,
    questionnaire_id: published.orderBy('version', 'desc').limit(1).select('id'),
  });
}

/** What was written in answers, in no order. */
export const writtenAnswers = (db: Knex): PromiseLike<{ session_id: number; body: string }[]> =>
  db('survey_texts');

/** How often each value was ticked. */
export const tickedAnswers = (
  db: Knex,
  of: { session_id?: number; question_id?: number } = {},
): PromiseLike<{ value: number; answers: number }[]> => db('survey_counts').where(of);

/** How many links to the questionnaire somebody has. */
export const countSurveyLinks = async (db: Knex, enrolmentId: number): Promise<number> =>
  (await db('survey_links').where({ enrolment_id: enrolmentId })).length;

/** A question as the database has it. */
export interface QuestionRow {
  id: number;
  label: string;
  type: string;
  choices: string[];
  is_required: boolean;
}

/** The questions of all questionnaires of a kind, version after version, in their order. */
export const questionsOf = (db: Knex, kindId: number): PromiseLike<QuestionRow[]> =>
  db('questionnaire_questions')
    .whereIn('questionnaire_id', db('questionnaires').where({ kind_id: kindId }).select('id'))
    .orderBy(['questionnaire_id', 'position']);

/** Takes every question out of the draft of a kind. */
export async function emptyDraft(db: Knex, kindId: number): Promise<void> {
  const draft = db('questionnaires').where({ kind_id: kindId }).whereNull('published_at').select('id');
  await db('questionnaire_questions').whereIn('questionnaire_id', draft).delete();
}

/** What was counted of a year, or of all, in one order. */
export const figuresIn = (db: Knex, of: { year?: number } = {}): PromiseLike<{ requests: number }[]> =>
  db('figures').where(of).orderBy(['year', 'department', 'kind_id', 'theme_id', 'month']);
