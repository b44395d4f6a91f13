import { z } from 'zod';
import { readable, tidyLine } from './fields.ts';

// What keyboards and word processors write where a name has an apostrophe or a hyphen: they look alike, so that
// « O'Brien » and « O’Brien » would be two people. The apostrophe is the one of our pages, the hyphen that of keyboards.
const APOSTROPHES = /['\u0060\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u055a\u2018\u201b\u2032\u2035\uff07]/gu;
const HYPHENS = /[\u02d7\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]/gu;

/** A name in the one spelling that is kept: tidied, look-alike apostrophes and hyphens folded. */
export const foldedName = (typed: string): string =>
  tidyLine(typed).replace(APOSTROPHES, '’').replace(HYPHENS, '-');

// Letters of any alphabet with their marks, spaces, hyphens, apostrophes, the dot of initials, and the one of Catalan
// (« Gal·la »). A dot before two letters would make an address (« evil.example ») that mailboxes turn into a link.
const PERSON_NAME = /^(?=.*\p{L})(?!.*\.\p{L}\p{M}*\p{L})[\p{L}\p{M} .’\u00b7-]+$/u;
// « de los Ríos y Pérez de Ayala » has seven; more is a sentence.
const MOST_WORDS = 7;

/**
 * Somebody's name, required: the one schema for it, whoever types it and wherever. It goes out in our e-mails, so it
 * holds nothing but a name: no figure, no address, no sentence.
 */
export const personName = (required: string) =>
  z
    .unknown()
    .transform((input) => (typeof input === 'string' ? foldedName(input) : input))
    .pipe(readable({ required, max: 60 }))
    .refine((value) => PERSON_NAME.test(value), {
      message:
        'Utilisez des lettres, des espaces, des traits d’union et des apostrophes, par exemple Jean-Gaël D’Escale. Un point est suivi d’une espace.',
      abort: true,
    })
    .refine((value) => value.split(' ').length <= MOST_WORDS, {
      message: `Un nom compte ${MOST_WORDS}\u00a0mots au plus.`,
    });

// Full stops of other scripts are dots in the name of a site, and wide letters are letters.
const asBrowsersRead = (text: string) => text.normalize('NFKC').replace(/[\u3002\uff61]/gu, '.');
// A word of its own, and not by \b, which takes an accent for the end of one (« Hôtel : école de cuisine »). What is also
// a word of names (« Big Data : conseil ») is an address only with something right after the colon.
const SCHEME =
  /(?<![\p{L}\p{M}\p{N}])(?:(?:https?|ftp|mailto)\s*:|(?:tel|sms|javascript|data)\s*:\S|www\s*\.)|:\s*\/\//iu;
const EMAIL = /[^\s@]@[^\s@]+\.[^\s@]/u;
// « sud.com/offre », « sud.com:8080 », « sud.com?x »: a name of a site that leads somewhere.
const SITE_WITH_PATH = /[\p{L}\p{N}-]\.\p{L}{2,}(\/|:\d|\?\S)/u;
const SITE = /[\p{L}\p{N}]\.\p{L}{2,}/u;
// As dialled in France (« 05 56 00 00 00 ») or from abroad (« +33 5… », « 0033 5… »).
const PHONE = /(?<!\d)(?:0[1-9](?:[\s.-]*\d{2}){4}|(?:\+|00)[1-9](?:[\s.()-]*\d){8,})(?!\d)/u;

/** Whether a text holds an address that one can follow, write to or dial. */
export function holdsAddress(text: string): boolean {
  const read = asBrowsersRead(text);
  return [SCHEME, EMAIL, SITE_WITH_PATH, PHONE].some((shape) => shape.test(read));
}

/** Whether a mailbox may turn a part of the text into a link: {@link holdsAddress}, or a bare name of a site. */
export const mayBecomeLink = (text: string): boolean => holdsAddress(text) || SITE.test(asBrowsersRead(text));

const NO_ADDRESS = {
  message: 'N’écrivez ici ni adresse internet, ni adresse e-mail, ni numéro de téléphone.',
};

/** One line that says something of a person or a structure, required, without any address. */
export const plainWords = (required: string, max: number) =>
  readable({ required, max }).refine((value) => !holdsAddress(value), NO_ADDRESS);

/** The same, which may be left out: empty becomes null. */
export const optionalPlainWords = (max: number) => plainWords('', max).transform((value) => value || null);

// « E=MC2 », « N°1 », « =Égalité+ », « Cap#avenir », « Pau | Tarbes » are names; brackets of code and pictures are not.
const SIGN_OF_NO_NAME = /[^\p{L}\p{M}\p{N}\p{P} +=×|~$€£°©®™]|[\\{}]/u;
const FIT_FOR_NAMES = 'des lettres, des chiffres et la ponctuation des noms.';

/** A name in its one spelling, checked by what it may hold; empty where it may be left out. */
const nameOfStructure = (required: string, max: number) =>
  z
    .unknown()
    .transform((input) => (typeof input === 'string' ? foldedName(input) : input))
    .pipe(plainWords(required, max))
    .superRefine((value, context) => {
      const sign = SIGN_OF_NO_NAME.exec(value)?.[0];
      if (sign !== undefined) {
        const words = `Le signe «\u00a0${sign}\u00a0» n’est pas admis\u00a0: utilisez ${FIT_FOR_NAMES}`;
        context.addIssue({ code: 'custom', message: words });
      } else if (value !== '' && !/[\p{L}\p{N}]/u.test(value)) {
        context.addIssue({ code: 'custom', message: `Utilisez ${FIT_FOR_NAMES}` });
      }
    });

/**
 * A structure's name, required: the one schema for raison sociale, sigle and enseigne, whoever types them; look-alike
 * apostrophes and hyphens are folded as for people.
 * « 1, 2, 3 Soleil » and « Sud.com » are names and are taken; « sud.com/offre », « www.sud.com », an e-mail address and
 * a phone number are refused. A name can still be a bare name of a site or a sentence, so none leaves for an address
 * that nobody confirmed before the agency has read it ({@link mayBecomeLink} tells for the names of the list). Names
 * that the import reads in the official files are kept as the register publishes them.
 */
export const structureName = (required: string, max = 200) => nameOfStructure(required, max);

/** The same, which may be left out: empty becomes null. */
export const optionalStructureName = (max = 200) =>
  nameOfStructure('', max).transform((value) => value || null);
