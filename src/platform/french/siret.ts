// The two alone: all numbers of all countries are three hundred modules.
import siren from 'stdnum/lib/cjs/fr/siren.js';
import siret from 'stdnum/lib/cjs/fr/siret.js';

/** A SIRET in 14 digits, or what is wrong with it, as a page says it. */
export type CheckedSiret = { siret: string } | { problem: string };

/** Fewer digits than that are not looked for as the beginning of a SIRET. */
const LEAST_SEARCHED = 3;

// What people put between the digits of a number; a comma or a word between two digits makes two numbers of them.
const NUMBERS = /\d(?:[\s.\-/_\u2010-\u2015]*\d)*/gu;
// What stands before a number when it is copied from a letterhead or an invoice, in lower case.
const INTRODUCTIONS =
  /\b(?:siret|siren|rcs|tva|intracommunautaire|intracom|identification|identifiant|num[eé]ro|num|no|n|de|du|fr)\b/gu;

/** The digits of each number of a text, with what is left around them. */
function numbersIn(typed: string): { numbers: string[]; around: string } {
  const numbers = [...typed.matchAll(NUMBERS)].map(([digits]) => digits.replace(/\D/g, ''));
  return { numbers, around: typed.replace(NUMBERS, '\u0000') };
}

// « FR 44 732 829 320 »: the country, a key and the SIREN. The key tells it from any other number of 11 digits.
function sirenOfVat(digits: string): string | undefined {
  if (digits.length !== 11) return undefined;
  const siren = digits.slice(2);
  return Number(digits.slice(0, 2)) === (12 + 3 * (Number(siren) % 97)) % 97 ? siren : undefined;
}

// Nobody has the SIREN 000 000 000, though its sum is right.
const isSiret = (digits: string) =>
  !digits.startsWith('000000000') && siret.validate(digits).isValid === true;
const isSiren = (digits: string) => digits !== '000000000' && siren.validate(digits).isValid === true;

/**
 * The one number of some length that stands among others (« 990 079 196 00012 – 8559A », « 33000 990 079 196 »): whole
 * groups of digits that together have the right sum.
 * @returns undefined where there is none, or several
 */
function numberAmong(
  typed: string,
  length: 9 | 14,
  isRight: (digits: string) => boolean,
): string | undefined {
  const found = new Set<string>();
  for (const { 0: number, index } of typed.matchAll(NUMBERS)) {
    const groups = [...number.matchAll(/\d+/g)];
    groups.forEach((_, first) => {
      let digits = '';
      for (let last = first; last < groups.length && digits.length < length; last++) {
        const group = groups[last] as RegExpExecArray;
        digits += group[0];
        // A letter against the end is a slip, and so is a digit alone beside the rest.
        const isSlip =
          /^\p{L}/u.test(typed.slice(index + group.index + group[0].length)) ||
          groups.some((one, at) => (at < first || at > last) && one[0].length === 1);
        if (digits.length === length && !isSlip && isRight(digits)) found.add(digits);
      }
    });
  }
  const [only, ...more] = found;
  return more.length === 0 ? only : undefined;
}

/**
 * Checks a SIRET as somebody types or pastes it: what stands between and around its digits (« SIRET : », « FR »,
 * spaces, quotes, an APE code, a postcode) is taken off. The sum is Luhn's, save for the post offices of La Poste (SIREN 356 000 000), whose
 * digits add up to a multiple of five.
 */
export function checkSiret(typed: string): CheckedSiret {
  const { numbers, around } = numbersIn(typed);
  const [digits = ''] = numbers;
  if (numbers.length > 1 && numbers.every(({ length }) => length === 14)) {
    return { problem: 'Saisissez un seul SIRET.' };
  }
  const among = numberAmong(typed, 14, isSiret);
  if (among) return { siret: among };
  // A letter against the end of a number is a slip, not a word beside it.
  if (numbers.length > 1 || /\0\p{L}/u.test(around))
    return { problem: 'Un SIRET ne contient que des chiffres.' };
  if (digits.length === 9) {
    return {
      problem:
        'C’est un numéro SIREN (9\u00a0chiffres)\u00a0: ajoutez les 5\u00a0chiffres de l’établissement.',
    };
  }
  if (sirenOfVat(digits)) {
    return {
      problem: 'C’est un numéro de TVA\u00a0: saisissez les 14\u00a0chiffres du SIRET de l’établissement.',
    };
  }
  if (digits.length !== 14) {
    return /[\p{L}\p{N}]/u.test(around)
      ? { problem: 'Un SIRET ne contient que des chiffres.' }
      : { problem: `Un SIRET compte 14\u00a0chiffres (${digits.length}\u00a0saisis).` };
  }
  if (!isSiret(digits)) {
    return { problem: 'Ce numéro SIRET est inexact\u00a0: vérifiez chaque chiffre.' };
  }
  return { siret: digits };
}

/**
 * The number that a search is for: the beginning of a SIRET, a SIREN, or the SIREN of a number of TVA.
 * @param typed with what stands around the number (« SIRET : », « FR », the name of the structure)
 * @returns 3 to 14 digits; empty where something else is looked for, such as « SDIS 33 »
 */
export function numberSearched(typed: string): string {
  const { numbers, around } = numbersIn(typed);
  const [digits = ''] = numbers;
  const siret = numberAmong(typed, 14, isSiret);
  if (siret) return siret;
  // « 990 079 196 000 » is the beginning of a SIRET; « 33000 990 079 196 » is a SIREN after a postcode.
  const isBeginning =
    numbers.length === 1 && (digits.length <= 9 || (digits.length < 14 && isSiren(digits.slice(0, 9))));
  const siren = isBeginning ? undefined : numberAmong(typed, 9, isSiren);
  if (siren) return siren;
  if (numbers.length !== 1 || digits.length < LEAST_SEARCHED || digits.length > 14) return '';
  // Beside other words, only what has the length of a SIRET or a SIREN is one for certain.
  const isUnmistakable = digits.length === 14 || digits.length === 9 || sirenOfVat(digits) !== undefined;
  const words = around.toLowerCase().replaceAll('\u0000', ' ').replace(INTRODUCTIONS, '');
  if (!isUnmistakable && /[\p{L}\p{N}]/u.test(words)) return '';
  return sirenOfVat(digits) ?? digits;
}

// « 7,33E+13 » is what a spreadsheet makes of a SIRET when its column is of numbers.
const SHORTENED = /^\d([.,]\d+)?e\+?\d+$/i;

/** The same, of a cell that may have been through a spreadsheet. */
export function siretInFile(typed: string): CheckedSiret {
  if (SHORTENED.test(typed.trim())) {
    return { problem: 'Le tableur a abrégé ce numéro\u00a0: mettez la colonne au format texte.' };
  }
  return checkSiret(typed);
}
