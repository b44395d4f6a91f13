import type { Knex } from 'knex';
import { lockName } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';
import type { Question } from '../rules.ts';

/** One version of the questions asked about a kind of action. */
export interface Questionnaire {
  id: number;
  kindId: number;
  version: number;
  publishedAt: Date | null;
  questions: Question[];
}

/** What a kind of action has: the version in use, and the one being prepared. */
export interface KindQuestionnaires {
  kindId: number;
  kindLabel: string;
  current: Questionnaire | null;
  draft: Questionnaire | null;
}

/** The questions of the questionnaire `q`, in order, as JSON. */
export const QUESTIONS_JSON = `(
  select coalesce(json_agg(json_build_object('id', n.id, 'type', n.type, 'label', n.label, 'choices', n.choices,
           'isRequired', n.is_required) order by n.position, n.id), '[]')
    from questionnaire_questions n where n.questionnaire_id = q.id)`;

const VERSION_JSON = `json_build_object('id', q.id, 'kindId', q.kind_id, 'version', q.version,
  'publishedAt', q.published_at, 'questions', ${QUESTIONS_JSON})`;

/** Every kind in its order, or one. */
export async function findKindQuestionnaires(db: Knex, kindId?: number): Promise<KindQuestionnaires[]> {
  const rows = await query<KindQuestionnaires[]>(
    db,
    `select k.id as "kindId", k.label as "kindLabel",
            (select ${VERSION_JSON} from questionnaires q where q.kind_id = k.id and q.published_at is not null
              order by q.version desc limit 1) as current,
            (select ${VERSION_JSON} from questionnaires q where q.kind_id = k.id and q.published_at is null) as draft
       from action_kinds k ${kindId === undefined ? '' : 'where k.id = :kindId'}
      order by k.position, k.id`,
    kindId === undefined ? {} : { kindId },
  );
  for (const { current } of rows) {
    if (current?.publishedAt) current.publishedAt = new Date(current.publishedAt);
  }
  return rows;
}

/** Until the end of the transaction, this kind's questionnaires are changed by it only. */
export async function lockKind(trx: Knex.Transaction, kindId: number): Promise<void> {
  await lockName(trx, 'questionnaires', kindId);
}

/** Makes the next version of a kind, with the questions of the one before. */
export async function insertDraft(trx: Knex.Transaction, kindId: number): Promise<void> {
  await execute(
    trx,
    `with previous as (
       select id, version from questionnaires where kind_id = :kindId order by version desc limit 1
     ), made as (
       insert into questionnaires (kind_id, version)
       select :kindId, coalesce((select version from previous), 0) + 1 returning id
     )
     insert into questionnaire_questions (questionnaire_id, position, type, label, choices, is_required)
     select made.id, n.position, n.type, n.label, n.choices, n.is_required
       from made, previous join questionnaire_questions n on n.questionnaire_id = previous.id`,
    { kindId },
  );
}

export async function deleteDraft(trx: Knex.Transaction, draftId: number): Promise<void> {
  await trx('questionnaires').where({ id: draftId }).whereNull('published_at').delete();
}

export async function publishDraft(trx: Knex.Transaction, draftId: number, at: Date): Promise<void> {
  await trx('questionnaires').where({ id: draftId }).update({ published_at: at });
}

/** A question without its number. */
export type QuestionText = Omit<Question, 'id'>;

const columnsOf = ({ type, label, choices, isRequired }: QuestionText) => ({
  type,
  label,
  choices,
  is_required: isRequired,
});

/** Adds a question after the others. */
export async function insertQuestion(
  trx: Knex.Transaction,
  questionnaireId: number,
  question: QuestionText,
): Promise<void> {
  await trx('questionnaire_questions').insert({
    questionnaire_id: questionnaireId,
    position: trx('questionnaire_questions')
      .where({ questionnaire_id: questionnaireId })
      .select(trx.raw('coalesce(max(position) + 1, 0)')),
    ...columnsOf(question),
  });
}

export async function updateQuestion(
  trx: Knex.Transaction,
  id: number,
  question: QuestionText,
): Promise<void> {
  await trx('questionnaire_questions').where({ id }).update(columnsOf(question));
}

export async function deleteQuestion(trx: Knex.Transaction, id: number): Promise<void> {
  await trx('questionnaire_questions').where({ id }).delete();
}

/** Writes the places of the questions of a version, in this order. */
export async function reorderQuestions(trx: Knex.Transaction, ids: readonly number[]): Promise<void> {
  await execute(
    trx,
    `update questionnaire_questions n set position = o.place - 1
       from unnest(cast(? as int[])) with ordinality o (id, place) where n.id = o.id`,
    [ids as number[]],
  );
}
