import { checkFormation } from '../../lheo/checks.ts';
import type { LheoIssue } from '../../lheo/issues.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import { faultAt, stepsIn } from '../forms/faults.ts';
import type { Parts } from '../forms/fields/fields.ts';
import { actionParts } from '../forms/levels/action.ts';
import { formationParts } from '../forms/levels/formation.ts';
import { sessionParts } from '../forms/levels/session.ts';
import { addressesOf, periodOf, placeInWords } from './presentation.ts';
import type { CatalogueFormation } from './repository.ts';
import { treeOf } from './service.ts';

/** Something that keeps a formation from being published, or is worth a look, and where it is mended. */
export interface Fault {
  /** « Session du 4 janv. 2027 : indiquez la ville. » */
  text: string;
  href: string;
}

/** What is wrong with a formation. */
export interface Faults {
  /** What keeps it from being published. */
  rejects: Fault[];
  /** What keeps nobody from it. */
  warnings: Fault[];
}

/** What LHÉO has against a formation. @param today `YYYY-MM-DD` */
export function faultsOf(formation: CatalogueFormation, today: string): Faults {
  const issues = checkFormation(treeOf(formation), { today });
  const told = (severity: LheoIssue['severity']) =>
    issues.filter((issue) => issue.severity === severity).map((issue) => faultOf(formation, issue));
  return { rejects: unique(told('reject')), warnings: unique(told('warning')) };
}

/** One address is told once of the same. */
const unique = (faults: readonly Fault[]): Fault[] => [
  ...new Map(faults.map((fault) => [`${fault.href} ${fault.text}`, fault])).values(),
];

function faultOf(formation: CatalogueFormation, issue: LheoIssue): Fault {
  const steps = stepsIn(issue.path).slice(1);
  const action = steps[0]?.name === 'action' ? formation.actions[steps[0].nth - 1] : undefined;
  if (steps.length === 1 && steps[0]?.name === 'action' && issue.code === 'E12') {
    return {
      text: 'Ajoutez une action\u00a0: un lieu, un public, un financement.',
      href: addressesOf.newAction(formation.id),
    };
  }
  if (!action)
    return at(formationParts, formation.lheo, steps, issue, '', addressesOf.offerForm(formation.id));
  const place = `Action «\u00a0${placeInWords(action.lheo)}\u00a0»\u00a0: `;
  const below = steps.slice(1);
  const session = below[0]?.name === 'session' ? action.sessions[below[0].nth - 1] : undefined;
  if (below.length === 1 && below[0]?.name === 'session' && issue.code === 'E12') {
    return { text: `${place}ajoutez une session.`, href: addressesOf.newSession(action.id) };
  }
  if (!session) return at(actionParts, action.lheo, below, issue, place, addressesOf.action(action.id));
  return at(
    sessionParts,
    session.lheo,
    below.slice(1),
    issue,
    `Session «\u00a0${periodOf(session.lheo)}\u00a0»\u00a0: `,
    addressesOf.session(session.id),
  );
}

function at(
  parts: Parts,
  level: LheoElement,
  steps: ReturnType<typeof stepsIn>,
  issue: LheoIssue,
  place: string,
  page: string,
): Fault {
  const { field, message } = faultAt(parts, level, steps, issue);
  const text = place ? `${place}${message[0]?.toLowerCase() ?? ''}${message.slice(1)}` : message;
  return { text, href: field ? `${page}#${field}` : page };
}
