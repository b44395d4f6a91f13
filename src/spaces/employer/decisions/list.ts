import { stateLabels } from '#enrolment/states.ts';
import { dayCell, momentCell } from '#platform/csv/csv.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { findKinds, type HrFilter, readFilter } from '../filter.ts';
import type { HrList } from '../lists.ts';
import { findDecisions, OUTCOMES, type Outcome, type TakenDecision } from './repository.ts';

const PER_PAGE = 20;

const outcomeLabels: Readonly<Record<Outcome, string>> = Object.freeze({
  approved: 'Accord',
  refused: 'Refus',
  withdrawn: 'Accord retiré',
});

/** « Décisions »: every approval, refusal and approval taken back, by whom and by which way. */
export function decisionList({
  db,
  clock,
}: Dependencies): HrList<'spaces/employer/decisions', HrFilter, TakenDecision> {
  return {
    path: '/parcourspro/valideur/decisions',
    title: 'Décisions',
    view: 'spaces/employer/decisions',
    tab: 'decisions',
    perPage: PER_PAGE,
    read: readFilter,
    find: (profile, filter, page) => findDecisions(db, profile, filter, { ...page, now: clock.now() }),
    async extras() {
      const kinds = await findKinds(db);
      const outcomes = OUTCOMES.map((value) => ({ value, label: outcomeLabels[value] }));
      return (shared) => ({ ...shared, kinds, outcomeLabels, outcomes, wayOf });
    },
    file: {
      name: 'decisions',
      columns: [
        'Personne',
        'Action',
        'Type',
        'Début',
        'Fin',
        'Décision',
        'Le',
        'Par',
        'Pour',
        'Moyen',
        'Motif',
        'Situation actuelle',
      ],
      line: (one) => [
        one.personName,
        one.actionTitle,
        one.kindLabel,
        dayCell(one.startsAt),
        dayCell(one.endsAt),
        outcomeLabels[one.outcome],
        momentCell(one.at),
        one.role === 'agency' ? 'Cap Métiers' : one.deciderName,
        one.forName,
        wayOf(one),
        one.reason,
        one.isWithdrawnNow ? 'Accord retiré par l’employeur' : stateLabels[one.state],
      ],
    },
  };
}

const wayOf = ({ way }: Pick<TakenDecision, 'way'>): string =>
  way === 'email_link' ? 'lien de l’e-mail' : 'site';
