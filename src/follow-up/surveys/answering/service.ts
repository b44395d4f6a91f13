import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { hashToken } from '#platform/security/secrets.ts';
import { type Answers, SURVEY_DAYS } from '../rules.ts';
import * as repository from './repository.ts';

export { canAnswerSql, type Survey } from './repository.ts';

const DAY = 86_400_000;

/** Whether a questionnaire can be answered, or why not. */
export type SurveyState = 'open' | 'answered' | 'closed';

/** @returns the questionnaire that a link of an e-mail leads to; undefined for a link that leads nowhere */
export const surveyOfLink = ({ db }: Dependencies, token: string): Promise<repository.Survey | undefined> =>
  repository.findSurvey(db, { tokenHash: hashToken(token) });

/** @returns the questionnaire of a request for a place; undefined for somebody else's, or where nothing is asked */
export async function surveyOfEnrolment(
  { db }: Dependencies,
  { enrolmentId, userId }: { enrolmentId: number; userId: number },
): Promise<repository.Survey | undefined> {
  const survey = await repository.findSurvey(db, { enrolmentId });
  return survey?.userId === userId ? survey : undefined;
}

/** Where a questionnaire stands now. */
export function stateOf(survey: repository.Survey, now: Date): SurveyState {
  if (survey.hasAnswered) return 'answered';
  return now.getTime() - survey.sentAt.getTime() >= SURVEY_DAYS * DAY ? 'closed' : 'open';
}

/**
 * Keeps somebody's answers, once, apart from their name.
 * @returns false when they had answered already: nothing is added
 */
export async function answerSurvey(
  { db }: Dependencies,
  survey: Pick<repository.Survey, 'enrolmentId' | 'sessionId'>,
  answers: Answers,
): Promise<boolean> {
  return db.transaction(async (trx) => {
    await lock(trx, { surveys: [survey.sessionId] });
    if (!(await repository.markAnswered(trx, survey.enrolmentId))) return false;
    await repository.addAnswers(trx, survey.sessionId, answers);
    return true;
  });
}
