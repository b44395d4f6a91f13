import { STATES, type State } from '#enrolment/states.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { parseRowId, searchText } from '#platform/web/forms/fields.ts';
import { firstOf } from '#platform/web/forms/forms.ts';

/** What the list is narrowed to; the whole of it is in the address. */
export interface EnrolmentFilter {
  /**
   * What waits (`pending`), of which what only the agency can decide (`agency`) or what is late (`overdue`), in sessions
   * to come; else requests in one state or in any, whatever their session.
   */
  view: 'pending' | 'agency' | 'overdue' | 'all' | State;
  /** A person, an e-mail, a structure or a SIRET. */
  search: string;
  /** Words of the title of the action. */
  action: string;
  sessionId: number | undefined;
}

/** Shorter, a search would find half of the people. */
export const SHORTEST_SEARCH = 3;

const views: Readonly<Record<string, { view: EnrolmentFilter['view']; label: string }>> = Object.freeze({
  '': { view: 'pending', label: 'En attente d’une décision' },
  agence: { view: 'agency', label: 'Que seule l’agence peut décider' },
  retard: { view: 'overdue', label: 'En retard' },
  toutes: { view: 'all', label: 'Toutes' },
  ...Object.fromEntries(
    (
      [
        ['demandes', 'requested', 'Demande d’inscription'],
        ['liste-d-attente', 'waitlisted', 'Liste d’attente'],
        ['preinscrits', 'preregistered', 'Préinscrit'],
        ['inscrits', 'enrolled', 'Inscrit'],
        ['presents', 'attended', 'Présent'],
        ['absents', 'absent', 'Absent'],
        ['refuses-employeur', 'refused_by_hr', 'Refusé par l’employeur'],
        ['refuses-prestataire', 'refused_by_provider', 'Refusé par le prestataire'],
        ['annules', 'withdrawn', 'Annulé'],
        ['action-annulee', 'session_cancelled', 'Action annulée'],
        ['sans-reponse', 'expired', 'Sans réponse'],
      ] as const satisfies [string, State, string][]
    ).map(([slug, view, label]) => [slug, { view, label }]),
  ),
});

/** The choices of « État », as the address names them; the first is what the list opens with. */
export const viewOptions = Object.entries(views).map(([value, { label }]) => ({ value, label }));

const searchBox = searchText(120);

/** Reads the filter from the address; what it does not know is what waits. */
export function readFilter(fields: Fields): EnrolmentFilter {
  const wanted = firstOf(fields.etat);
  const long = (text: string) => (text.length < SHORTEST_SEARCH ? '' : text);
  return {
    view: Object.hasOwn(views, wanted) ? (views[wanted]?.view ?? 'pending') : 'pending',
    search: long(searchBox.parse(fields.q)),
    action: long(searchBox.parse(fields.action)),
    sessionId: parseRowId(firstOf(fields.seance)),
  };
}

/** Whether a view is of one state. */
export const isState = (view: EnrolmentFilter['view']): view is State =>
  (STATES as readonly string[]).includes(view);
