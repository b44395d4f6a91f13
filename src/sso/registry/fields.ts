import { rightDefinitions } from '#access/rights.ts';
import { attributeLabels } from '../attributes/presentation.ts';
import { ATTRIBUTES, type Service } from '../services/rules.ts';
import { iconLabels, opensToLabels } from './presentation.ts';
import { attributeField, nameField, rightField, SERVICE_RIGHTS } from './schemas.ts';

/** What CAS calls its user, in words. */
export const subjectLabels: Readonly<Record<Service['subject'], string>> = Object.freeze({
  identifier: 'Un identifiant au hasard',
  email: 'L’adresse e-mail',
});

/** The fields that are ticked or not. */
const boxLabels: Readonly<Record<string, string>> = Object.freeze({
  ...Object.fromEntries(
    SERVICE_RIGHTS.map((right) => [
      rightField(right),
      `Droit «\u00a0${rightDefinitions[right].label}\u00a0»`,
    ]),
  ),
  double_authentification: 'Exiger la double authentification',
  ...Object.fromEntries(
    ATTRIBUTES.map((attribute) => [
      attributeField(attribute),
      `Reçoit «\u00a0${attributeLabels[attribute]}\u00a0»`,
    ]),
  ),
  cas_attributs_v2: 'Donner aussi les attributs en CAS 2',
  mandataire: 'Peut demander des tickets de mandataire',
});

/** The names of the fields, as comparisons say them. */
export const fieldLabels: Readonly<Record<string, string>> = Object.freeze({
  nom: 'Nom',
  description: 'Description',
  accueil: 'Adresse de la tuile',
  icone: 'Dessin de la tuile',
  position: 'Position sur «\u00a0Accueil\u00a0»',
  contact: 'Contact technique',
  ouvert_a: 'Ouvert à',
  utilisateur: 'Nom d’utilisateur (CAS)',
  cas: 'Adresses du service (CAS)',
  cas_deconnexion: 'Adresse de déconnexion (CAS)',
  rappels: 'Adresses des tickets de mandataire',
  retours: 'Adresses de retour',
  sorties: 'Adresses après déconnexion',
  deconnexion: 'Adresse de déconnexion (OpenID Connect)',
  ...boxLabels,
  ...Object.fromEntries(
    ATTRIBUTES.map((attribute) => [
      nameField(attribute),
      `Nom pour «\u00a0${attributeLabels[attribute]}\u00a0»`,
    ]),
  ),
});

const choices: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.freeze({
  icone: iconLabels,
  ouvert_a: opensToLabels,
  utilisateur: subjectLabels,
});

/** What a field holds, in the words of the form. */
export function fieldInWords(name: string, value: string): string {
  if (name in boxLabels) return value === '' ? 'non' : 'oui';
  return choices[name]?.[value] ?? value;
}
