import { z } from 'zod';
import { formatDay, parisMoment } from '#platform/french/time.ts';
import { checkbox, optionalDay, readable, text } from '#platform/web/forms/fields.ts';
import type { ProgrammeInput } from './repository.ts';

const CODE = /^[A-Z0-9][A-Z0-9-]{0,19}$/;

const code = () =>
  readable({ required: 'Donnez un code au programme.', max: 20 }).transform((typed, context) => {
    const upper = typed.toUpperCase();
    if (CODE.test(upper)) return upper;
    context.addIssue({
      code: 'custom',
      message: 'Des lettres sans accent, des chiffres et des traits d’union\u00a0: PRF-2027, HSP-1…',
    });
    return z.NEVER;
  });

export const programmeForm = z
  .object({
    code: code(),
    nom: text('Donnez un nom au programme.', 150),
    famille: readable({ max: 60 }),
    du: optionalDay(),
    au: optionalDay(),
    prescription: checkbox(),
  })
  .superRefine(({ du, au }, context) => {
    if (du && au && du > au)
      context.addIssue({ code: 'custom', path: ['au'], message: 'La fin vient avant le début.' });
  });

/** The names of the fields, as comparisons say them. */
export const programmeLabels = Object.freeze({
  code: 'Code',
  nom: 'Nom',
  famille: 'Famille',
  du: 'Ouvert à partir du',
  au: 'jusqu’au',
  prescription: 'On n’y entre que sur prescription',
});

/** What an accepted form says. */
export const programmeOf = (form: z.output<typeof programmeForm>): ProgrammeInput => ({
  code: form.code,
  label: form.nom,
  family: form.famille,
  activeFrom: form.du,
  activeTo: form.au,
  needsPrescription: form.prescription,
});

/** The fields that show a programme. */
export const programmeFields = (programme: ProgrammeInput): Record<keyof typeof programmeLabels, string> => ({
  code: programme.code,
  nom: programme.label,
  famille: programme.family,
  du: programme.activeFrom ?? '',
  au: programme.activeTo ?? '',
  prescription: programme.needsPrescription ? '1' : '',
});

/** « du 1 janv. 2027 au 31 déc. 2027 », « sans limite »: when a programme is open. */
export function periodInWords({
  activeFrom,
  activeTo,
}: Pick<ProgrammeInput, 'activeFrom' | 'activeTo'>): string {
  const day = (written: string) => formatDay(parisMoment(written, '12:00'));
  if (activeFrom && activeTo) return `Du ${day(activeFrom)} au ${day(activeTo)}`;
  if (activeFrom) return `À partir du ${day(activeFrom)}`;
  return activeTo ? `Jusqu’au ${day(activeTo)}` : 'Sans limite';
}
