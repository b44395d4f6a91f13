import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import type { Question } from '../rules.ts';
import * as repository from './repository.ts';

export type { KindQuestionnaires, Questionnaire } from './repository.ts';

/** More would not be answered. */
export const MOST_QUESTIONS = 20;

type Database = Pick<Dependencies, 'db'>;

/** What every kind of action has, in the agency's order. */
export const listQuestionnaires = ({ db }: Database): Promise<repository.KindQuestionnaires[]> =>
  repository.findKindQuestionnaires(db);

/** @throws NotFound when there is no such kind of action */
export async function getQuestionnaires(
  { db }: { db: Knex },
  kindId: number,
): Promise<repository.KindQuestionnaires> {
  const [kind] = await repository.findKindQuestionnaires(db, kindId);
  if (!kind) throw new NotFound();
  return kind;
}

/** @throws NotFound when the kind's draft has no such question */
export async function getDraftQuestion(deps: { db: Knex }, kindId: number, id: number): Promise<Question> {
  const { draft } = await getQuestionnaires(deps, kindId);
  const question = draft?.questions.find((one) => one.id === id);
  if (!question) throw new NotFound();
  return question;
}

/** Begins the next version from the present one; where one is begun already, it stays as it is. */
export async function beginDraft({ db }: Dependencies, kindId: number): Promise<void> {
  await db.transaction(async (trx) => {
    await repository.lockKind(trx, kindId);
    const { draft } = await getQuestionnaires({ db: trx }, kindId);
    if (!draft) await repository.insertDraft(trx, kindId);
  });
}

/** Throws the draft away; the version in use stays. */
export async function dropDraft(deps: Dependencies, kindId: number): Promise<void> {
  await changeDraft(deps, kindId, (trx, draft) => repository.deleteDraft(trx, draft.id));
}

/**
 * Puts the draft into use for the sessions whose people have not been asked yet; answers given stay with the version
 * that was answered. An empty one stops the questionnaire of the kind.
 * @throws Conflict for an empty one that would stop nothing
 */
export async function publishDraft(deps: Dependencies, kindId: number): Promise<repository.Questionnaire> {
  const at = deps.clock.now();
  return changeDraft(deps, kindId, async (trx, draft, { current, kindLabel }) => {
    if (draft.questions.length === 0 && !current?.questions.length) {
      throw new Conflict(
        'Ce questionnaire n’a pas encore de question\u00a0: ajoutez-en une avant de le publier.',
      );
    }
    await repository.publishDraft(trx, draft.id, at);
    await recordAudit(trx, {
      action: 'questionnaire.published',
      at,
      subject: { kind: 'questionnaire', id: draft.id },
      details: { action_kind: kindLabel, version: draft.version, questions: draft.questions.length },
    });
    return draft;
  });
}

/** @throws Conflict when there are {@link MOST_QUESTIONS} already */
export async function addQuestion(
  deps: Dependencies,
  kindId: number,
  question: repository.QuestionText,
): Promise<void> {
  await changeDraft(deps, kindId, async (trx, draft) => {
    if (draft.questions.length >= MOST_QUESTIONS) {
      throw new Conflict(
        `Ce questionnaire a déjà ${MOST_QUESTIONS}\u00a0questions\u00a0: supprimez-en une d’abord.`,
      );
    }
    await repository.insertQuestion(trx, draft.id, question);
  });
}

/** @throws NotFound when it has been deleted or published meanwhile; so do the two below */
export async function editQuestion(
  deps: Dependencies,
  kindId: number,
  id: number,
  question: repository.QuestionText,
): Promise<void> {
  await changeDraft(deps, kindId, async (trx, draft) => {
    requireQuestion(draft, id);
    await repository.updateQuestion(trx, id, question);
  });
}

export async function removeQuestion(deps: Dependencies, kindId: number, id: number): Promise<void> {
  await changeDraft(deps, kindId, async (trx, draft) => {
    requireQuestion(draft, id);
    await repository.deleteQuestion(trx, id);
  });
}

/** Moves a question by one place; at the end of its list it stays. */
export async function moveQuestion(
  deps: Dependencies,
  kindId: number,
  id: number,
  by: -1 | 1,
): Promise<void> {
  await changeDraft(deps, kindId, async (trx, draft) => {
    requireQuestion(draft, id);
    const ids = draft.questions.map((one) => one.id);
    const from = ids.indexOf(id);
    const to = Math.min(Math.max(from + by, 0), ids.length - 1);
    ids.splice(to, 0, ...ids.splice(from, 1));
    await repository.reorderQuestions(trx, ids);
  });
}

function requireQuestion(draft: repository.Questionnaire, id: number): void {
  if (!draft.questions.some((one) => one.id === id)) throw new NotFound();
}

/** @throws NotFound when the kind has no draft */
async function changeDraft<T>(
  { db }: Dependencies,
  kindId: number,
  change: (
    trx: Knex.Transaction,
    draft: repository.Questionnaire,
    kind: repository.KindQuestionnaires,
  ) => Promise<T>,
): Promise<T> {
  return db.transaction(async (trx) => {
    await repository.lockKind(trx, kindId);
    const kind = await getQuestionnaires({ db: trx }, kindId);
    if (!kind.draft) throw new NotFound();
    return change(trx, kind.draft, kind);
  });
}
