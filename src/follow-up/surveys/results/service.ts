import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { Slice } from '#platform/paged.ts';
import { LEAST_ANSWERS, type QuestionResult, resultOf } from '../rules.ts';
import * as repository from './repository.ts';

export type { SurveyedSession } from './repository.ts';

type Database = Pick<Dependencies, 'db'>;

/** A question's results, with some of its texts in no order. */
export interface ShownQuestion extends QuestionResult {
  texts: string[];
  textTotal: number;
}

/** What pages and files show of answers. */
export interface Results {
  version: number;
  asked: number;
  answers: number;
  /** Too few answers to show any. */
  isHidden: boolean;
  questions: ShownQuestion[];
}

/** The results of one session. */
export interface SessionResults extends Results {
  sessionId: number;
  actionTitle: string;
  providerId: number;
  providerName: string;
  kindId: number;
  startsAt: Date;
  endsAt: Date;
}

const TEXTS_ON_A_PAGE = 20;

/**
 * The results of a session, hidden below {@link LEAST_ANSWERS} answers.
 * @param all every text, for a file; a page shows {@link TEXTS_ON_A_PAGE} of each question
 * @throws NotFound where nobody has been asked
 */
export async function getSessionResults(
  { db }: Database,
  sessionId: number,
  { all = false } = {},
): Promise<SessionResults> {
  const found = await repository.findSessionAnswers(db, sessionId, all ? null : TEXTS_ON_A_PAGE);
  if (!found) throw new NotFound();
  const { counts, texts, textTotals, questions, ...session } = found;
  return {
    ...session,
    isHidden: session.answers < LEAST_ANSWERS,
    questions: questions.map((question) => ({
      ...resultOf(question, counts?.[question.id] ?? {}),
      texts: (texts ?? []).filter((one) => one.questionId === question.id).map((one) => one.body),
      textTotal: textTotals?.[question.id] ?? 0,
    })),
  };
}

/** The results of a version about a kind of action, all sessions together. */
export interface KindResults extends Results {
  questionnaireId: number;
  kindLabel: string;
  versions: { version: number; publishedAt: Date }[];
  actionTitle: string | null;
}

/**
 * All answers to one version, the latest unless told otherwise; texts are read session by session.
 * @returns undefined for a kind that has no published version, or not this one
 */
export async function findKindResults(
  { db }: Database,
  kindId: number,
  choice: { version?: number; actionId?: number },
): Promise<KindResults | undefined> {
  const found = await repository.findKindAnswers(db, kindId, choice);
  if (!found) return undefined;
  const { counts, questions, versions, ...rest } = found;
  return {
    ...rest,
    versions: versions.map((one) => ({ ...one, publishedAt: new Date(one.publishedAt) })),
    isHidden: counts === null,
    questions: questions
      .filter((question) => question.type !== 'text')
      .map((question) => ({ ...resultOf(question, counts?.[question.id] ?? {}), texts: [], textTotal: 0 })),
  };
}

/** Sessions whose people have been asked, the latest first. */
export const listSurveyedSessions = (
  { db }: Database,
  of: Parameters<typeof repository.findSurveyedSessions>[1],
  slice: Slice,
): Promise<repository.SurveyedSession[]> => repository.findSurveyedSessions(db, of, slice);
