import type { IssueCode, LheoIssue } from '../../lheo/issues.ts';

/** What is worth a look in a formation itself, whatever the day and whatever the lists of codes say. */
const LASTING: ReadonlySet<IssueCode> = new Set(['W42', 'W43', 'W44'] as const);

/** How many of these issues are worth a look as long as the formation stays as it is. */
export const lastingWarnings = (issues: readonly Pick<LheoIssue, 'code'>[]): number =>
  issues.filter(({ code }) => LASTING.has(code)).length;
