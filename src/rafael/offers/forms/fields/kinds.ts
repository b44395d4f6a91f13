import { z } from 'zod';
import { checkEmailAddress } from '#platform/mail/address.ts';
import { readable } from '#platform/web/forms/fields.ts';
import type { Option } from '#platform/web/forms/forms.ts';
import { readLheoDate } from '../../../lheo/dates.ts';
import { lheoHour, readLheoHour } from '../../../lheo/hours.ts';
import { cutValue } from '../../../lheo/issues.ts';
import { dictionaries } from '../../../lheo/shape/dictionaries.ts';
import { shapeOf } from '../../../lheo/shape/shape.ts';
import { tokenOf } from '../../../lheo/values.ts';
import { readTypedDate, shownDate } from './typed-dates.ts';

/** How the texts of leaves of LHÉO are typed in one field of a form. */
export interface Kind {
  /** What the field shows of the leaves. */
  show(texts: readonly string[]): string;
  /** What was typed, as texts of leaves; none where nothing was. */
  read: z.ZodType<string[]>;
  type: 'text' | 'date' | 'url' | 'email' | 'tel';
  maxlength: number;
  /** The lines of a text area; 0 for one line. */
  rows: number;
  inputmode: string;
  options: Option[] | null;
  /** What a code of its choices means. */
  labelOf?(code: string): string | undefined;
  /** Whether it shows all the leaves of its place, not the first alone. */
  isList?: true;
}

const ONE_LINE = { type: 'text', rows: 0, inputmode: '', options: null } as const;
const DASHES = /^[\s–—-]+$/;
const single = (texts: readonly string[]): string => texts[0] ?? '';

/** One text, as long as LHÉO takes it; several lines where `rows` says so. */
export function words(leaf: string, rows = 0): Kind {
  const { min, max } = boundsOf(leaf);
  const read = readable({ max, multiline: rows > 0 }).transform((typed, context) => {
    if (typed === '') return [];
    const fault = DASHES.test(typed)
      ? 'Un tiret ne dit rien\u00a0: écrivez un texte, ou laissez ce champ vide.'
      : [...typed].length < min
        ? `${min}\u00a0caractères au moins.`
        : undefined;
    if (!fault) return [typed];
    context.addIssue({ code: 'custom', message: fault });
    return z.NEVER;
  });
  return { ...ONE_LINE, show: single, read, rows, maxlength: max };
}

function boundsOf(leaf: string): { min: number; max: number } {
  const { value } = shapeOf(leaf);
  if (value?.kind !== 'text' && value?.kind !== 'integer') throw new Error(`no bounds of ${leaf}`);
  return value;
}

/** Reads one line by a rule; nothing typed is nothing. @param rule the texts, or what is wrong */
const line = (max: number, rule: (typed: string) => string[] | { fault: string }): z.ZodType<string[]> =>
  readable({ max }).transform((typed, context) => {
    const texts = typed === '' ? [] : rule(typed);
    if (Array.isArray(texts)) return texts;
    context.addIssue({ code: 'custom', message: texts.fault });
    return z.NEVER;
  });

/** One code of a dictionary. @param offered those that one chooses from; the others are shown where they stand already */
export function choice(leaf: string, offered?: readonly string[]): Kind {
  const { value } = shapeOf(leaf);
  if (value?.kind !== 'code') throw new Error(`no codes of ${leaf}`);
  const all = dictionaries[value.dictionary];
  const labelOf = (code: string) => {
    const label = all.get(code);
    return label && `${label[0]?.toUpperCase() ?? ''}${label.slice(1)}`;
  };
  const options = (offered ?? [...all.keys()]).map((code) => ({ value: code, label: labelOf(code) ?? code }));
  return {
    ...ONE_LINE,
    show: (texts) => tokenOf(single(texts)),
    read: line(20, (typed) => (all.has(typed) ? [typed] : { fault: 'Choisissez une valeur de la liste.' })),
    maxlength: 20,
    options,
    labelOf,
  };
}

/** One whole number. */
export function whole(leaf: string): Kind {
  const { min, max } = boundsOf(leaf);
  return {
    ...ONE_LINE,
    show: (texts) => tokenOf(single(texts)),
    read: line(20, (typed) => {
      const digits = typed.replace(/[\s\u00a0\u202f]/g, '');
      return /^\d{1,9}$/.test(digits) && Number(digits) >= min && Number(digits) <= max
        ? [String(Number(digits))]
        : { fault: `Saisissez un nombre entier de ${min} à ${max.toLocaleString('fr-FR')}.` };
    }),
    maxlength: 9,
    inputmode: 'numeric',
  };
}

/** How codes of a list are written. */
interface CodeRules {
  /** How many LHÉO takes. */
  most: number;
  pattern: RegExp;
  example: string;
  /** Whether the words of a code may be typed instead; they are looked for before anything is saved. */
  takesWords?: boolean;
  isLowerCase?: boolean;
}

/** Several codes, parted by commas. */
export const codes = ({ most, pattern, example, takesWords, isLowerCase }: CodeRules): Kind => ({
  ...ONE_LINE,
  isList: true,
  show: (texts) => texts.map(tokenOf).join(', '),
  read: line(400, (typed) => {
    const parts = [...new Set(typed.split(/[,;]/).flatMap(partsOf))].map((part) =>
      isLowerCase ? part.toLowerCase() : part,
    );
    if (parts.length > most) return { fault: `${most}\u00a0au plus.` };
    // Words have still to be looked for.
    const wrong = parts.find((part) => !pattern.test(part) && !(takesWords && /^\p{L}{3}/u.test(part)));
    return wrong === undefined
      ? parts
      : {
          fault: `«\u00a0${cutValue(wrong)}\u00a0» n’est pas un code\u00a0: écrivez par exemple ${example}.`,
        };
  }),
  maxlength: 400,
});

/** « 22254 22334 » are two codes, « maçon bâti » is one search. */
function partsOf(text: string): string[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  return /^[A-Z]?\d+(\s+[A-Z]?\d+)*$/i.test(trimmed) ? trimmed.toUpperCase().split(/\s+/) : [trimmed];
}

/** The lines of an address: as many, and as long, as LHÉO takes them. */
export const addressLines: Kind = {
  ...ONE_LINE,
  isList: true,
  show: (texts) => texts.join('\n'),
  read: readable({ max: 250, multiline: true }).transform((typed, context) => {
    const lines = typed
      .split('\n')
      .map((one) => one.trim())
      .filter(Boolean);
    const { max } = boundsOf('ligne');
    const fault =
      lines.length > 4
        ? 'Quatre lignes au plus.'
        : lines.some((one) => [...one].length > max)
          ? `${max}\u00a0caractères au plus par ligne\u00a0: continuez sur la suivante.`
          : lines.some((one) => DASHES.test(one))
            ? 'Un tiret ne dit rien\u00a0: écrivez l’adresse.'
            : undefined;
    if (!fault) return lines;
    context.addIssue({ code: 'custom', message: fault });
    return z.NEVER;
  }),
  rows: 2,
  maxlength: 250,
};

/** A French postcode. */
export const postcode: Kind = {
  ...ONE_LINE,
  show: single,
  read: line(10, (typed) => {
    const code = typed.replace(/\s/g, '');
    return /^\d{5}$/.test(code) ? [code] : { fault: 'Saisissez un code postal de cinq chiffres.' };
  }),
  maxlength: 10,
  inputmode: 'numeric',
};

/** An e-mail address. */
export const email: Kind = {
  ...ONE_LINE,
  show: single,
  read: line(160, (typed) => {
    const checked = checkEmailAddress(typed);
    return 'address' in checked ? [checked.address] : { fault: checked.problem };
  }),
  maxlength: 160,
  inputmode: 'email',
};

/** A page of a site. */
export const address: Kind = {
  ...ONE_LINE,
  show: single,
  read: line(400, (typed) =>
    URL.canParse(typed) && /^https?:$/.test(new URL(typed).protocol)
      ? [typed]
      : { fault: 'Saisissez une adresse complète, qui commence par https://.' },
  ),
  maxlength: 400,
  inputmode: 'url',
};

/** The number of a training body: eleven digits. */
export const activityNumber: Kind = {
  ...ONE_LINE,
  show: single,
  read: line(20, (typed) => {
    const digits = typed.replace(/\s/g, '');
    return /^\d{11}$/.test(digits) ? [digits] : { fault: 'Ce numéro a onze chiffres.' };
  }),
  maxlength: 20,
  inputmode: 'numeric',
};

/** A price in euros, as LHÉO has it: a short text. */
export const price = (leaf: string): Kind => {
  const { max } = boundsOf(leaf);
  return {
    ...ONE_LINE,
    show: single,
    read: line(20, (typed) => {
      const amount = typed.replace(/[\s\u00a0\u202f€]/g, '').replace(',', '.');
      return /^\d{1,7}(\.\d{1,2})?$/.test(amount) && amount.length <= max
        ? [amount]
        : { fault: 'Saisissez un montant en euros, par exemple 1250,50.' };
    }),
    maxlength: 20,
    inputmode: 'decimal',
  };
};

/** A date of which the day, or the month, may not be known yet. @param unknown what stands for nothing typed */
export const loosely = (unknown?: string): Kind => ({
  ...ONE_LINE,
  show: (texts) => shownDate(single(texts)),
  read: readable({ max: 40 }).transform((typed, context) => {
    if (typed === '') return unknown ? [unknown] : [];
    const raw = readTypedDate(typed);
    if (raw) return [raw];
    context.addIssue({
      code: 'custom',
      message: 'Saisissez un jour, 04/01/2027, ou un mois, 01/2027.',
    });
    return z.NEVER;
  }),
  maxlength: 40,
});

/** A day. */
export const day: Kind = {
  ...ONE_LINE,
  type: 'date',
  show(texts) {
    const read = readLheoDate(tokenOf(single(texts)), 'first');
    return read?.precision === 'day' ? (read.day ?? '') : '';
  },
  read: line(40, (typed) => {
    const raw = readTypedDate(typed.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$3/$2/$1'));
    return raw && !raw.endsWith('00') ? [raw] : { fault: 'Saisissez une date, par exemple 21/11/2026.' };
  }),
  maxlength: 40,
};

/** An hour. */
export const hour: Kind = {
  ...ONE_LINE,
  show: single,
  read: line(10, (typed) => {
    const time = readLheoHour(/^\d{1,2}$/.test(typed) ? `${typed}h` : typed);
    return time ? [lheoHour(time)] : { fault: 'Saisissez une heure, par exemple 14h30.' };
  }),
  maxlength: 10,
};

/** A short text of ours, which LHÉO has no bounds for. */
export const short = (max: number): Kind => ({
  ...ONE_LINE,
  show: single,
  read: line(max, (typed) => [typed]),
  maxlength: max,
});

/** One of some rows of ours, by their codes; which there are is told when the page is made. */
export const listed: Kind = { ...short(20), options: [] };
