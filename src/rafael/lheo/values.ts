import { checkSiret } from '#platform/french/siret.ts';
import { readLheoDate } from './dates.ts';
import { readLheoHour } from './hours.ts';
import type { IssueCode } from './issues.ts';
import { dictionaries } from './shape/dictionaries.ts';
import type { ElementShape } from './shape/shape.ts';

/** What is wrong with a value: its code and why, in French. */
export type ValueFault = readonly [code: IssueCode, message: string] | undefined;

const HOURS = new Set(['heure-debut', 'heure-fin']);

/** As the schema reads a code, a number or a date: white space around it does not count. */
export const tokenOf = (text: string): string => text.replace(/[ \t\r\n]+/g, ' ').trim();

/**
 * What is wrong with the text of a leaf. Stricter than the schema, which takes 31 February, any whole number and any 14 digits.
 * @param text as it stands
 */
export function faultOfValue({ name, value }: ElementShape, text: string): ValueFault {
  if (!value) return undefined;
  switch (value.kind) {
    case 'text': {
      if (!hasLength(text, value)) {
        return ['E20', `${spanOf(value.min, value.max)} attendus, ${[...text].length}\u00a0trouvés.`];
      }
      if (HOURS.has(name) && !readLheoHour(text)) return ['E24', 'Une heure s’écrit 9h ou 14h15.'];
      if (name === 'SIRET' && !isSiret(text)) return ['E25', 'Ce numéro SIRET est inexact.'];
      return undefined;
    }
    case 'code': {
      const codes = dictionaries[value.dictionary];
      if (codes.has(text) || codes.has(tokenOf(text))) return undefined;
      return ['E21', `Les codes possibles sont ${[...codes.keys()].join(', ')}.`];
    }
    case 'integer': {
      const number = tokenOf(text);
      return /^\+?\d{1,9}$/.test(number) && Number(number) >= value.min && Number(number) <= value.max
        ? undefined
        : ['E22', `Un nombre entier de ${value.min} à ${value.max} est attendu.`];
    }
    case 'date':
      return readLheoDate(tokenOf(text), 'first')
        ? undefined
        : ['E23', 'Une date s’écrit AAAAMMJJ, avec 00 pour ce qui n’est pas connu.'];
  }
}

/** Whether a text has as many characters as it may; they are counted only where UTF-16, in which some are two, leaves a doubt. */
function hasLength(text: string, { min, max }: { min: number; max: number }): boolean {
  const most = text.length;
  const least = Math.ceil(most / 2);
  if (least >= min && most <= max) return true;
  if (most < min || least > max) return false;
  const length = [...text].length;
  return length >= min && length <= max;
}

const spanOf = (min: number, max: number): string =>
  min === max ? `${max}\u00a0caractères` : `${min} à ${max}\u00a0caractères`;

function isSiret(text: string): boolean {
  if (!/^\d{14}$/.test(text)) return false;
  const checked = checkSiret(text);
  // Files name a body that has no number by zeros.
  return /^0{14}$/.test(text) || 'siret' in checked;
}
