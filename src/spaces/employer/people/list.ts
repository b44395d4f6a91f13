import { z } from 'zod';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisYear, parisYearBounds } from '#platform/french/time.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { parseRowId, searchText } from '#platform/web/forms/fields.ts';
import { firstOf, readForm } from '#platform/web/forms/forms.ts';
import type { HrList } from '../lists.ts';
import { findPeopleTotals, type PersonTotals } from './repository.ts';

const PER_PAGE = 25;
/** The years to choose from: the next one, for requests made in advance, this one, and those before. */
const YEARS_BACK = 5;
const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;

const filterForm = z.object({
  q: searchText(120),
  annee: z.unknown().transform((value) => {
    const year = parseRowId(firstOf(value as string));
    return year && year >= FIRST_YEAR && year <= LAST_YEAR ? year : undefined;
  }),
});

interface YearFilter {
  search: string;
  year: number;
}

/** « Par personne »: a civil year of each, as the rules count it. */
export function peopleList({
  db,
  clock,
}: Dependencies): HrList<'spaces/employer/people', YearFilter, PersonTotals> {
  return {
    path: '/parcourspro/valideur/personnes',
    title: 'Par personne',
    view: 'spaces/employer/people',
    tab: 'people',
    perPage: PER_PAGE,
    read(fields) {
      const read = readForm(filterForm, fields as Fields);
      if (!read.ok) return read;
      const { q, annee } = read.data;
      const year = annee ?? parisYear(clock.now());
      const form = { ...read.form, values: { ...read.form.values, annee: String(year) } };
      return { ok: true, form, filter: { search: q, year } };
    },
    find: (profile, { search, year }, page) =>
      findPeopleTotals(db, profile.structureId, { search, ...parisYearBounds(year) }, page),
    extras: async ({ values }) => {
      const present = parisYear(clock.now());
      const years = new Set(Array.from({ length: YEARS_BACK + 2 }, (_, index) => present + 1 - index));
      if (values.annee) years.add(Number(values.annee));
      return (shared) => ({
        ...shared,
        years: [...years].sort((a, b) => b - a).map((year) => ({ value: year, label: String(year) })),
      });
    },
    file: {
      name: 'par-personne',
      columns: [
        'Année',
        'Nom',
        'Prénom',
        'Fonction',
        'Demandes',
        'Accordées',
        'Refusées',
        'Accords retirés',
        'Heures de présence',
        'Actions utilisées',
        'Actions par an',
        'Formations utilisées',
        'Formations par an',
      ],
      line: (one, { year }) => [
        year,
        one.lastName,
        one.firstName,
        one.jobTitle,
        one.requests,
        one.approved,
        one.refused,
        one.withdrawn,
        Math.round((one.minutes / 60) * 100) / 100,
        one.usedActions,
        one.maxActions,
        one.usedFormations,
        one.maxFormations,
      ],
    },
  };
}
