import { RADII, REMOTE } from '#platform/finding/places.ts';
import { departmentLabel } from '#platform/french/departments.ts';
import { entryLabels, levelLabels, modeLabels } from '../words.ts';
import type { Counts } from './criteria.ts';
import type { BodyNames } from './look/cards.ts';
import type { Kept } from './memory/reading.ts';
import { entries, modes, type SearchQuery } from './schemas.ts';
import { publicLabel } from './understanding.ts';

/** A value that a filter offers: `label` says how many formations it would leave. */
export interface Choice {
  value: string;
  label: string;
}

/** A select of the form. */
export interface Select {
  name: keyof SearchQuery;
  label: string;
  /** What is chosen by leaving it. */
  any: string;
  chosen: string;
  choices: Choice[];
}

/** A box of the form. */
export interface Tick {
  name: 'certifiante' | 'conventionnee' | 'places' | 'reunion' | 'passees';
  label: string;
  isTicked: boolean;
}

/** What the form of a search shows: what was asked, and what can be. */
export interface SearchForm {
  query: SearchQuery;
  radii: Choice[];
  places: string[];
  selects: Select[];
  ticks: Tick[];
}

const byName = new Intl.Collator('fr').compare;
const counted = (label: string, count: number) => `${label} (${count.toLocaleString('fr-FR')})`;

/** The form of a search, with how many formations each value would leave. @param bodies the names of those offered */
export function searchForm(
  query: SearchQuery,
  kept: Kept,
  { counts, bodies }: { counts: Counts; bodies: readonly BodyNames[] },
): SearchForm {
  const { programmes, publics, stock } = kept;
  /** Those that some formation has, and the one that is chosen. */
  const choices = (
    of: Record<string, number>,
    chosen: string,
    { label, codeOf = String }: { label(key: string): string; codeOf?(key: string): string },
  ): Choice[] => {
    const keys = Object.keys(of);
    const isMissing = chosen !== '' && keys.every((key) => codeOf(key) !== chosen);
    return [...keys, ...(isMissing ? [chosen] : [])].map((key) => ({
      value: codeOf(key),
      label: counted(label(key), of[key] ?? 0),
    }));
  };
  const byLabel = (list: Choice[]) => list.sort((one, other) => byName(one.label, other.label));
  const fixed = (
    of: Record<string, number>,
    values: Record<string, number>,
    labels: Record<string, string>,
  ) =>
    Object.entries(values).map(([value, code]) => ({
      value,
      label: counted(labels[code] ?? value, of[code] ?? 0),
    }));
  const programmeOf = (key: string) =>
    programmes.find(({ id, code }) => String(id) === key || code === key) ?? { code: key, label: key };
  const bodyOf = (key: string) => bodies.find(({ id }) => String(id) === key)?.name;
  const selects: Select[] = [
    {
      ...{ name: 'domaine', label: 'Domaine', any: 'Tous les domaines', chosen: query.domaine },
      choices: byLabel(
        choices(counts.domains, chosenIn(stock.domains, query.domaine), { label: (key) => key }),
      ),
    },
    {
      ...{
        name: 'departement',
        label: 'Département',
        any: 'Tous les départements',
        chosen: query.departement,
      },
      choices: choices(counts.departments, chosenIn(stock.departments, query.departement), {
        label: departmentLabel,
      })
        .filter(({ value }) => value !== '')
        .sort((one, other) => byName(one.value, other.value)),
    },
    {
      ...{ name: 'niveau', label: 'Niveau de sortie', any: 'Tous les niveaux', chosen: query.niveau ?? '' },
      choices: choices(counts.levels, query.niveau ?? '', { label: (key) => levelLabels[key] ?? '' })
        .filter(({ value }) => value !== '0')
        .sort((one, other) => Number(one.value) - Number(other.value)),
    },
    {
      ...{ name: 'modalite', label: 'Modalité', any: 'Toutes les modalités', chosen: query.modalite ?? '' },
      choices: fixed(counts.modes, modes, modeLabels),
    },
    {
      ...{ name: 'entrees', label: 'Entrées', any: 'Toutes', chosen: query.entrees ?? '' },
      choices: fixed(counts.entries, entries, entryLabels),
    },
    {
      ...{ name: 'programme', label: 'Programme', any: 'Tous les programmes', chosen: query.programme },
      choices: byLabel(
        choices(
          counts.programmes,
          programmes.some(({ code }) => code === query.programme) ? query.programme : '',
          {
            label: (key) => programmeOf(key).label,
            codeOf: (key) => programmeOf(key).code,
          },
        ),
      ),
    },
    {
      ...{ name: 'public', label: 'Public', any: 'Tous les publics', chosen: query.public },
      choices: byLabel(
        choices(counts.publics, chosenIn(stock.publics, query.public), {
          label: (key) => publicLabel(key, publics),
        }),
      ),
    },
    {
      ...{ name: 'organisme', label: 'Organisme', any: 'Tous les organismes', chosen: query.organisme },
      choices: bodies.flatMap(({ id }) => {
        const name = bodyOf(String(id));
        return name ? [{ value: String(id), label: counted(name, counts.bodies[id] ?? 0) }] : [];
      }),
    },
  ];
  const tick = (name: Tick['name'], label: string, of?: Record<string, number>): Tick => ({
    name,
    label: of ? counted(label, of['1'] ?? 0) : label,
    isTicked: query[name],
  });
  return {
    query,
    radii: RADII.map((value) => ({ value, label: `${value}\u00a0km autour` })),
    places: placesIn(stock),
    selects,
    ticks: [
      tick('places', 'Places restantes, ou non communiquées', counts.places),
      tick('reunion', 'Information collective à venir', counts.meetings),
      tick('certifiante', 'Certifiante', counts.certifying),
      tick('conventionnee', 'Conventionnée', counts.conventioned),
      tick('passees', 'Aussi les formations sans session à venir'),
    ],
  };
}

const chosenIn = (names: Kept['stock']['domains'], text: string) =>
  names.find(text) === undefined ? '' : text;

/** Towns that the box « Localisation » proposes: those in which most actions take place. */
const SUGGESTED = 80;
const suggestedBy = new WeakMap<object, { actions: number; places: string[] }>();

/** « À distance », then towns; counted again once there are other actions. */
function placesIn(stock: Kept['stock']): string[] {
  const { town } = stock.actions;
  const known = suggestedBy.get(stock);
  if (known?.actions === town.length) return known.places;
  const counts = new Int32Array(stock.towns.length);
  for (let action = 0; action < town.length; action += 1) {
    const at = town.values[action] as number;
    counts[at] = (counts[at] as number) + 1;
  }
  const names = stock.towns
    .map(({ city }, at) => ({ city, count: counts[at] as number }))
    .filter(({ city }) => city !== '')
    .sort((one, other) => other.count - one.count)
    .slice(0, SUGGESTED)
    .map(({ city }) => city);
  const places = [REMOTE, ...[...new Set(names)].sort(byName)];
  suggestedBy.set(stock, { actions: town.length, places });
  return places;
}
