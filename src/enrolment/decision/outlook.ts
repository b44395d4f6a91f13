import type { Dependencies } from '#platform/dependencies.ts';
import { parisYear } from '#platform/french/time.ts';
import { against } from '#platform/workflow/conditions.ts';
import { factsOf } from '../apply.ts';
import type { EnrolmentKeys } from '../locks.ts';
import { membershipWarning, overlapWarnings } from '../rules.ts';
import { holdsSeat } from '../states.ts';
import { chooseTransition, seatForMe } from '../transitions/table.ts';

/** What somebody who decides should know beforehand. */
export interface DecisionOutlook {
  /** Yearly rights of the person for the civil year of the session, this request included. */
  rights: { year: number; actions: number; formations: number; maxActions: number; maxFormations: number };
  /** Where an approval would lead now, and why not to a seat. */
  approval: { seat: boolean; reason: string };
  /** What stands against nothing but is worth knowing. */
  warnings: string[];
}

/** Looks ahead with the very conditions that will decide (domain.md §7, « The validator's e-mail link »). */
export async function decisionOutlook(
  { db, clock }: Dependencies,
  enrolment: EnrolmentKeys & { id: number },
): Promise<DecisionOutlook> {
  const facts = await factsOf(db, enrolment, clock.now());
  const choice = chooseTransition('approve', 'requested', 'hr_validator', facts);
  const [inTheWay] = against(seatForMe, facts);
  const membership = membershipWarning(facts);
  return {
    rights: {
      year: parisYear(facts.session.startsAt),
      ...facts.used,
      maxActions: facts.settings.yearlyActions,
      maxFormations: facts.settings.yearlyFormations,
    },
    approval: {
      seat: choice.ok && holdsSeat(choice.transition.to),
      reason: inTheWay?.message ?? '',
    },
    warnings: [membership ?? [], overlapWarnings(facts, 'person')].flat(),
  };
}
