import { type Chip, chip } from '#platform/finding/chips.ts';
import { parsePlace, placeLabel } from '#platform/finding/places.ts';
import { withOneMinus } from '#platform/finding/words.ts';
import { departmentLabel } from '#platform/french/departments.ts';
import { formatDay, parisMoment } from '#platform/french/time.ts';
import { entryLabels, levelLabels, modeLabels } from '../words.ts';
import type { Criteria } from './criteria.ts';
import type { Kept } from './memory/reading.ts';
import { entries, modes, type SearchQuery } from './schemas.ts';

/** Where formations are looked for. */
export const SEARCH = '/rafaelpro/formations';

/** The chip of a body, until its name is read with the results. */
export const BODY_CHIP = 'Organisme';

/** Cards on one page of results. */
export const PER_PAGE = 20;

/** A search made out: what to look for, and how the page shows what it looks for. */
export interface Search {
  criteria: Criteria;
  /** Filters in use, the sort and the page aside. */
  chips: Chip[];
}

/** A day as a number since 1970. */
export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

/** Makes out a search: a domain, a programme or a public that nobody has, or a place without a letter, is left out. */
export function understandSearch(query: SearchQuery, { stock, programmes, publics }: Kept): Search {
  const place = parsePlace(query.lieu);
  const radius = place?.kind === 'city' && query.rayon ? Number(query.rayon) : undefined;
  const domain = stock.domains.find(query.domaine) === undefined ? '' : query.domaine;
  const department = stock.departments.find(query.departement) === undefined ? '' : query.departement;
  const code = stock.publics.find(query.public) === undefined ? '' : query.public;
  const programme = programmes.find((one) => one.code === query.programme);
  const without = (changes: Partial<SearchQuery>) => searchHref({ ...query, ...changes, page: 1 });
  const chips: (Chip | undefined)[] = [
    chip(query.q, `« ${query.q} »`, without({ q: '' })),
    chip(place, placeLabel(query.lieu, place, radius), without({ lieu: '', rayon: undefined })),
    chip(department, departmentLabel(department), without({ departement: '' })),
    chip(domain, domain, without({ domaine: '' })),
    chip(query.niveau, levelLabels[query.niveau ?? ''], without({ niveau: undefined })),
    chip(
      query.modalite,
      query.modalite && modeLabels[modes[query.modalite]],
      without({ modalite: undefined }),
    ),
    chip(
      query.entrees,
      query.entrees && entryLabels[entries[query.entrees]],
      without({ entrees: undefined }),
    ),
    chip(programme, programme?.label, without({ programme: '' })),
    chip(code, publicLabel(code, publics), without({ public: '' })),
    chip(query.organisme, BODY_CHIP, without({ organisme: '' })),
    chip(query.du, `À partir du ${dayLabel(query.du)}`, without({ du: '' })),
    chip(query.au, `Jusqu’au ${dayLabel(query.au)}`, without({ au: '' })),
    chip(query.certifiante, 'Certifiantes', without({ certifiante: false })),
    chip(query.conventionnee, 'Conventionnées', without({ conventionnee: false })),
    chip(query.places, 'Avec des places', without({ places: false })),
    chip(query.reunion, 'Information collective à venir', without({ reunion: false })),
    chip(query.passees, 'Aussi sans session à venir', without({ passees: false })),
  ];
  return {
    chips: chips.filter((one) => one !== undefined),
    criteria: {
      words: withOneMinus(query.q),
      place,
      radius,
      department: department || undefined,
      domain: domain || undefined,
      level: query.niveau && Number(query.niveau),
      mode: query.modalite && modes[query.modalite],
      entry: query.entrees && entries[query.entrees],
      programmeId: programme?.id,
      publicCode: code || undefined,
      bodyId: query.organisme === '' ? undefined : Number(query.organisme),
      startsFrom: query.du === '' ? undefined : dayNumber(query.du),
      startsUntil: query.au === '' ? undefined : dayNumber(query.au),
      certifyingOnly: query.certifiante,
      conventionedOnly: query.conventionnee,
      placesOnly: query.places,
      meetingsOnly: query.reunion,
      pastToo: query.passees,
      sort: ({ date: 'date', pertinence: 'relevance', distance: 'distance' } as const)[sortOf(query)],
      page: query.page,
      perPage: PER_PAGE,
    },
  };
}

/** The orders that make sense for a search, the one that it takes unless asked otherwise first. */
export function sortsOf(query: SearchQuery): ('pertinence' | 'date' | 'distance')[] {
  return [
    ...(query.q === '' ? [] : (['pertinence'] as const)),
    'date',
    ...(parsePlace(query.lieu)?.kind === 'city' ? (['distance'] as const) : []),
  ];
}

/** The order in which results are shown. */
export function sortOf(query: SearchQuery): 'pertinence' | 'date' | 'distance' {
  const sorts = sortsOf(query);
  return sorts.find((one) => one === query.tri) ?? (sorts[0] as 'date');
}

/** The name of a public, else its code. */
export const publicLabel = (code: string, publics: Kept['publics']): string =>
  publics.find((one) => one.code === code)?.label ?? `Public ${code}`;

const TEXTS = [
  ...([
    'q',
    'lieu',
    'rayon',
    'departement',
    'domaine',
    'niveau',
    'modalite',
    'entrees',
    'programme',
  ] as const),
  ...(['public', 'organisme', 'du', 'au', 'tri'] as const),
];
const TICKS = ['certifiante', 'conventionnee', 'places', 'reunion', 'passees'] as const;

/** The address of a search, without what it leaves open. */
export function searchHref(query: SearchQuery): string {
  const parameters = new URLSearchParams();
  for (const name of TEXTS) if (query[name]) parameters.set(name, query[name]);
  for (const name of TICKS) if (query[name]) parameters.set(name, '1');
  if (query.page > 1) parameters.set('page', String(query.page));
  const text = parameters.toString();
  return text ? `${SEARCH}?${text}` : SEARCH;
}

const dayLabel = (day: string) => (day === '' ? '' : formatDay(parisMoment(day, '12:00')));
