import { type Chip, chip } from '#platform/finding/chips.ts';
import { parsePlace, placeLabel } from '#platform/finding/places.ts';
import { withOneMinus } from '#platform/finding/words.ts';
import { formatDay, parisMoment } from '#platform/french/time.ts';
import type { FilterLists, Option } from '../repository.ts';
import { modalities, type SearchQuery } from '../schemas.ts';
import type { Criteria } from './criteria.ts';

/** The chip of a provider, until its name is read with the results. */
export const PROVIDER_CHIP = 'Organisme';

/** Cards on one page of results. */
export const PER_PAGE = 12;

/** A search made out: what to look for, and how the page shows what it looks for. */
export interface Search {
  criteria: Criteria;
  /** Filters in use, the sort and the page aside. */
  chips: Chip[];
  /** Whether a filter of « Recherche avancée » is in use. */
  isAdvanced: boolean;
}

/**
 * Makes out a search: a theme or kind that does not exist, or a place without a letter, is left out.
 * @param query as the address has it
 */
export function understandSearch(query: SearchQuery, lists: FilterLists): Search {
  const theme = find(lists.themes, query.theme);
  const kind = find(lists.kinds, query.type);
  const place = parsePlace(query.lieu);
  const modality = query.modalite && modalities[query.modalite];
  const radius = place?.kind === 'city' && query.rayon ? Number(query.rayon) : undefined;
  const without = (changes: Partial<SearchQuery>) => searchHref({ ...query, ...changes, page: 1 });
  const chips: (Chip | undefined)[] = [
    chip(query.q, `« ${query.q} »`, without({ q: '' })),
    chip(place, placeLabel(query.lieu, place, radius), without({ lieu: '', rayon: undefined })),
    chip(theme, theme?.label, without({ theme: '' })),
    chip(kind, kind?.label, without({ type: '' })),
    chip(modality, modality?.label, without({ modalite: undefined })),
    chip(
      query.acces,
      query.acces === 'reserve' ? 'Réservé aux adhérents' : 'Ouvert à tous',
      without({ acces: undefined }),
    ),
    chip(query.organisme, PROVIDER_CHIP, without({ organisme: '' })),
    chip(query.du, `À partir du ${dayLabel(query.du)}`, without({ du: '' })),
    chip(query.au, `Jusqu’au ${dayLabel(query.au)}`, without({ au: '' })),
    chip(query.places, 'Places disponibles', without({ places: false })),
    chip(query.passees, 'Aussi sans date à venir', without({ passees: false })),
  ];
  return {
    chips: chips.filter((one) => one !== undefined),
    isAdvanced: Boolean(
      kind ||
        modality ||
        radius ||
        query.acces ||
        query.organisme ||
        query.du ||
        query.au ||
        query.places ||
        query.passees,
    ),
    criteria: {
      words: withOneMinus(query.q),
      place,
      radius,
      themeId: theme?.id,
      kindId: kind?.id,
      modality: modality?.code,
      reserved: query.acces && query.acces === 'reserve',
      providerId: query.organisme === '' ? undefined : Number(query.organisme),
      startsFrom: query.du === '' ? undefined : parisMoment(query.du, '00:00'),
      startsBefore:
        query.au === ''
          ? undefined
          : parisMoment(Temporal.PlainDate.from(query.au).add({ days: 1 }), '00:00'),
      seatsOnly: query.places,
      pastToo: query.passees,
      sort: sortOf(query) === 'pertinence' ? 'relevance' : 'date',
      page: query.page,
      perPage: PER_PAGE,
    },
  };
}

/** The order in which results are shown: by relevance where there are words, unless asked otherwise. */
export function sortOf(query: SearchQuery): 'date' | 'pertinence' {
  return query.q === '' ? 'date' : (query.tri ?? 'pertinence');
}

const TEXTS = [
  'q',
  'lieu',
  'rayon',
  'theme',
  'type',
  'modalite',
  'acces',
  'organisme',
  'du',
  'au',
  'tri',
] as const;

/**
 * The address of a search, without what it leaves open.
 * @param path of the page or of another form of the results (RSS, calendar)
 */
export function searchHref(query: SearchQuery, path = '/parcourspro/actions'): string {
  const parameters = new URLSearchParams();
  for (const name of TEXTS) if (query[name]) parameters.set(name, query[name]);
  for (const name of ['places', 'passees'] as const) if (query[name]) parameters.set(name, '1');
  if (query.page > 1) parameters.set('page', String(query.page));
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

function find<O extends Option>(options: O[], code: string): O | undefined {
  return options.find((option) => option.code === code);
}

const dayLabel = (day: string) => (day === '' ? '' : formatDay(parisMoment(day, '12:00')));
