import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSearch } from '#rafael/search/schemas.ts';
import { searchOffers } from '#rafael/search/service.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
  type ActionOptions,
  at,
  createFormacodes,
  createOffer,
  type OfferOptions,
  type SessionOptions,
} from '../../support/offers.ts';
import { createStructure } from '../../support/people.ts';
import { createProgramme } from '../../support/programmes.ts';

const NOW = '2027-02-10T09:00:00Z';
const TODAY = '2027-02-10';
const OFFERS = 120;

/** Whole numbers that look thrown, the same each time. */
function thrower(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

let database: TestDatabase;
/** What was made, with the number that each got. */
const made: (OfferOptions & { id: number })[] = [];
const programmes: number[] = [];
beforeAll(async () => {
  database = await createTestDatabase({ now: NOW });
  const { db } = database.dependencies;
  const now = new Date(NOW);
  const bodies = [
    await createStructure(db, { name: 'Institut Un', isTrainingBody: true }),
    await createStructure(db, { name: 'Institut Deux', isTrainingBody: true }),
  ];
  await createFormacodes(db, [
    ['22454', 'Maçonnerie', 'Bâtiment'],
    ['42752', 'Cuisine', 'Hôtellerie'],
    ['31054', 'Informatique', 'Numérique'],
  ]);
  for (const code of ['PRF', 'HSP'])
    programmes.push(await createProgramme(db, now, { code, label: `Programme ${code}` }));
  const thrown = thrower(7);
  for (let nth = 0; nth < OFFERS; nth += 1) {
    const options = offerOf(thrown, bodies);
    made.push({ ...options, id: await createOffer(db, now, options) });
  }
});
afterAll(() => database.drop());

const places: Pick<ActionOptions, 'city' | 'department' | 'position' | 'remote' | 'mode'>[] = [
  { city: 'Bordeaux', department: '33', mode: 0 },
  { city: 'Pessac', department: '33', mode: 1 },
  { city: 'Limoges', department: '87', mode: 0 },
  // Not one of the main towns: its own address says where it is, some 30 km from Bordeaux.
  { city: 'Petit-Hameau', department: '33', position: [44.6, -0.75], mode: 0 },
  { city: '', department: null, remote: true, mode: 2 },
];

function offerOf(thrown: (below: number) => number, bodies: number[]): OfferOptions {
  const pick = <T>(list: readonly T[]) => list[thrown(list.length)] as T;
  const session = (): SessionOptions => {
    const starts = pick([
      null,
      '2026-11-02',
      '2027-02-10',
      '2027-02-09',
      '2027-03-01',
      '2027-06-14',
      '2028-01-03',
    ]);
    const precision = starts ? pick(['day', 'day', 'month', 'year'] as const) : ('unknown' as const);
    const first = { day: starts, month: `${starts?.slice(0, 7)}-01`, year: `${starts?.slice(0, 4)}-01-01` };
    const capacity = pick([null, 0, 4, 12]);
    return {
      starts: precision === 'unknown' ? null : first[precision],
      ends: pick([null, '2027-01-31', '2028-12-31']),
      precision,
      recruiting: pick([1, 1, 1, 2, 3]),
      capacity,
      seatsHeld: capacity === null ? 0 : pick([0, capacity]),
      state: pick(['open', 'open', 'open', 'cancelled', 'archived'] as const),
      meetings: pick([
        [],
        [],
        [{ at: at('2027-02-01') }],
        [{ at: at('2027-02-20') }],
        [{ at: at('2027-02-20'), cancelled: true }],
      ]),
    };
  };
  return {
    structureId: pick(bodies),
    title: pick(['Maçon', 'Cuisinier en collectivité', 'Technicien réseau']),
    state: pick(['published', 'published', 'published', 'published', 'draft', 'archived'] as const),
    level: pick([null, 13, 14, 5, 15]),
    certifying: thrown(2) === 0,
    formacodes: pick([[], ['22454'], ['42752'], ['42752', '31054']]),
    actions: Array.from({ length: 1 + thrown(2) }, () => ({
      ...pick(places),
      entry: pick([null, 0, 0, 1]),
      conventioned: thrown(2) === 0,
      programmeId: pick([null, ...programmes]),
      publics: pick([[], ['80056'], ['80056', '80054']]),
      archived: thrown(8) === 0,
      sessions: Array.from({ length: thrown(4) }, session),
    })),
  };
}

/** The last day on which a session may begin. */
function startsBy({ starts, precision }: SessionOptions): string | null {
  if (!starts) return null;
  if (precision === 'year') return `${starts.slice(0, 4)}-12-31`;
  if (precision !== 'month') return starts;
  const [year, month] = starts.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

const FAR = '9999-12-31';
const isComing = (action: ActionOptions, session: SessionOptions) =>
  session.state === 'open' &&
  (session.ends ?? FAR) >= TODAY &&
  (action.entry === 1 || (startsBy(session) ?? FAR) >= TODAY);
const hasPlace = ({ recruiting, capacity, seatsHeld }: SessionOptions) =>
  recruiting === 1 && (capacity === null || capacity === undefined || (seatsHeld ?? 0) < capacity);
const hasMeeting = ({ meetings = [] }: SessionOptions) =>
  meetings.some((meeting) => !meeting.cancelled && meeting.at > new Date(NOW));

/** What each parameter asks for, told once more and as plainly as can be. */
type Rule = (offer: OfferOptions, action: ActionOptions, session: SessionOptions | undefined) => boolean;
const levels: Record<number, number> = { 13: 3, 14: 4, 5: 4, 15: 5 };
const inDates =
  (from: string, until: string): Rule =>
  (_offer, action, session) => {
    if (!session?.starts) return false;
    const first = session.starts > TODAY ? session.starts : TODAY;
    const last = action.entry === 1 ? (session.ends ?? FAR) : (startsBy(session) as string);
    return first <= until && last >= from;
  };
const near =
  (cities: string[]): Rule =>
  (_offer, { city }) =>
    cities.includes(city ?? '');
const rules: Record<string, Rule> = {
  'domaine=Hôtellerie': ({ formacodes }) => formacodes?.includes('42752') ?? false,
  'departement=33': (_offer, { department }) => department === '33',
  'niveau=4': ({ level }) => levels[level ?? 0] === 4,
  'modalite=distance': (_offer, { mode }) => mode === 2,
  'modalite=presence': (_offer, { mode }) => mode === 0,
  'entrees=permanentes': (_offer, { entry }) => entry === 1,
  'entrees=fixes': (_offer, { entry }) => entry === 0,
  'programme=HSP': (_offer, { programmeId }) => programmeId === programmes[1],
  'public=80054': (_offer, { publics }) => publics?.includes('80054') ?? false,
  'organisme=BODY': ({ structureId }) => structureId === made[0]?.structureId,
  'du=2027-03-15': inDates('2027-03-15', FAR),
  'au=2027-02-28': inDates('0000-01-01', '2027-02-28'),
  'certifiante=1': ({ certifying }) => certifying === true,
  'conventionnee=1': (_offer, { conventioned }) => conventioned === true,
  'places=1': (_offer, _action, session) => session !== undefined && hasPlace(session),
  'reunion=1': (_offer, _action, session) => session !== undefined && hasMeeting(session),
  'lieu=bordeaux': near(['Bordeaux']),
  'lieu=Bordeaux&rayon=10': near(['Bordeaux', 'Pessac']),
  'lieu=Bordeaux&rayon=50': near(['Bordeaux', 'Pessac', 'Petit-Hameau']),
  'lieu=gironde': (_offer, { department }) => department === '33',
  'lieu=à distance': (_offer, { remote }) => remote === true,
};

/** The formations that fulfil all rules by one session to come; or, `passees`, by an action that has none. */
function recount(applied: readonly Rule[], pastToo = false): number[] {
  return made
    .filter(({ state }) => state === 'published')
    .filter((offer) =>
      (offer.actions ?? []).some((action) => {
        if (action.archived) return false;
        const coming = (action.sessions ?? []).filter((session) => isComing(action, session));
        const candidates = coming.length > 0 ? coming : pastToo ? [undefined] : [];
        return candidates.some((session) => applied.every((rule) => rule(offer, action, session)));
      }),
    )
    .map(({ id }) => id);
}

const queryOf = (...parameters: string[]) =>
  readSearch(
    Object.fromEntries(
      new URLSearchParams(parameters.join('&').replace('BODY', String(made[0]?.structureId))),
    ),
  );

/** Every formation that a search finds, page by page. */
async function found(...parameters: string[]): Promise<number[]> {
  const ids: number[] = [];
  for (let page = 1; ; page += 1) {
    const query = { ...queryOf(...parameters), page };
    const outcome = await searchOffers(database.dependencies, query);
    ids.push(...outcome.offers.map(({ id }) => id));
    if (page >= outcome.pages) {
      expect(ids).toHaveLength(outcome.total);
      return ids.sort((one, other) => one - other);
    }
  }
}

test('without a filter, what is published and has a session to come', async () => {
  const all = await found();
  expect(all).toEqual(recount([]));
  expect(all.length).toBeGreaterThan(40);
  expect(all.length).toBeLessThan(made.length);
});

test.each(Object.keys(rules))('each filter alone: %s', async (parameter) => {
  const expected = recount([rules[parameter] as Rule]);
  expect(expected.length).toBeGreaterThan(0);
  expect(await found(parameter)).toEqual(expected);
  expect(await found(parameter, 'passees=1')).toEqual(recount([rules[parameter] as Rule], true));
});

test('each pair of filters', async () => {
  const names = Object.keys(rules);
  const nameOf = (parameter: string) => parameter.split('=')[0];
  let tried = 0;
  for (const [index, one] of names.entries()) {
    for (const other of names.slice(index + 1)) {
      if (nameOf(one) === nameOf(other)) continue;
      const query = queryOf(one, other);
      const { total } = await searchOffers(database.dependencies, query);
      expect([one, other, total]).toEqual([
        one,
        other,
        recount([rules[one] as Rule, rules[other] as Rule]).length,
      ]);
      tried += 1;
    }
  }
  expect(tried).toBeGreaterThan(150);
});

describe('what each value would leave', () => {
  /** The rules of each value of a select or a box, by what the form calls it. */
  const values: Record<string, Record<string, Rule>> = {
    domaine: Object.fromEntries(
      [
        ['Bâtiment', '22454'],
        ['Hôtellerie', '42752'],
        ['Numérique', '31054'],
      ].map(([domain = '', code = '']) => [
        domain,
        ({ formacodes = [] }: OfferOptions) => formacodes.includes(code),
      ]),
    ),
    departement: Object.fromEntries(
      ['33', '87'].map((code) => [
        code,
        (_offer: OfferOptions, { department }: ActionOptions) => department === code,
      ]),
    ),
    niveau: Object.fromEntries(
      ['3', '4', '5'].map((level) => [
        level,
        (offer: OfferOptions) => levels[offer.level ?? 0] === Number(level),
      ]),
    ),
    modalite: {
      presence: (_offer, { mode }) => mode === 0,
      mixte: (_offer, { mode }) => mode === 1,
      distance: (_offer, { mode }) => mode === 2,
    },
    entrees: { fixes: (_offer, { entry }) => entry === 0, permanentes: (_offer, { entry }) => entry === 1 },
    programme: {
      PRF: (_offer, { programmeId }) => programmeId === programmes[0],
      HSP: (_offer, { programmeId }) => programmeId === programmes[1],
    },
    public: Object.fromEntries(
      ['80056', '80054'].map((code) => [
        code,
        (_offer: OfferOptions, { publics = [] }: ActionOptions) => publics.includes(code),
      ]),
    ),
    certifiante: { 1: rules['certifiante=1'] as Rule },
    conventionnee: { 1: rules['conventionnee=1'] as Rule },
    places: { 1: rules['places=1'] as Rule },
    reunion: { 1: rules['reunion=1'] as Rule },
  };
  const countIn = (label: string) => Number(/\((\d+)\)$/.exec(label)?.[1]);

  test.each([
    [[]],
    [['niveau=4']],
    [['places=1']],
    [['departement=33', 'certifiante=1']],
    [['lieu=Bordeaux&rayon=50', 'entrees=fixes']],
    [['programme=HSP', 'reunion=1', 'domaine=Hôtellerie']],
  ])('the other filters as they are: %j', async (parameters) => {
    const { form } = await searchOffers(database.dependencies, queryOf(...parameters));
    const shown = Object.fromEntries([
      ...form.selects.map(({ name, choices }) => [
        name,
        Object.fromEntries(choices.map(({ value, label }) => [value, countIn(label)])),
      ]),
      ...form.ticks.map(({ name, label }) => [name, { 1: countIn(label) }]),
    ]);
    for (const [name, byValue] of Object.entries(values)) {
      const others = parameters
        .filter((parameter) => parameter.split('=')[0] !== name)
        .map((parameter) => rules[parameter] as Rule);
      for (const [value, rule] of Object.entries(byValue)) {
        const count = recount([...others, rule]).length;
        expect([name, value, shown[name]?.[value] ?? 0]).toEqual([name, value, count]);
      }
    }
  });
});
