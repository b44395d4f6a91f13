import type { Field } from '../fields/fields.ts';
import { addressLines, postcode, words } from '../fields/kinds.ts';
import { inAddress, leaf } from '../fields/places.ts';

/** What each part of an address is called in the form, and what is said where one is wanted. */
interface AddressOptions {
  /** Begins the names of its fields. */
  prefix: string;
  /** Whether a formation cannot be published without it. */
  isNeeded?: boolean;
}

/** The fields of an address. @param path to its element `adresse` */
export function addressFields(
  path: readonly [string, ...string[]],
  { prefix, isNeeded }: AddressOptions,
): Field[] {
  const needed = (missing: string) => (isNeeded ? { missing } : {});
  return [
    {
      name: `${prefix}_lieu`,
      label: 'Nom du lieu',
      at: leaf(...path, 'denomination'),
      kind: words('denomination'),
    },
    {
      name: `${prefix}_adresse`,
      label: 'Adresse',
      hint: 'Numéro et rue, une à quatre lignes.',
      at: leaf(...path, 'ligne'),
      kind: addressLines,
      ...needed('Indiquez l’adresse.'),
    },
    {
      name: `${prefix}_code_postal`,
      label: 'Code postal',
      at: inAddress(...path, 'codepostal'),
      kind: postcode,
      ...needed('Indiquez le code postal.'),
    },
    {
      name: `${prefix}_ville`,
      label: 'Ville',
      at: inAddress(...path, 'ville'),
      kind: words('ville'),
      ...needed('Indiquez la ville.'),
    },
  ];
}
