import { z } from 'zod';
import { choice, longText } from '#platform/web/forms/fields.ts';

/** How a question is answered: 1 to 5, one of a list, or a few lines. */
export const QUESTION_TYPES = ['scale', 'choice', 'text'] as const;
export type QuestionType = (typeof QUESTION_TYPES)[number];

/** The words for each {@link QuestionType}. */
export const questionTypeLabels: Readonly<Record<QuestionType, string>> = Object.freeze({
  scale: 'Échelle de 1 à 5',
  choice: 'Choix dans une liste',
  text: 'Texte libre',
});

/** A question as it stands in one version of a questionnaire. */
export interface Question {
  id: number;
  type: QuestionType;
  label: string;
  choices: string[];
  isRequired: boolean;
}

/** What can be answered on the scale, from 1 to 5. */
export const SCALE_LABELS = Object.freeze([
  '1 – Pas du tout',
  '2 – Plutôt non',
  '3 – Moyennement',
  '4 – Plutôt oui',
  '5 – Tout à fait',
]);

/** For how many days after the last slot somebody can be asked, then for how many they can answer. */
export const SURVEY_DAYS = 60;
/** After how many days without an answer the one reminder leaves. */
export const REMINDER_DAYS = 7;
/** From how many answers on results are shown: fewer could be put a name to. */
export const LEAST_ANSWERS = 3;
/** In characters. */
export const LONGEST_TEXT = 1000;

/** What can be ticked for a question, from 1 on; nothing for a text. */
export const optionsOf = (question: Pick<Question, 'type' | 'choices'>): readonly string[] =>
  question.type === 'scale' ? SCALE_LABELS : question.choices;

/** The field of a question in the form. */
export const fieldOf = (questionId: number): string => `question_${questionId}`;

/** The form of a questionnaire: one field per question. */
export function answersForm(questions: readonly Question[]): z.ZodObject {
  return z.object(
    Object.fromEntries(
      questions.map((question, index) => [fieldOf(question.id), answerField(question, index + 1)]),
    ),
  );
}

function answerField({ type, choices, isRequired }: Question, place: number) {
  const ask = (what: string) => `Question\u00a0${place}\u00a0: ${what}`;
  if (type === 'text') return longText(isRequired ? ask('répondez en quelques mots.') : '', LONGEST_TEXT);
  const values = optionsOf({ type, choices }).map((_, index) => String(index + 1));
  return choice(
    [...(isRequired ? [] : ['']), ...values] as [string, ...string[]],
    ask('choisissez une réponse.'),
  );
}

/** What somebody answered; a question left out is in neither list. */
export interface Answers {
  ticked: { questionId: number; value: number }[];
  texts: { questionId: number; body: string }[];
}

/** @param data what {@link answersForm} read */
export function answersOf(questions: readonly Question[], data: Readonly<Record<string, unknown>>): Answers {
  const given = questions
    .map((question) => ({ question, typed: String(data[fieldOf(question.id)] ?? '') }))
    .filter(({ typed }) => typed !== '');
  return {
    ticked: given
      .filter(({ question }) => question.type !== 'text')
      .map(({ question, typed }) => ({ questionId: question.id, value: Number(typed) })),
    texts: given
      .filter(({ question }) => question.type === 'text')
      .map(({ question, typed }) => ({ questionId: question.id, body: typed })),
  };
}

/** One line of a question's results. */
export interface OptionResult {
  label: string;
  answers: number;
  /** Of those who answered this question, in whole per cents; null where nobody did. */
  share: number | null;
}

/** A question with what was ticked. */
export interface QuestionResult extends Question {
  options: OptionResult[];
  /** How many answered it. */
  answers: number;
  /** On the scale, to one decimal; null elsewhere and where nobody answered. */
  mean: number | null;
}

/** @param counts how many ticked each value, by question and value */
export function resultOf(question: Question, counts: Readonly<Record<string, number>>): QuestionResult {
  const labels = optionsOf(question);
  const numbers = labels.map((_, index) => counts[index + 1] ?? 0);
  const answers = numbers.reduce((sum, one) => sum + one, 0);
  const points = numbers.reduce((sum, one, index) => sum + one * (index + 1), 0);
  return {
    ...question,
    answers,
    options: labels.map((label, index) => ({
      label,
      answers: numbers[index] ?? 0,
      share: answers === 0 ? null : Math.round((100 * (numbers[index] ?? 0)) / answers),
    })),
    mean: question.type === 'scale' && answers > 0 ? Math.round((10 * points) / answers) / 10 : null,
  };
}
