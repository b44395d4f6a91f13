import type { Verdict } from '#access/rights.ts';

/** What « may this person be detached » depends on, read under the locks. */
export interface DetachFacts {
  isSelf: boolean;
  byAgency: boolean;
  isReferent: boolean;
  /** Référents of the structure, this person included when they are one. */
  referentCount: number;
  /** Others who belong to the structure, with an open account. */
  othersCount: number;
}

/**
 * Whether a person may be detached (domain.md §2, §4; guide 004, 3): nobody by themself, and a structure that has people
 * keeps a référent.
 */
export function mayDetach(facts: DetachFacts): Verdict {
  if (facts.isSelf && !facts.byAgency) {
    return 'On ne se détache pas soi-même d’une structure\u00a0: contactez-nous.';
  }
  if (facts.isReferent && facts.referentCount <= 1 && (facts.othersCount > 0 || !facts.byAgency)) {
    return 'C’est le seul référent de la structure\u00a0: donnez d’abord ce droit à une autre personne.';
  }
  return true;
}
