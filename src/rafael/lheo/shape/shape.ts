import { containerLines } from './containers.ts';
import { type DictionaryName, dictionaries } from './dictionaries.ts';
import { leafLines } from './leaves.ts';

/** A child that an element may have, at its place in the order. */
export interface ChildShape {
  name: string;
  min: number;
  /** `Infinity` for without end. */
  max: number;
}

/** What the text of a leaf may be. */
export type ValueShape =
  | { kind: 'text'; min: number; max: number }
  | { kind: 'integer'; min: number; max: number }
  | { kind: 'code'; dictionary: DictionaryName }
  | { kind: 'date' };

/** One element of LHÉO 2.3. */
export interface ElementShape {
  name: string;
  /** 1 compulsory, 2 optional, 3 extra, as its definition ranks it. */
  circle?: 1 | 2 | 3;
  /** In order; for `extras` in any order. Absent for a leaf. */
  children?: readonly ChildShape[];
  /** The place of each child in that order. */
  places?: ReadonlyMap<string, number>;
  /** The places of the children that must be there. */
  required?: readonly number[];
  /** Whether children may come in any order, as in `extras`. */
  isChoice?: true;
  /** Whether anything may stand in it, as in `extra`. */
  isAny?: true;
  value?: ValueShape;
}

/** What begins the name of every element: its namespace. */
export const LHEO_2_3 = 'http://lheo.gouv.fr/2.3';
export const LHEO_2_2 = 'http://www.lheo.org/2.2';

/** The attributes that any element may bear, in the order in which they are written. */
const COMMON = [
  'numero',
  'info',
  'ref',
  'id',
  'idref',
  'tag',
  'horodatage-creation',
  'horodatage-modification',
  'horodatage-export',
  'uri',
];
const DATED = new Set([
  'lheo',
  'formation',
  'action',
  'session',
  'lheo-index',
  'resume-offre',
  'resume-organisme',
]);
const LINKED = new Set(['formation', 'organisme-formation-responsable', 'resume-offre', 'resume-organisme']);

const withDates = [...COMMON, 'datecrea', 'datemaj'];
const withLinks = [...COMMON, 'href', 'file'];
const withBoth = [...withDates, 'href', 'file'];

/** The attributes that an element may bear, in the order in which they are written. */
export function attributesOf(name: string): readonly string[] {
  if (DATED.has(name)) return LINKED.has(name) ? withBoth : withDates;
  return LINKED.has(name) ? withLinks : COMMON;
}

function childOfWord(word: string): ChildShape {
  const [, name = '', min = '1', max = '1'] = /^([\w-]+)(?:\[(\d),(\d+|n)\])?$/.exec(word) ?? [];
  if (!name) throw new Error(`no child of LHÉO: ${word}`);
  return Object.freeze({ name, min: Number(min), max: max === 'n' ? Number.POSITIVE_INFINITY : Number(max) });
}

function childrenOfWords(words: string): Required<Pick<ElementShape, 'children' | 'places' | 'required'>> {
  const children = Object.freeze(words.split(' ').map(childOfWord));
  return {
    children,
    places: new Map(children.map(({ name }, place) => [name, place])),
    required: Object.freeze(children.flatMap(({ min }, place) => (min > 0 ? [place] : []))),
  };
}

function valueOfWords(words: string): ValueShape {
  const [kind = '', bounds = ''] = words.split(' ');
  const [min = 0, max = 0] = bounds.split('-').map(Number);
  if (kind === 'text') return { kind, min, max };
  if (kind === 'int') return { kind: 'integer', min, max };
  if (kind === 'date') return { kind };
  if (!(kind in dictionaries)) throw new Error(`no value of LHÉO: ${words}`);
  return { kind: 'code', dictionary: kind as DictionaryName };
}

/** Every element of LHÉO 2.3, by its name. */
export const shapes: ReadonlyMap<string, ElementShape> = new Map<string, ElementShape>([
  ...Object.entries(containerLines).map(([name, { circle, children }]): [string, ElementShape] => [
    name,
    Object.freeze({
      name,
      ...(circle ? { circle } : {}),
      ...childrenOfWords(children),
    }),
  ]),
  ...Object.entries(leafLines).map(([name, { circle, value }]): [string, ElementShape] => [
    name,
    Object.freeze({ name, ...(circle ? { circle } : {}), value: Object.freeze(valueOfWords(value)) }),
  ]),
  [
    'extras',
    Object.freeze({
      name: 'extras',
      circle: 3,
      isChoice: true,
      ...childrenOfWords('extras[0,n] extra[0,n]'),
    }),
  ],
  ['extra', Object.freeze({ name: 'extra', circle: 3, isAny: true })],
]);

/** @throws Error for a name that LHÉO does not have */
export function shapeOf(name: string): ElementShape {
  const shape = shapes.get(name);
  if (!shape) throw new Error(`LHÉO has no element ${name}`);
  return shape;
}
