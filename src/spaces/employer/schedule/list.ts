import { type State, stateLabels } from '#enrolment/states.ts';
import { dayCell } from '#platform/csv/csv.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatHours } from '#platform/french/words.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { findKinds, type HrFilter, readFilter } from '../filter.ts';
import type { HrList } from '../lists.ts';
import { findOutings, type Outing, type When } from './repository.ts';

const PER_PAGE = 25;
/** How the address names each half of the list; the first is what it opens with. */
const halves: Readonly<Record<string, { when: When; label: string }>> = Object.freeze({
  'a-venir': { when: 'coming', label: 'À venir et en cours' },
  passees: { when: 'past', label: 'Passées' },
  toutes: { when: 'all', label: 'Toutes' },
});
const STATES: readonly State[] = ['enrolled', 'preregistered', 'waitlisted', 'attended', 'absent'];

type ScheduleFilter = HrFilter & { when: When };

/** « Qui part où », as a list: who goes where and when, and who was there. */
export function scheduleList({
  db,
  clock,
}: Dependencies): HrList<'spaces/employer/schedule', ScheduleFilter, Outing> {
  return {
    path: '/parcourspro/valideur/qui-part-ou',
    title: 'Qui part où',
    view: 'spaces/employer/schedule',
    tab: 'schedule',
    perPage: PER_PAGE,
    read(fields) {
      const read = readFilter(fields);
      const asked = firstOf((fields as Fields).quand);
      const quand = Object.hasOwn(halves, asked) ? asked : '';
      const form = { ...read.form, values: { ...read.form.values, quand } };
      if (!read.ok) return { ok: false, form };
      return { ok: true, form, filter: { ...read.filter, when: halves[quand]?.when ?? 'coming' } };
    },
    find: (profile, filter, page) =>
      findOutings(db, profile.structureId, filter, { ...page, now: clock.now() }),
    async extras() {
      const kinds = await findKinds(db);
      return (shared) => ({
        ...shared,
        kinds,
        halves: Object.entries(halves).map(([value, { label }]) => ({ value, label })),
        states: STATES.map((value) => ({ value, label: stateLabels[value] })),
        presenceOf,
      });
    },
    file: {
      name: 'qui-part-ou',
      columns: [
        'Personne',
        'Action',
        'Type',
        'Début',
        'Fin',
        'Lieu',
        'État',
        'Présence',
        'Heures de présence',
        'Heures prévues',
      ],
      line: (one) => [
        one.personName,
        one.actionTitle,
        one.kindLabel,
        dayCell(one.startsAt),
        dayCell(one.endsAt),
        one.city ?? 'À distance',
        stateLabels[one.state],
        presenceOf(one),
        hoursOf(one.minutesPresent),
        hoursOf(one.minutesTotal),
      ],
    },
  };
}

/** « 3 h 30 sur 7 h », « absence justifiée »; empty where the state says it all. */
function presenceOf({ state, minutesPresent, minutesTotal, isExcused }: Outing): string {
  if (state === 'absent') return isExcused ? 'absence justifiée' : '';
  if (state !== 'attended' || minutesPresent === null || minutesTotal === null) return '';
  return `${formatHours(minutesPresent)} sur ${formatHours(minutesTotal)}`;
}

/** In hours, for a spreadsheet. */
const hoursOf = (minutes: number | null) =>
  minutes === null ? null : Math.round((minutes / 60) * 100) / 100;
