import { z } from 'zod';
import { choice, longText, text } from '#platform/web/forms/fields.ts';
import { QUESTION_TYPES } from '../rules.ts';
import type { QuestionText } from './repository.ts';

const MOST_CHOICES = 10;
const LONGEST_CHOICE = 120;

/** A question of a questionnaire, as the agency writes it. */
export const questionForm = z
  .object({
    label: text('Écrivez la question.', 200),
    type: choice(QUESTION_TYPES, 'Choisissez une sorte de réponse.'),
    choices: longText('', 1500),
    is_required: z.unknown().transform((value) => value === '1'),
  })
  .superRefine(({ type, choices }, context) => {
    if (type !== 'choice') return;
    const problem = problemOf(linesOf(choices));
    if (problem) context.addIssue({ code: 'custom', path: ['choices'], message: problem });
  });

/** The question that the form describes; a list of choices is for questions that have one. */
export function questionOf(data: z.output<typeof questionForm>): QuestionText {
  const { label, type, choices, is_required: isRequired } = data;
  return { label, type, choices: type === 'choice' ? linesOf(choices) : [], isRequired };
}

const linesOf = (typed: string) =>
  typed
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(Boolean);

function problemOf(choices: string[]): string | undefined {
  if (choices.length < 2) return 'Écrivez au moins deux choix, un par ligne.';
  if (choices.length > MOST_CHOICES) return `Écrivez ${MOST_CHOICES}\u00a0choix au plus.`;
  if (choices.some((line) => line.length > LONGEST_CHOICE)) {
    return `Un choix tient en ${LONGEST_CHOICE}\u00a0caractères au plus.`;
  }
  if (new Set(choices).size < choices.length) return 'Deux choix sont identiques.';
  return undefined;
}
