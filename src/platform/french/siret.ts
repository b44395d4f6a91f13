import { stdnum } from 'stdnum';

/** A SIRET in 14 digits, or what is wrong with it, as a page says it. */
export type CheckedSiret = { siret: string } | { problem: string };

/**
 * Checks a SIRET as somebody types it: spaces, dots and dashes are allowed. The sum is Luhn's, save for the post
 * offices of La Poste (SIREN 356 000 000), whose digits add up to a multiple of five.
 */
export function checkSiret(typed: string): CheckedSiret {
  const digits = typed.replace(/[\s.\-/\u2010-\u2015]/gu, '');
  if (!/^\d*$/.test(digits)) return { problem: 'Un SIRET ne contient que des chiffres.' };
  if (digits.length === 9) {
    return {
      problem:
        'C’est un numéro SIREN (9\u00a0chiffres)\u00a0: ajoutez les 5\u00a0chiffres de l’établissement.',
    };
  }
  if (digits.length !== 14) {
    return { problem: `Un SIRET compte 14\u00a0chiffres (${digits.length}\u00a0saisis).` };
  }
  // Nobody has the SIREN 000 000 000, though its sum is right.
  if (digits.startsWith('000000000') || !stdnum.FR?.siret?.validate(digits).isValid) {
    return { problem: 'Ce numéro SIRET est inexact\u00a0: vérifiez chaque chiffre.' };
  }
  return { siret: digits };
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
