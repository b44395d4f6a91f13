import { formatDay } from '#platform/french/time.ts';
import type { Badge } from '#platform/web/views/badge.ts';
import { type LheoDate, readLheoDate } from '../../lheo/dates.ts';
import { type LheoElement, textAt } from '../../lheo/tree.ts';
import { projectSession } from '../project/session.ts';
import type { KeptSession, OfferState } from './repository.ts';

/** How the state of a formation is shown. */
export const offerStates: Readonly<Record<OfferState, { label: string; tone: string; glyph: string }>> =
  Object.freeze({
    draft: { label: 'Brouillon', tone: 'neutral', glyph: 'pencil' },
    published: { label: 'Publiée', tone: 'success', glyph: 'check-circle-fill' },
    archived: { label: 'Archivée', tone: 'neutral', glyph: 'slash-circle' },
  });

/** « État du recrutement » of a session: 1 open, 2 closed, 3 suspended. */
const recruitingBadges: Readonly<Record<number, Badge>> = Object.freeze({
  1: { label: 'Ouverte', tone: 'success', glyph: 'check-circle-fill' },
  2: { label: 'Fermée', tone: 'neutral', glyph: 'slash-circle' },
  3: { label: 'Suspendue', tone: 'warning', glyph: 'hourglass-split' },
});

/** How a session is shown: what is over takes nobody any more, whatever its recruitment says. @param today `YYYY-MM-DD` */
export function sessionBadge({ state, lheo }: Pick<KeptSession, 'state' | 'lheo'>, today: string): Badge {
  if (state === 'cancelled') return { label: 'Annulée', tone: 'danger', glyph: 'x-circle-fill' };
  const { endsOn, recruiting } = projectSession(lheo);
  if (endsOn && endsOn < today) return { label: 'Terminée', tone: 'neutral', glyph: 'clock-history' };
  return recruitingBadges[recruiting] as Badge;
}

/** The steps, as their buttons say them. */
export const stepVerbs = Object.freeze({
  publier: {
    label: 'Publier',
    look: 'btn-success',
    done: 'La formation est publiée : les prescripteurs la trouvent.',
  },
  depublier: {
    label: 'Dépublier',
    look: 'btn-outline-primary',
    done: 'La formation n’est plus publiée : c’est de nouveau un brouillon.',
  },
  archiver: { label: 'Archiver', look: 'btn-outline-primary', done: 'La formation est archivée.' },
  reprendre: {
    label: 'Reprendre en brouillon',
    look: 'btn-primary',
    done: 'La formation est de nouveau un brouillon.',
  },
  supprimer: {
    label: 'Supprimer ce brouillon',
    look: 'btn-outline-danger',
    done: 'Le brouillon est supprimé.',
  },
});
/** What may be done with a formation. */
export type Step = keyof typeof stepVerbs;

const monthFormat = new Intl.DateTimeFormat('fr-FR', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A date of LHÉO in words, as far as it is known: « 4 janv. 2027 », « janvier 2027 », « 2027 »; '' for nothing. */
export function dateInWords(date: LheoDate | undefined): string {
  if (!date?.day) return '';
  if (date.precision === 'year') return date.day.slice(0, 4);
  // Noon is the same day in Paris, whatever the season.
  const noon = new Date(`${date.day}T12:00:00Z`);
  return date.precision === 'month' ? monthFormat.format(noon) : formatDay(noon);
}

/** The dates of a session in words. */
export function periodOf(session: LheoElement): string {
  const { startsRaw, endsRaw } = projectSession(session);
  const [from, until] = [
    dateInWords(readLheoDate(startsRaw, 'first')),
    dateInWords(readLheoDate(endsRaw, 'last')),
  ];
  if (from && until) return from === until ? from : `${from} – ${until}`;
  if (from) return `à partir de ${from}`;
  return until ? `jusqu’à ${until}` : 'dates à préciser';
}

/** The same, where it begins a line. */
export const periodAsTitle = (session: LheoElement): string => {
  const period = periodOf(session);
  return `${period[0]?.toUpperCase() ?? ''}${period.slice(1)}`;
};

/** Where an action takes place: « Bordeaux (33000) », « à distance ». */
export function placeInWords(action: LheoElement): string {
  const address = ['lieu-de-formation', 'coordonnees', 'adresse'];
  const city = textAt(action, ...address, 'ville')?.trim();
  const postcode = textAt(action, ...address, 'codepostal')?.trim();
  if (city) return `${city} (${postcode})`;
  return textAt(action, 'modalites-enseignement')?.trim() === '2' ? 'à distance' : 'lieu à préciser';
}

/** The addresses of the catalogue's pages of one formation and its levels. */
export const addressesOf = {
  offer: (id: number) => `/rafaelpro/catalogue/formations/${id}`,
  offerForm: (id: number) => `/rafaelpro/catalogue/formations/${id}/modifier`,
  newAction: (id: number) => `/rafaelpro/catalogue/formations/${id}/actions/nouvelle`,
  action: (id: number) => `/rafaelpro/catalogue/actions/${id}`,
  newSession: (id: number) => `/rafaelpro/catalogue/actions/${id}/sessions/nouvelle`,
  session: (id: number) => `/rafaelpro/catalogue/sessions/${id}`,
};
