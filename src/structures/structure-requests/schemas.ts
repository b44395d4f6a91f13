import { z } from 'zod';
import { CIVILITIES } from '#identity/account/schemas.ts';
import { checkSiret } from '#platform/french/siret.ts';
import { choice, email, optionalPhone, optionalText, rowId, text } from '#platform/web/forms/fields.ts';
import { optionalStructureName, personName, plainWords, structureName } from '#platform/web/forms/names.ts';
import { structureKinds } from '../people/kinds.ts';

const KINDS = Object.keys(structureKinds) as [string, ...string[]];

const siret = () =>
  text('Saisissez le numéro SIRET de l’établissement.', 80).transform((typed, context) => {
    const checked = checkSiret(typed);
    if ('siret' in checked) return checked.siret;
    context.addIssue({ code: 'custom', message: checked.problem });
    return z.NEVER;
  });

const apeCode = () =>
  optionalText(10).transform((typed, context) => {
    if (typed === null) return null;
    const parts = /^(\d{2})\.?\s?(\d{2})\s?([A-Z])$/i.exec(typed);
    if (parts) return `${parts[1]}.${parts[2]}${parts[3]?.toUpperCase()}`;
    context.addIssue({ code: 'custom', message: 'Saisissez un code APE complet, par exemple 85.59A.' });
    return z.NEVER;
  });

const postcode = () =>
  text('Saisissez le code postal.', 10).refine((typed) => /^\d{5}$/.test(typed), {
    message: 'Un code postal compte 5\u00a0chiffres.',
  });

/** What somebody may say of a structure, its SIRET apart: to add it to the list, or to correct what the list says. */
export const structureFields = {
  name: structureName('Saisissez la raison sociale.'),
  acronym: optionalStructureName(60).default(null),
  brand: optionalStructureName().default(null),
  ape_code: apeCode().default(null),
  kind: choice(KINDS, 'Choisissez le type de structure.'),
  address: plainWords('Saisissez l’adresse.', 250),
  postcode: postcode(),
  city: plainWords('Saisissez la ville.', 100),
};

/** « Ma structure n’est pas dans la liste » (domain.md §3). */
export const structureRequestForm = z.object({
  siret: siret(),
  ...structureFields,
  civility: choice(CIVILITIES, 'Choisissez votre civilité.'),
  last_name: personName('Saisissez votre nom.'),
  first_name: personName('Saisissez votre prénom.'),
  email: email('Saisissez votre adresse e-mail professionnelle.'),
  phone: optionalPhone().default(null),
});

/** The SIRET alone, checked while it is typed. */
export const siretForm = z.object({ siret: siret() });

/** A box of a form: ticked or not. */
export const box = () => optionalText(5).transform((value) => value !== null);

/** The agency accepts: what the requester cannot know of their structure. */
export const acceptanceForm = z.object({
  kind: choice(KINDS, 'Choisissez le type de structure.'),
  is_training_body: box().default(false),
  may_preregister: box().default(false),
});

/** The agency links the request to a structure that exists. */
export const linkForm = z.object({
  structure_id: rowId('Choisissez la structure à laquelle rattacher la demande.'),
});
