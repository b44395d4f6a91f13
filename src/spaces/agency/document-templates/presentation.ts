import {
  type BlockField,
  type TemplateKind,
  type TextField,
  templateFields,
  templateKindLabels,
  templateKinds,
} from '#follow-up/documents/templates/fields.ts';
import { lockedPassages } from '#follow-up/documents/templates/locked.ts';
import { NotFound } from '#platform/errors.ts';

/** Each kind as its address names it. */
const SLUGS: Readonly<Record<TemplateKind, string>> = {
  convention: 'convention',
  convocation: 'convocation',
  roster: 'liste-des-inscrits',
  attendance_sheet: 'emargement',
  attestation: 'attestation-de-fin-de-formation',
  participation: 'attestation-de-participation',
  certificate: 'certificat-de-realisation',
};

/** When each is issued, and to whom it goes. */
const ISSUED: Readonly<Record<TemplateKind, string>> = {
  convention: 'Une par structure et par session, signée par l’organisme et par la structure.',
  convocation:
    'Envoyée à la personne dès que son inscription est confirmée, et de nouveau si la session change.',
  roster: 'Éditée par l’organisme de formation pour une session.',
  attendance_sheet: 'Émise quand la feuille de présence d’une session est close.',
  attestation: 'Remise à la personne à la clôture, pour une action de formation.',
  participation: 'Remise à la personne à la clôture, pour une réunion, un webinaire ou un atelier.',
  certificate:
    'Remis à la personne à la clôture, pour une action de formation\u00a0: il prouve sa réalisation.',
};

/** What the agency has to read again in the templates with which the application begins. */
const TO_READ_AGAIN: Readonly<Record<TemplateKind, readonly string[]>> = {
  convention: [
    'si Cap Métiers est partie à la convention, aux côtés de l’organisme et de la structure',
    'la formule du prix et du financement public (article 5)',
    'la clause de désistement et de litiges (article 6)',
    'la formule de la déclaration d’activité (code du travail, R. 6351-6 et L. 6352-12)',
  ],
  convocation: [
    'ce qui est remis avant l’inscription définitive (code du travail, L. 6353-8), dont le règlement intérieur',
  ],
  roster: [],
  attendance_sheet: ['la formule de la déclaration d’activité (code du travail, R. 6351-6 et L. 6352-12)'],
  attestation: [
    'que l’évaluation des acquis n’est citée que si elle a lieu',
    'la formule de la déclaration d’activité (code du travail, R. 6351-6 et L. 6352-12)',
  ],
  participation: [],
  certificate: [
    'que le texte est bien celui du modèle en vigueur du ministère (travail-emploi.gouv.fr)',
    'la formule «\u00a0salarié(e) de l’entreprise\u00a0» pour les agents publics et les indépendants',
    'l’écriture des heures, en heures et en décimal',
  ],
};

/** @throws NotFound for an address that names no kind */
export function kindOfSlug(slug: unknown): TemplateKind {
  const kind = templateKinds.find((one) => SLUGS[one] === slug);
  if (!kind) throw new NotFound();
  return kind;
}

/** A kind as the pages show it. */
export const kindInWords = (kind: TemplateKind) => ({
  label: templateKindLabels[kind],
  slug: SLUGS[kind],
  issued: ISSUED[kind],
  toReadAgain: TO_READ_AGAIN[kind],
});

/** What a template may name, as the page lists it. */
export function fieldsInWords(kind: TemplateKind) {
  const { texts, blocks } = templateFields[kind];
  return {
    texts: Object.entries<TextField>(texts).map(([name, field]) => ({ name, ...field })),
    blocks: Object.entries<BlockField>(blocks).map(([name, field]) => ({ name, ...field })),
    locked: Object.entries(lockedPassages[kind] ?? {}).map(([name, passage]) => ({ name, ...passage })),
  };
}
