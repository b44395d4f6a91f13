import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  answersForm,
  answersOf,
  fieldOf,
  type Question,
  resultOf,
  SCALE_LABELS,
} from '#follow-up/surveys/rules.ts';
import { readForm } from '#platform/web/forms/forms.ts';

const scale: Question = { id: 1, type: 'scale', label: 'Satisfait ?', choices: [], isRequired: true };
const choice: Question = {
  id: 2,
  type: 'choice',
  label: 'Lequel ?',
  choices: ['Un', 'Deux'],
  isRequired: false,
};
const words: Question = { id: 3, type: 'text', label: 'Pourquoi ?', choices: [], isRequired: false };
const questions = [scale, choice, words];
const read = (fields: Record<string, string>) => readForm(answersForm(questions), fields);

test.each([
  ['nothing', {}, [fieldOf(1)]],
  ['what is not on the scale', { [fieldOf(1)]: '6' }, [fieldOf(1)]],
  ['zero', { [fieldOf(1)]: '0' }, [fieldOf(1)]],
  ['no number', { [fieldOf(1)]: 'oui' }, [fieldOf(1)]],
  ['a choice beyond the list', { [fieldOf(1)]: '3', [fieldOf(2)]: '3' }, [fieldOf(2)]],
  ['a long text', { [fieldOf(1)]: '3', [fieldOf(3)]: 'x'.repeat(1001) }, [fieldOf(3)]],
])('%s is refused at its question', (_, fields, faulty) => {
  const submitted = read(fields as Record<string, string>);
  expect(submitted.ok).toBe(false);
  expect(Object.keys(submitted.form.errors)).toEqual(faulty);
});

test('what is left out where it may be is in neither list', () => {
  const submitted = read({ [fieldOf(1)]: '4', [fieldOf(3)]: '  Très clair. ' });
  expect(submitted.ok && answersOf(questions, submitted.data)).toEqual({
    ticked: [{ questionId: 1, value: 4 }],
    texts: [{ questionId: 3, body: 'Très clair.' }],
  });
});

test('results: shares and mean', () => {
  const { answers, mean, options } = resultOf(scale, { 5: 2, 4: 1, 1: 1 });
  expect({ answers, mean }).toEqual({ answers: 4, mean: 3.8 });
  expect(options.map((one) => one.share)).toEqual([25, 0, 0, 25, 50]);
  expect(resultOf(choice, {})).toMatchObject({
    answers: 0,
    mean: null,
    options: [{ share: null }, { share: null }],
  });
});

test('the mean is on the scale and every answer is counted once', () => {
  const counts = fc.array(fc.nat(50), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(counts, (numbers) => {
      const byValue = Object.fromEntries(numbers.map((one, index) => [index + 1, one]));
      const result = resultOf(scale, byValue);
      expect(result.answers).toBe(numbers.reduce((sum, one) => sum + one, 0));
      expect(result.options.map((one) => one.label)).toEqual(SCALE_LABELS);
      if (result.mean !== null) expect(result.mean >= 1 && result.mean <= 5).toBe(true);
    }),
  );
});
