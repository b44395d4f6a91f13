import { formatDay, parisMoment } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';

/** The rules of enrolment that the agency sets (domain.md §7). */
export interface Settings {
  yearlyActions: number;
  yearlyFormations: number;
  structureSeats: number;
  /** `YYYY-MM-DD`, the last day of the staggered opening; null where there is none. */
  staggeredUntil: string | null;
  staggeredRequests: number | null;
  lateDays: number;
}

/** Whom a change touches on the day it is made. */
export interface Reach {
  /** People who hold more reserved actions this year than the new limit. */
  overActions: number;
  /** The same for formations. */
  overFormations: number;
  /** Structures that hold more places in one formation to come than the new limit. */
  overSeats: number;
  /** People with more live requests for reserved actions than the staggered opening will allow. */
  overRequests: number;
}

/** A change in plain words, and what it means for those who are already there. */
export interface Change {
  text: string;
  consequence: string;
}

/** What saving these settings changes, one sentence each; nothing where they are the same. */
export function settingsChanges(before: Settings, after: Settings, reach: Reach): Change[] {
  const changes: Change[] = [];
  const add = (isChanged: boolean, text: () => string, consequence: () => string) => {
    if (isChanged) changes.push({ text: text(), consequence: consequence() });
  };
  add(
    before.yearlyActions !== after.yearlyActions,
    () =>
      `Une personne peut demander ${plural(after.yearlyActions, 'action réservée', 'actions réservées')} par année civile, au lieu de ${before.yearlyActions}.`,
    () => keepsTheirs(reach.overActions, 'personne en a', 'personnes en ont'),
  );
  add(
    before.yearlyFormations !== after.yearlyFormations,
    () =>
      `Une personne peut demander ${plural(after.yearlyFormations, 'formation')} par année civile, au lieu de ${before.yearlyFormations}.`,
    () => keepsTheirs(reach.overFormations, 'personne en a', 'personnes en ont'),
  );
  add(
    before.structureSeats !== after.structureSeats,
    () =>
      `Une structure peut avoir ${plural(after.structureSeats, 'place')} dans une même formation, au lieu de ${before.structureSeats}.`,
    () =>
      after.structureSeats > before.structureSeats
        ? 'Les listes d’attente avancent dans le quart d’heure\u00a0: chaque place libre va à la première personne qui peut la prendre.'
        : keepsTheirs(reach.overSeats, 'structure en a', 'structures en ont'),
  );
  add(
    before.staggeredUntil !== after.staggeredUntil || before.staggeredRequests !== after.staggeredRequests,
    () => staggeredSentence(before, after),
    () =>
      after.staggeredUntil === null
        ? 'Chacun peut demander autant d’actions réservées que ses droits de l’année le permettent.'
        : keepsTheirs(reach.overRequests, 'personne en a', 'personnes en ont'),
  );
  add(
    before.lateDays !== after.lateDays,
    () =>
      `Une annulation est tardive à moins de ${plural(after.lateDays, 'jour')} du début, au lieu de ${before.lateDays}.`,
    () => 'Les annulations déjà faites ne changent pas.',
  );
  return changes;
}

function keepsTheirs(count: number, one: string, many: string): string {
  if (count === 0) return 'Personne n’est au-dessus de cette limite aujourd’hui.';
  return `${plural(count, one, many)} déjà davantage\u00a0: rien ne leur est retiré, mais rien de plus ne leur est accordé.`;
}

function staggeredSentence(before: Settings, after: Settings): string {
  if (after.staggeredUntil === null) return 'L’ouverture échelonnée s’arrête.';
  const day = formatDay(parisMoment(after.staggeredUntil, '12:00'));
  const requests = plural(after.staggeredRequests ?? 0, 'demande en cours', 'demandes en cours');
  const was = before.staggeredUntil
    ? ` (jusqu’ici\u00a0: ${before.staggeredRequests}, jusqu’au ${formatDay(parisMoment(before.staggeredUntil, '12:00'))})`
    : '';
  return `Jusqu’au ${day} inclus, une personne a au plus ${requests} pour des actions réservées${was}.`;
}
