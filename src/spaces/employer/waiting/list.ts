import { dayCell, momentCell } from '#platform/csv/csv.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { overdueBefore, waitedInWords } from '#requests/waiting.ts';
import { findKinds, type HrFilter, readFilter } from '../filter.ts';
import type { HrList } from '../lists.ts';
import { findWaitingRequests, type WaitingRequest } from './repository.ts';

const PER_PAGE = 15;
/** In characters: the page of the request has the whole. */
const MOTIVATION_SHOWN = 600;
const WHOLE_MOTIVATION = 4000;

/** « À décider »: the requests that wait, oldest first, to be decided alone or together. */
export function waitingList(deps: Dependencies): HrList<'spaces/employer/waiting', HrFilter, WaitingRequest> {
  const { db, clock } = deps;
  return {
    path: '/parcourspro/valideur',
    title: 'À décider',
    view: 'spaces/employer/waiting',
    tab: 'waiting',
    perPage: PER_PAGE,
    read: readFilter,
    find: (profile, filter, page) =>
      findWaitingRequests(db, profile, filter, {
        ...page,
        motivationLength: page.limit > PER_PAGE ? WHOLE_MOTIVATION : MOTIVATION_SHOWN,
      }),
    async extras() {
      const now = clock.now();
      const overdue = overdueBefore(now);
      const kinds = await findKinds(db);
      return (shared) => ({
        ...shared,
        kinds,
        waitingFor: (since: Date) => ({ age: waitedInWords(since, now), isOverdue: since < overdue }),
      });
    },
    file: {
      name: 'demandes-a-decider',
      columns: [
        'Personne',
        'Fonction',
        'Action',
        'Type',
        'Début',
        'Fin',
        'Demandé le',
        'À décider avant le',
        'Actions utilisées dans l’année',
        'Formations utilisées dans l’année',
        'Aux mêmes heures',
        'Motivation',
      ],
      line: (one) => [
        one.personName,
        one.jobTitle,
        one.actionTitle,
        one.kindLabel,
        dayCell(one.startsAt),
        dayCell(one.endsAt),
        dayCell(one.requestedAt),
        momentCell(one.closesAt),
        one.usedActions,
        one.usedFormations,
        one.overlaps.join(' ; '),
        one.motivation,
      ],
    },
  };
}
