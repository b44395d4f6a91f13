import type { Rows } from '../fields/fields.ts';
import { choice, email, words } from '../fields/kinds.ts';
import { leaf } from '../fields/places.ts';

/** The people to contact, as rows. @param element of LHÉO: `contact-formation`, `contact-session` */
export const contacts = (element: string, missing?: string): Rows => ({
  name: 'contact',
  element,
  label: 'Contact',
  addLabel: 'Ajouter un contact',
  fields: [
    { name: 'role', label: 'Rôle', at: leaf('type-contact'), kind: choice('type-contact') },
    { name: 'civilite', label: 'Civilité', at: leaf('coordonnees', 'civilite'), kind: words('civilite') },
    { name: 'prenom', label: 'Prénom', at: leaf('coordonnees', 'prenom'), kind: words('prenom') },
    {
      name: 'nom',
      label: 'Nom, ou service',
      at: leaf('coordonnees', 'nom'),
      kind: words('nom'),
      ...(missing ? { missing } : {}),
    },
    {
      name: 'telephone',
      label: 'Téléphone',
      at: leaf('coordonnees', 'telfixe', 'numtel'),
      kind: { ...words('numtel'), type: 'tel' },
    },
    { name: 'courriel', label: 'E-mail', at: leaf('coordonnees', 'courriel'), kind: email },
  ],
  ...(missing ? { isNeeded: true as const } : {}),
  blank: 1,
});
