import { z } from 'zod';
import { checkbox, choice, text } from '#platform/web/forms/fields.ts';
import { approvalChoices, type KindRules } from './rules.ts';

/** A kind of action: its name and its rules. */
export const kindForm = z
  .object({
    label: text('Donnez un nom à ce type d’action.', 60),
    acces: choice(['reserve', 'ouvert'], 'Dites qui peut demander ces actions.'),
    formation: checkbox(),
    total: checkbox(),
    certificat: checkbox(),
    validations: choice(approvalChoices, 'Dites qui valide les demandes.'),
  })
  .superRefine((form, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (form.acces === 'ouvert' && (form.formation || form.total))
      refuse('total', 'Seules les actions réservées aux adhérents comptent dans les droits de l’année.');
    else if (form.formation && !form.total)
      refuse('total', 'Une formation compte aussi dans le total de l’année\u00a0: cochez les deux.');
  });

/** The names of the fields, as comparisons say them. */
export const kindLabels = Object.freeze({
  label: 'Nom',
  acces: 'Accès',
  formation: 'Compte comme une formation',
  total: 'Compte dans les droits de l’année',
  certificat: 'Action de formation\u00a0: donne un certificat de réalisation',
  validations: 'Validation nécessaire',
});

/** The rules of a form that was accepted. */
export const kindRulesOf = (form: z.output<typeof kindForm>): KindRules => ({
  reserved: form.acces === 'reserve',
  countsAsFormation: form.formation,
  countsInYearlyTotal: form.total,
  isTraining: form.certificat,
  approvals: form.validations,
});

/** The fields that show a kind. */
export const kindFields = (kind: KindRules & { label: string }): Record<keyof typeof kindLabels, string> => ({
  label: kind.label,
  acces: kind.reserved ? 'reserve' : 'ouvert',
  formation: kind.countsAsFormation ? '1' : '',
  total: kind.countsInYearlyTotal ? '1' : '',
  certificat: kind.isTraining ? '1' : '',
  validations: kind.approvals,
});
