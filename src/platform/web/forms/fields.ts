import { createRequire } from 'node:module';
import { z } from 'zod';
import { INVISIBLE } from '../../french/text.ts';
import { parseDay } from '../../french/time.ts';
import { lazily } from '../../lazily.ts';
import { checkEmailAddress } from '../../mail/address.ts';

// C0 and C1 controls (tab and line ends aside), and U+FFFD: what undecodable bytes become.
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const UNREADABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]/u;

interface TextOptions {
  /** The message where nothing was typed; leave out where the field may be empty. */
  required?: string;
  /** In characters. */
  max: number;
  /** Keeps line ends (a text area). */
  multiline?: boolean;
}

/** The field as one readable, trimmed text; every other field is built on it. */
export function readable({ required, max, multiline = false }: TextOptions) {
  return z.unknown().transform((input, context): string => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (Array.isArray(input)) return refuse('Ce champ a été envoyé plusieurs fois : vérifiez sa valeur.');
    if (input !== undefined && typeof input !== 'string') return refuse('Ce champ est illisible.');
    const text = multiline ? tidyLines(input ?? '') : tidyLine(input ?? '');
    if (UNREADABLE.test(text))
      return refuse('Ce champ contient des caractères illisibles : saisissez-le de nouveau.');
    if (text === '' && required) return refuse(required);
    const length = [...text].length;
    if (length > max) {
      return refuse(
        `Ce champ est trop long : ${max.toLocaleString('fr-FR')} caractères au plus (${length.toLocaleString('fr-FR')} saisis).`,
      );
    }
    return text;
  });
}

/** One line as it is kept: composed letters, no invisible sign, single spaces. */
export const tidyLine = (text: string): string =>
  text
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();
const tidyLines = (text: string) =>
  text.normalize('NFC').replace(INVISIBLE, '').replace(/\r\n?/g, '\n').trim();

/** One line of text, required. */
export const text = (required: string, max = 120) => readable({ required, max });
/** One line of text that may be left out: empty becomes null. */
export const optionalText = (max = 120) => readable({ max }).transform((value) => value || null);
/** Several lines of text, required. */
export const longText = (required: string, max = 4000) => readable({ required, max, multiline: true });
/** Several lines of text that may be left empty. */
export const optionalLongText = (max = 4000) => readable({ max, multiline: true });
/** A search box: whatever was typed, without what cannot be searched. Never an error. */
export const searchText = (max = 200) =>
  z.unknown().transform((input) => {
    const first = Array.isArray(input) ? input[0] : input;
    const typed = typeof first === 'string' ? first : '';
    return [...tidyLine(typed.replace(new RegExp(UNREADABLE, 'gu'), ' '))].slice(0, max).join('');
  });

/** An e-mail address that mail can reach, as {@link checkEmailAddress} keeps it; comparisons ignore case everywhere. */
export const email = (required = 'Saisissez votre adresse e-mail.') =>
  readable({ required, max: 320 }).transform((typed, context) => {
    const checked = checkEmailAddress(typed);
    if ('address' in checked) return checked.address;
    context.addIssue({ code: 'custom', message: checked.problem });
    return z.NEVER;
  });

/**
 * The e-mail address of an account that is there already: written as {@link email} keeps it where it can be, else as it
 * is. An address that is no longer taken still opens the account that has it.
 */
export const knownEmail = (required: string) =>
  readable({ required, max: 320 }).transform((typed, context) => {
    const checked = checkEmailAddress(typed);
    if ('address' in checked) return checked.address;
    if (typed.includes('@')) return typed;
    context.addIssue({ code: 'custom', message: checked.problem });
    return z.NEVER;
  });

const phoneNumbers = lazily(
  () => createRequire(import.meta.url)('libphonenumber-js/min') as typeof import('libphonenumber-js/min'),
);
const phoneOf = (value: string) => phoneNumbers().parsePhoneNumberFromString(value, 'FR');

/** A phone number as dialled from France, in E.164; what is no number is given back as it is. */
export function normalisedPhone(value: string): string {
  const phone = phoneOf(value);
  return phone?.isValid() ? phone.number : value;
}

/** A phone number as dialled from France, with what stands around it (« Tél. : »), kept as E.164; empty becomes null. */
export const optionalPhone = () =>
  readable({ max: 60 }).transform((value, context) => {
    if (value === '') return null;
    const phone = phoneOf(value);
    if (phone?.isValid()) return phone.number as string;
    context.addIssue({
      code: 'custom',
      message: 'Saisissez un numéro de téléphone, par exemple 05 56 00 00 00.',
    });
    return z.NEVER;
  });

/** A secret as typed: never trimmed nor normalised beyond NFC, and bounded because hashing costs. */
export const secret = (required: string) =>
  z.unknown().transform((input, context): string => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (typeof input !== 'string' || input === '') return refuse(required);
    if (input.length > 200) return refuse('200 caractères au plus.');
    if (UNREADABLE.test(input)) return refuse('Ce champ contient des caractères illisibles.');
    return input.normalize('NFC');
  });

/** One of a list of values. */
export const choice = <const V extends readonly [string, ...string[]]>(values: V, required: string) =>
  readable({ max: 100 }).pipe(z.enum(values, { error: required }));

/** A calendar day as `YYYY-MM-DD`, required; whoever has no date field may type « 21/11/2026 ». */
export const day = (required: string) =>
  readable({ required, max: 40 }).transform((typed, context) => dayTyped(typed, context));

/** The same, which may be left out: empty becomes null. */
export const optionalDay = () =>
  readable({ max: 40 }).transform((typed, context) => (typed === '' ? null : dayTyped(typed, context)));

function dayTyped(typed: string, context: z.RefinementCtx): string {
  const date = parseDay(typed);
  if (date) return date.toString();
  context.addIssue({ code: 'custom', message: 'Saisissez une date, par exemple 21/11/2026.' });
  return z.NEVER;
}

/** A box to tick. */
export const checkbox = () => z.unknown().transform((input) => input === '1' || input === 'on');

/** What {@link wholeNumber} and {@link optionalWholeNumber} take. */
interface NumberBounds {
  min: number;
  max: number;
}

const wholeNumberIn = (value: string, { min, max }: NumberBounds, context: z.RefinementCtx): number => {
  const digits = value.replace(/[\s\u00a0\u202f]/g, '');
  const number = /^-?\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN;
  if (number >= min && number <= max) return number;
  const bounds = [min, max].map((bound) => bound.toLocaleString('fr-FR')).join(' à ');
  context.addIssue({ code: 'custom', message: `Saisissez un nombre entier de ${bounds}.` });
  return z.NEVER;
};

/** A whole number, in digits. */
export const wholeNumber = (required: string, bounds: NumberBounds) =>
  readable({ required, max: 20 }).transform((value, context) => wholeNumberIn(value, bounds, context));
/** A whole number that may be left out: empty becomes null. */
export const optionalWholeNumber = (bounds: NumberBounds) =>
  readable({ max: 20 }).transform((value, context) =>
    value === '' ? null : wholeNumberIn(value, bounds, context),
  );

/** A row's number sent by a list or a hidden field. */
export const rowId = (required: string) =>
  readable({ max: 12 }).transform((value, context) => {
    const id = parseRowId(value);
    if (id !== undefined) return id;
    context.addIssue({ code: 'custom', message: required });
    return z.NEVER;
  });

/** A positive 32-bit integer in plain digits, or undefined. */
export function parseRowId(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^[1-9]\d{0,9}$/.test(value)) return undefined;
  const id = Number(value);
  return id <= 2_147_483_647 ? id : undefined;
}
