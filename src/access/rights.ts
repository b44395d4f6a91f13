/** Everything a person may be allowed to do for one structure (domain.md §2). */
export const RIGHTS = [
  'referent',
  'beneficiary',
  'hr_validator',
  'provider',
  'of_catalogue',
  'of_preregistration',
  'of_general',
  'prescriber_1',
  'prescriber_2',
  'prescriber_3',
] as const;
export type Right = (typeof RIGHTS)[number];

interface RightDefinition {
  label: string;
  /** What the person may then do, in the words of guide 002 §2. */
  description: string;
  application: 'portal' | 'ParcoursPro' | 'RafaelPro';
  /** Which structures the right makes sense for. */
  onlyWhere?: 'training_body' | 'may_preregister';
  /** At most one right of a group per person and structure. */
  group?: 'of' | 'prescriber';
}

/** The rights as the portal shows them, in the order of the screen « droits » (guide 002 §2, domain.md §2). */
export const rightDefinitions: Readonly<Record<Right, RightDefinition>> = Object.freeze({
  referent: {
    label: 'Référent',
    description:
      'Confirme les demandes de compte, attribue les droits et signale les changements de la structure.',
    application: 'portal',
  },
  beneficiary: {
    label: 'Bénéficiaire',
    description: 'S’inscrit aux actions de ParcoursPro. Attribué automatiquement.',
    application: 'ParcoursPro',
  },
  hr_validator: {
    label: 'Employeur (ValideurRH)',
    description: 'Est alerté de chaque demande d’inscription, l’approuve ou la refuse.',
    application: 'ParcoursPro',
  },
  provider: {
    label: 'Prestataire',
    description: 'Gère le déroulement des actions de l’organisme : demandes, inscrits, documents.',
    application: 'ParcoursPro',
    onlyWhere: 'training_body',
  },
  of_catalogue: {
    label: 'Gestionnaire OF catalogue formation',
    description: 'Gère le catalogue de formation.',
    application: 'RafaelPro',
    onlyWhere: 'training_body',
    group: 'of',
  },
  of_preregistration: {
    label: 'Gestionnaire OF préinscription',
    description: 'Gère les préinscriptions.',
    application: 'RafaelPro',
    onlyWhere: 'training_body',
    group: 'of',
  },
  of_general: {
    label: 'Gestionnaire OF général',
    description: 'Gère le catalogue et les préinscriptions.',
    application: 'RafaelPro',
    onlyWhere: 'training_body',
    group: 'of',
  },
  prescriber_1: {
    label: 'Prescripteur niveau 1',
    description: 'Enregistre et supprime ses préinscriptions ; un prescripteur de niveau 3 les valide.',
    application: 'RafaelPro',
    onlyWhere: 'may_preregister',
    group: 'prescriber',
  },
  prescriber_2: {
    label: 'Prescripteur niveau 2',
    description: 'Réalise, valide et supprime ses préinscriptions.',
    application: 'RafaelPro',
    onlyWhere: 'may_preregister',
    group: 'prescriber',
  },
  prescriber_3: {
    label: 'Prescripteur niveau 3',
    description:
      'Réalise, valide et supprime ses préinscriptions et celles des niveaux 1 et 2 de la structure.',
    application: 'RafaelPro',
    onlyWhere: 'may_preregister',
    group: 'prescriber',
  },
});

/** The rights that make a person's icon blue in the list: any beyond bénéficiaire (guide 002 §2). */
export const hasRightBeyondBeneficiary = (rights: readonly Right[]): boolean =>
  rights.some((right) => right !== 'beneficiary');

/** What the agency says a structure is, which some rights depend on. */
export interface StructureFlags {
  isTrainingBody: boolean;
  mayPreregister: boolean;
}

/** Whether a structure with these flags may give this right (domain.md §2). */
export function isAllowed(right: Right, { isTrainingBody, mayPreregister }: StructureFlags): boolean {
  const { onlyWhere } = rightDefinitions[right];
  if (onlyWhere === 'training_body') return isTrainingBody;
  return onlyWhere === 'may_preregister' ? mayPreregister : true;
}

/** What a change of rights depends on. */
export interface RightsHolder {
  rights: readonly Right[];
  structure: StructureFlags;
  /** Référents of the structure, this person included when they are one. */
  referentCount: number;
  /** Nobody signs in with this account: its rights are set aside until it is reopened. */
  isClosed?: boolean;
}

/** True, or the reason why not, as the page shows it. */
export type Verdict = true | string;

/** Whether « + » may give this right (domain.md §2; guide 002 §2 for « un seul droit de gestion »). */
export function mayGrant(right: Right, holder: RightsHolder): Verdict {
  const { label, onlyWhere, group } = rightDefinitions[right];
  if (holder.isClosed) return 'Le compte de cette personne est fermé.';
  if (holder.rights.includes(right)) return `La personne a déjà le droit « ${label} ».`;
  if (!isAllowed(right, holder.structure)) {
    return onlyWhere === 'training_body'
      ? 'Réservé aux organismes de formation.'
      : 'Réservé aux structures habilitées à préinscrire.';
  }
  const held = group && holder.rights.find((other) => rightDefinitions[other].group === group);
  if (held) return `Un seul profil de cette famille : retirez d’abord « ${rightDefinitions[held].label} ».`;
  return true;
}

/** Whether « – » may take this right away (domain.md §2). */
export function mayRevoke(right: Right, holder: RightsHolder): Verdict {
  const { label } = rightDefinitions[right];
  if (!holder.rights.includes(right)) return `La personne n’a pas le droit « ${label} ».`;
  if (right === 'beneficiary') return 'Ce droit est automatique et ne se retire pas.';
  if (right === 'referent' && holder.referentCount <= 1) {
    return 'La structure doit garder au moins un référent : donnez d’abord ce droit à une autre personne.';
  }
  return true;
}

/** What an accepted person receives (domain.md §2): the first one of a structure also runs it. */
export function rightsOnAcceptance(isFirstOfStructure: boolean): Right[] {
  return isFirstOfStructure ? ['referent', 'hr_validator', 'beneficiary'] : ['beneficiary'];
}
