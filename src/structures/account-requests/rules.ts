import { OWN_REQUEST } from '#requests/deciders.ts';

/** How long the confirmation link of a request can be used (domain.md §3). */
export const CONFIRMATION_HOURS = 24;

/** What « who may decide » depends on, read under the locks of the decision. */
export interface DecisionFacts {
  /** Whether the decider made the request: by their account, or under an address that it has or had. */
  isTheirs: boolean;
  isAgencyManager: boolean;
  isReferent: boolean;
  /** People of the structure on the day of the decision. */
  peopleCount: number;
}

/** True, or the reason why not, as the page shows it. */
export type Verdict = true | string;

/** Whether this person may decide this request (domain.md §2): nobody their own, the agency the first of a structure. */
export function mayDecide({ isTheirs, isAgencyManager, isReferent, peopleCount }: DecisionFacts): Verdict {
  if (isTheirs) return OWN_REQUEST;
  if (isAgencyManager) return true;
  if (peopleCount === 0) {
    return 'La première personne d’une structure est acceptée par Cap Métiers Nouvelle-Aquitaine.';
  }
  return isReferent || 'Vous n’êtes plus référent de cette structure.';
}
