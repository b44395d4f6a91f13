import { z } from 'zod';
import { optionalDay, optionalWholeNumber, wholeNumber } from '#platform/web/forms/fields.ts';
import type { Settings } from './rules.ts';

const required = 'Saisissez un nombre.';

/** « Règles d’inscription ». */
export const settingsForm = z
  .object({
    actions_par_an: wholeNumber(required, { min: 0, max: 100 }),
    formations_par_an: wholeNumber(required, { min: 0, max: 100 }),
    places_par_structure: wholeNumber(required, { min: 1, max: 1000 }),
    echelonnee_jusqu_au: optionalDay(),
    echelonnee_demandes: optionalWholeNumber({ min: 1, max: 100 }),
    jours_tardive: wholeNumber(required, { min: 0, max: 90 }),
  })
  .superRefine((form, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (form.formations_par_an > form.actions_par_an)
      refuse(
        'formations_par_an',
        'Les formations comptent parmi les actions réservées\u00a0: pas plus que celles-ci.',
      );
    if (form.echelonnee_jusqu_au !== null && form.echelonnee_demandes === null)
      refuse(
        'echelonnee_demandes',
        'Dites combien de demandes sont permises jusqu’à cette date, ou videz la date.',
      );
    if (form.echelonnee_jusqu_au === null && form.echelonnee_demandes !== null)
      refuse('echelonnee_jusqu_au', 'Dites jusqu’à quelle date, ou videz le nombre de demandes.');
  });

/** The names of the fields, as errors and comparisons say them. */
export const settingsLabels = Object.freeze({
  actions_par_an: 'Actions réservées par personne et par an',
  formations_par_an: 'Dont formations',
  places_par_structure: 'Places d’une structure dans une même formation',
  echelonnee_jusqu_au: 'Ouverture échelonnée jusqu’au',
  echelonnee_demandes: 'Demandes en cours permises jusque-là',
  jours_tardive: 'Annulation tardive, en jours avant le début',
});

/** The settings of a form that was accepted. */
export const settingsOf = (form: z.output<typeof settingsForm>): Settings => ({
  yearlyActions: form.actions_par_an,
  yearlyFormations: form.formations_par_an,
  structureSeats: form.places_par_structure,
  staggeredUntil: form.echelonnee_jusqu_au,
  staggeredRequests: form.echelonnee_demandes,
  lateDays: form.jours_tardive,
});

/** The fields that show these settings. */
export const settingsFields = (settings: Settings): Record<keyof typeof settingsLabels, string> => ({
  actions_par_an: String(settings.yearlyActions),
  formations_par_an: String(settings.yearlyFormations),
  places_par_structure: String(settings.structureSeats),
  echelonnee_jusqu_au: settings.staggeredUntil ?? '',
  echelonnee_demandes: settings.staggeredRequests === null ? '' : String(settings.staggeredRequests),
  jours_tardive: String(settings.lateDays),
});
