import type { TemplateKind } from './fields.ts';

/** A passage whose words the agency does not change: a template names it, alone on its line. */
export interface LockedPassage {
  says: string;
  /** Markdown with the fields of the kind. */
  text: string;
}

/**
 * Certificat de réalisation: the ministry's model of June 2020 (arrêté of 21 December 2018; code du travail,
 * R6332-26), as DOCUMENTS of public bodies reproduce it. « salarié(e) de l’entreprise » is a field, for the people of
 * ParcoursPro are public agents and volunteers too.
 */
const CERTIFICATE = `Je soussigné(e) **{representant}**, {qualite_representant}, représentant légal du dispensateur de l’action concourant au développement des compétences **{organisme}**, atteste que\u00a0:

**{personne}**, {rattachement}, a suivi l’action **{action}**.

Nature de l’action concourant au développement des compétences\u00a0:

{cases_nature}

qui s’est déroulée du **{date_debut}** au **{date_fin}** pour une durée de **{duree_suivie}¹**.

Sans préjudice des délais imposés par les règles fiscales, comptables ou commerciales, je m’engage à conserver l’ensemble des pièces justificatives qui ont permis d’établir le présent certificat pendant une durée de 3\u00a0ans à compter de la fin de l’année du dernier paiement. En cas de cofinancement des fonds européens la durée de conservation est étendue conformément aux obligations conventionnelles spécifiques.

Fait à {ville_organisme}, le {date}

{signature_organisme}

¹ Dans le cadre d’une formation à distance, temps estimé pour réaliser les activités.`;

/** The locked passages of each kind, by name; a template must have each of them, once. */
export const lockedPassages: Readonly<
  Partial<Record<TemplateKind, Readonly<Record<string, LockedPassage>>>>
> = Object.freeze({
  certificate: {
    texte_certificat: {
      says: 'Le texte du certificat, fixé par le modèle du ministère\u00a0: il ne se modifie pas.',
      text: CERTIFICATE,
    },
  },
});

/** A template as it is drawn: its locked passages in their places. */
export function withLockedPassages(kind: TemplateKind, body: string): string {
  return Object.entries(lockedPassages[kind] ?? {}).reduce(
    // By a function: « $ » of the passage is no pattern.
    (text, [name, passage]) =>
      text.replace(new RegExp(`^[ \\t]*\\{${name}\\}[ \\t]*$`, 'm'), () => passage.text),
    body,
  );
}

/**
 * The sentence that a training body's activity number is given in (code du travail, R6351-6 for the formula, L6352-12
 * for « ne vaut pas agrément »); empty where the body has none.
 * @param number 11 digits
 * @param region « Nouvelle-Aquitaine »
 */
export function activityDeclaration(number: string | null, region: string | null): string {
  if (!number) return '';
  const grouped = number.replace(/^(\d{2})(\d{2})(\d{5})(\d{2})$/, '$1\u00a0$2\u00a0$3\u00a0$4');
  const prefect = region ? ` auprès du préfet de région de ${region}` : '';
  return `Déclaration d’activité enregistrée sous le numéro ${grouped}${prefect}. Cet enregistrement ne vaut pas agrément de l’État.`;
}
