import type { Verdict } from '#access/rights.ts';
import { parisDay } from '#platform/french/time.ts';
import type { Asked } from '#requests/request.ts';

/** A request of somebody who has an account to belong to another structure. */
export interface AffiliationRequest
  extends Asked<{
    civility: string;
    jobTitle: string | null;
    closedOn: string | null;
  }> {
  userId: number;
  structureId: number;
  structureName: string;
  siret: string;
}

/** Whether a structure is open. @param closedOn the first day on which it is not, `YYYY-MM-DD` */
export const isOpenOn = (closedOn: string | null, now: Date): boolean =>
  closedOn === null || closedOn > parisDay(now).toString();

/** As many requests as one person may have waiting at once: nobody works in more structures than that. */
export const MOST_PENDING = 10;

/** What « may this person ask for this structure » depends on. */
export interface AskFacts {
  isOpen: boolean;
  isAffiliated: boolean;
  hasPending: boolean;
  pendingCount: number;
}

/** Whether a person may ask for a structure (domain.md §4), or why not. */
export function mayAsk({ isOpen, isAffiliated, hasPending, pendingCount }: AskFacts): Verdict {
  if (isAffiliated) return 'Vous faites déjà partie de cette structure.';
  if (!isOpen) return 'Cette structure est fermée\u00a0: choisissez-en une autre.';
  if (hasPending) return 'Votre demande pour cette structure attend déjà une décision.';
  if (pendingCount >= MOST_PENDING) {
    return `${MOST_PENDING}\u00a0demandes attendent déjà une décision\u00a0: attendez leur réponse ou annulez-en une.`;
  }
  return true;
}
