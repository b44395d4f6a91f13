import { describe, expect, test } from 'vitest';
import { type ElementShape, shapeOf } from '#rafael/lheo/shape/shape.ts';
import { childOf, element, elementsOf, type LheoElement, withChildren } from '#rafael/lheo/tree.ts';
import {
  fileOf,
  hasLheoSchema,
  readAll,
  rejects,
  sampleValue,
  schemaFaults,
  smallest,
  waysFromFormation,
} from '../../support/lheo.ts';

/** A formation with one fault, or with something that may look like one. */
interface Mutation {
  what: string;
  formation: LheoElement;
}

/** The smallest formation with an element at the end of a way, as `change` makes it, within its parent. */
function formationWith(way: readonly string[], change: (parent: LheoElement) => LheoElement): LheoElement {
  const [name = '', next] = way;
  const tree = smallest(name, 'A1');
  if (next === undefined) throw new Error('a way has a parent');
  if (way.length === 2)
    return change(childOf(tree, next) ? tree : withChildren(tree, next, [smallest(next)]));
  const below = formationWithin(way.slice(1), change);
  const others = elementsOf(tree).filter((child) => child.name === next);
  return withChildren(tree, next, [below, ...others.slice(1)]);
}
const formationWithin = formationWith;

/** Every change of one element: what is around it, and what it holds. */
function mutationsOf(way: readonly string[]): Mutation[] {
  const name = way.at(-1) ?? '';
  const parentShape = shapeOf(way.at(-2) ?? '');
  const shape = shapeOf(name);
  const place = parentShape.children?.find((child) => child.name === name);
  const max = place?.max ?? 0;
  const mutations: Mutation[] = [];
  const add = (what: string, change: (parent: LheoElement) => LheoElement) =>
    mutations.push({ what: `${way.slice(-2).join('/')}: ${what}`, formation: formationWith(way, change) });
  const self = (what: string, change: (tree: LheoElement) => LheoElement) =>
    add(what, (parent) =>
      mapChildren(parent, (child, at, all) =>
        child.name === name && all.findIndex((one) => one.name === name) === at ? change(child) : child,
      ),
    );
  add('as it is', (parent) => parent);
  add('dropped', (parent) => withChildren(parent, name, []));
  if (Number.isFinite(max)) {
    add('once too often', (parent) =>
      withChildren(
        parent,
        name,
        Array.from({ length: max + 1 }, () => smallest(name)),
      ),
    );
    add('as often as may be', (parent) =>
      withChildren(
        parent,
        name,
        Array.from({ length: max }, () => smallest(name)),
      ),
    );
  }
  add('first', (parent) => ({ ...parent, children: moved(elementsOf(parent), name, 'first') }));
  add('last', (parent) => ({ ...parent, children: moved(elementsOf(parent), name, 'last') }));
  add('beside an unknown one', (parent) => ({
    ...parent,
    children: [...elementsOf(parent), element('inconnu', 'x')],
  }));
  self('an unknown attribute', (tree) => ({ ...tree, attributes: { ...tree.attributes, couleur: 'bleu' } }));
  self('a date that is none', (tree) => ({
    ...tree,
    attributes: { ...tree.attributes, 'horodatage-creation': '2027-02-31T00:00:00' },
  }));
  self('an id that is none', (tree) => ({ ...tree, attributes: { ...tree.attributes, id: '1a' } }));
  self('every attribute', (tree) => ({
    ...tree,
    attributes: {
      ...tree.attributes,
      id: 'a',
      info: '',
      'horodatage-modification': '2027-01-31T09:30:00.5+02:00',
      uri: 'urn:x',
    },
  }));
  if (shape.value) for (const [what, text] of textsFor(shape)) self(what, (tree) => ({ ...tree, text }));
  else if (!shape.isAny) {
    self('a text in it', (tree) => ({ ...tree, children: ['texte', ...elementsOf(tree)] }));
    self('nothing in it', (tree) => ({ ...tree, children: [] }));
  }
  if (shape.value) self('an element in it', (tree) => ({ name: tree.name, children: [element('nom', 'x')] }));
  return mutations;
}

function mapChildren(
  parent: LheoElement,
  change: (child: LheoElement, at: number, all: LheoElement[]) => LheoElement,
): LheoElement {
  const all = elementsOf(parent);
  return { ...parent, children: all.map((child, at) => change(child, at, all)) };
}

function moved(children: LheoElement[], name: string, to: 'first' | 'last'): LheoElement[] {
  const those = children.filter((child) => child.name === name);
  const others = children.filter((child) => child.name !== name);
  return to === 'first' ? [...those, ...others] : [...others, ...those];
}

function textsFor({ name, value }: ElementShape): [what: string, text: string][] {
  if (!value) return [];
  const good = sampleValue(name, value);
  const texts: [string, string][] = [
    ['empty', ''],
    ['blank', '  '],
    ['with spaces around', ` ${good} `],
  ];
  if (value.kind === 'text') {
    texts.push(['as long as may be', '😀'.repeat(value.max)], ['too long', 'a'.repeat(value.max + 1)]);
    if (value.min > 1) texts.push(['too short', 'a'.repeat(value.min - 1)]);
  } else if (value.kind === 'integer')
    texts.push(
      ['no number', 'x'],
      ['negative', '-1'],
      ['large', '100000'],
      ['with a sign', '+7'],
      ['a fraction', '1.5'],
    );
  else if (value.kind === 'date') {
    texts.push(
      ['no day', '20270231'],
      ['no month', '20271301'],
      ['short', '2027'],
      ['dashes', '2027-01-01'],
      ['unknown', '00000000'],
    );
  } else texts.push(['no code', 'zz'], ['code with a zero', '01']);
  return texts;
}

/** What we refuse and the schema takes: it knows neither calendars, bounds of numbers, keys of SIRET, nor owners. */
const STRICTER = new Set(['E22', 'E23', 'E24', 'E25', 'E31', 'E33']);

describe.skipIf(!hasLheoSchema)('a formation is judged as the schema judges it', () => {
  test('every change of every element', async () => {
    const mutations = [...waysFromFormation().values()].filter((way) => way.length > 1).flatMap(mutationsOf);
    expect(mutations.length).toBeGreaterThan(1500);
    const files = mutations.map(({ formation }) => fileOf(formation));
    const bySchema = await schemaFaults(files);
    const otherwise: string[] = [];
    const stricter = new Set<string>();
    for (const [index, { what }] of mutations.entries()) {
      const [read] = await readAll(files[index] ?? '');
      const codes = rejects(read?.issues ?? []);
      const isValid = bySchema[index]?.length === 0;
      const dropsEmpty = read?.issues.some(({ code }) => code === 'W45');
      if (isValid && codes.length > 0 && codes.every((code) => STRICTER.has(code))) {
        for (const code of codes) stricter.add(code);
      } else if (!isValid && codes.length === 0 && dropsEmpty) stricter.add('W45');
      else if (isValid !== (codes.length === 0)) otherwise.push(`${what}: ${codes} / ${bySchema[index]}`);
    }
    expect(otherwise).toEqual([]);
    // Each exception is one that happens, or it need not be named.
    expect([...stricter].sort()).toEqual(['E22', 'E23', 'E24', 'E25', 'W45']);
  }, 120_000);
});

const formation = smallest('formation');

test('a hundred faults of a formation are told, and warnings do not take their place', async () => {
  const action = childOf(formation, 'action') as LheoElement;
  const many = withChildren(formation, 'action', [
    ...Array.from({ length: 150 }, () =>
      withChildren(action, 'modalites-alternance', [element('modalites-alternance', '-')]),
    ),
    ...Array.from({ length: 150 }, () => withChildren(action, 'rythme-formation', [])),
  ]);
  const codes = (await issuesOf(many))?.map((one) => one.split(' ')[0]);
  expect(codes).toEqual([...Array(100).fill('W42'), ...Array(100).fill('E12')]);
});

const inSession = (change: (session: LheoElement) => LheoElement): LheoElement => {
  const action = childOf(formation, 'action') as LheoElement;
  const session = childOf(action, 'session') as LheoElement;
  return withChildren(formation, 'action', [withChildren(action, 'session', [change(session)])]);
};
const period = (start: string, end: string) =>
  element('periode', [element('debut', start), element('fin', end)]);
const issuesOf = async (tree: LheoElement, today?: string) =>
  (await readAll(fileOf(tree), undefined, today))[0]?.issues.map(({ code, path }) => `${code} ${path}`);

test.each([
  ['20270104', '20270103', true],
  ['20270104', '20270104', false],
  ['20270100', '20270100', false],
  ['20270200', '20270131', true],
  ['20270000', '20270101', false],
  ['20280000', '20270000', true],
  ['00000000', '20270101', false],
  ['20270104', '99999999', false],
])('a period from %s to %s is refused: %s', async (start, end, isRefused) => {
  expect(
    await issuesOf(inSession((session) => withChildren(session, 'periode', [period(start, end)]))),
  ).toEqual(isRefused ? ['E33 formation[1]/action[1]/session[1]/periode'] : []);
});

test.each(['formation', 'action', 'session'])('a %s without a number is refused', async (name) => {
  const without = (tree: LheoElement): LheoElement => ({
    ...tree,
    ...(tree.name === name ? { attributes: { numero: ' ' } } : {}),
    ...(tree.children ? { children: elementsOf(tree).map(without) } : {}),
  });
  expect((await issuesOf(without(formation)))?.map((one) => one.split(' ')[0])).toEqual(['E31']);
});

test('a session that is past and still open is noted, and no other', async () => {
  const past = inSession((session) => withChildren(session, 'periode', [period('20250101', '20250201')]));
  expect(await issuesOf(past, '2025-02-02')).toEqual(['W46 formation[1]/action[1]/session[1]']);
  expect(await issuesOf(past, '2025-02-01')).toEqual([]);
  const closed = inSession((session) =>
    withChildren(withChildren(session, 'periode', [period('20250101', '20250201')]), 'etat-recrutement', [
      element('etat-recrutement', '2'),
    ]),
  );
  expect(await issuesOf(closed, '2025-02-02')).toEqual([]);
});

test.each([
  ['-', 'W42'],
  [' – ', 'W42'],
  ['<p>Un &amp; deux</p>', 'W44'],
  ['Moins de 3 < plus de 2', undefined],
])('the compulsory text « %s » is noted as %s', async (text, code) => {
  const tree = withChildren(formation, 'objectif-formation', [element('objectif-formation', text)]);
  expect(await issuesOf(tree)).toEqual(code ? [`${code} formation[1]/objectif-formation`] : []);
});

test('an empty optional value is left aside, and noted', async () => {
  const tree = withChildren(formation, 'code-niveau-sortie', [element('code-niveau-sortie', '')]);
  const [read] = await readAll(fileOf(tree));
  expect(read?.issues.map(({ code }) => code)).toEqual(['W45']);
  expect(read?.tree).toEqual(formation);
});

test('a region that is no more is noted, and kept', async () => {
  const tree = inSession((session) => {
    const address = element('adresse', [...elementsOf(smallest('adresse')), element('region', '72')]);
    return withChildren(session, 'adresse-inscription', [element('adresse-inscription', [address])]);
  });
  expect(await issuesOf(tree)).toEqual([
    'W43 formation[1]/action[1]/session[1]/adresse-inscription/adresse/region',
  ]);
});

test('every fault of a formation is told, with its line, its place and what stands there', async () => {
  const file = fileOf(smallest('formation', 'A'), smallest('formation', 'B')).replace(
    /(numero="B".*?)<certifiante>1<\/certifiante>/s,
    '$1\n  <certifiante>oui, certainement, et pour longtemps, comme chacun le sait bien ici</certifiante>',
  );
  const [, second] = await readAll(file);
  expect(second?.issues).toEqual([
    {
      code: 'E21',
      severity: 'reject',
      line: 5,
      column: 3,
      path: 'formation[2]/certifiante',
      message: 'Les codes possibles sont 0, 1.',
      value: 'oui, certainement, et pour longtemps, comme chacun le sait …',
    },
  ]);
});
