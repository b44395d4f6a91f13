import { plural } from '#platform/french/words.ts';

/** What a kind of action says of its enrolments (domain.md §6). */
export interface KindRules {
  reserved: boolean;
  countsAsFormation: boolean;
  countsInYearlyTotal: boolean;
  /** « Action de formation » (code du travail, L6313-1): gives a certificat de réalisation. */
  isTraining: boolean;
  approvals: Approvals;
}

export const approvalChoices = ['aucune', 'prestataire', 'employeur_et_prestataire'] as const;
/** Who agrees before somebody is enrolled. */
export type Approvals = (typeof approvalChoices)[number];

/** The choices as the pages say them. */
export const approvalLabels: Readonly<Record<Approvals, string>> = Object.freeze({
  aucune: 'Aucune\u00a0: inscription immédiate',
  prestataire: 'Le prestataire',
  employeur_et_prestataire: 'Le Valideur RH, puis le prestataire',
});

/** How an action of a kind counts in the yearly rights. */
export function countInWords({ countsAsFormation, countsInYearlyTotal }: KindRules): string {
  if (countsAsFormation) return 'Formation';
  return countsInYearlyTotal ? 'Action réservée' : 'Non comptée';
}

/** How much of the catalogue a kind holds. */
export interface KindUse {
  actions: number;
  /** Requests under way for its actions. */
  live: number;
}

/** What saving would change, one sentence each; nothing where the rules are the same. */
export function kindChanges(
  before: KindRules,
  after: KindRules,
  use: KindUse,
): { text: string; consequence: string }[] {
  const changes: { text: string; consequence: string }[] = [];
  if (before.reserved !== after.reserved) {
    changes.push({
      text: after.reserved
        ? 'Ces actions sont désormais réservées aux adhérents.'
        : 'Ces actions sont désormais ouvertes à toute personne qui a un compte.',
      consequence: kept(use, 'Elles gardent leur place, adhérentes ou non.'),
    });
  }
  if (before.countsAsFormation !== after.countsAsFormation) {
    changes.push({
      text: after.countsAsFormation
        ? 'Ces actions comptent désormais comme des formations.'
        : 'Ces actions ne comptent plus comme des formations.',
      consequence:
        'Les droits de l’année de chaque personne et les places de chaque structure sont recomptés aussitôt.',
    });
  }
  if (before.countsInYearlyTotal !== after.countsInYearlyTotal) {
    changes.push({
      text: after.countsInYearlyTotal
        ? 'Ces actions comptent désormais dans les droits de l’année.'
        : 'Ces actions ne comptent plus dans les droits de l’année.',
      consequence: 'Les droits de l’année de chaque personne sont recomptés aussitôt.',
    });
  }
  if (before.isTraining !== after.isTraining) {
    changes.push({
      text: after.isTraining
        ? 'Ces actions donnent désormais un certificat de réalisation et une attestation de fin de formation.'
        : 'Ces actions ne donnent plus de certificat de réalisation, mais une attestation de participation.',
      consequence:
        'Les documents déjà émis restent valables. Une feuille de présence corrigée puis close de nouveau suit la nouvelle règle.',
    });
  }
  if (before.approvals !== after.approvals) {
    changes.push({
      text: `Validation nécessaire\u00a0: ${lower(approvalLabels[after.approvals])}, au lieu de\u00a0: ${lower(approvalLabels[before.approvals])}.`,
      consequence: kept(use, 'Elles restent à l’étape où elles sont.'),
    });
  }
  return changes;
}

const kept = ({ live }: KindUse, what: string): string =>
  live === 0
    ? 'Aucune demande n’est en cours pour ces actions.'
    : `${plural(live, 'demande est', 'demandes sont')} en cours pour ces actions. ${what}`;

const lower = (text: string): string =>
  text.startsWith('Le Valideur') ? `le${text.slice(2)}` : text.charAt(0).toLowerCase() + text.slice(1);
