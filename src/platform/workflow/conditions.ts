import { Conflict } from '../errors.ts';

/** Why something may not be done: a stable code, and the words for the person. */
export interface Refusal {
  code: string;
  message: string;
  link?: { href: string; label: string };
}

/** Drives both the button on the page and the check on the server: it holds, or says why not. */
export type Condition<Facts> = (facts: Facts) => true | Refusal;

/** What stands against something, in the order of its conditions; empty when nothing does. */
export const against = <Facts>(conditions: readonly Condition<Facts>[], facts: Facts): Refusal[] =>
  conditions.map((condition) => condition(facts)).filter((answer) => answer !== true);

/** Conditions stand against what was asked for; `refusals` holds every reason, in words for the person. */
export class Refused extends Conflict {
  override name = 'Refused';
  readonly refusals: readonly Refusal[];
  constructor(refusals: readonly Refusal[]) {
    super(refusals.map(({ message }) => message).join(' '));
    this.refusals = refusals;
  }
}
