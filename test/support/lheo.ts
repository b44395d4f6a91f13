import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { validateXML } from 'xmllint-wasm';
import type { LheoIssue } from '#rafael/lheo/issues.ts';
import { type ReadFormation, readLheo } from '#rafael/lheo/reading/reader.ts';
import { type ElementShape, shapeOf, type ValueShape } from '#rafael/lheo/shape/shape.ts';
import { element, type LheoElement } from '#rafael/lheo/tree.ts';
import { LHEO_CLOSING, lheoOpening, writeElement } from '#rafael/lheo/writer.ts';
import { projectPath } from './process.ts';

const SCHEMA = projectPath('..', 'shared', 'data', 'lheo-2.3.xsd');

/** Whether the schema of LHÉO 2.3 is beside the project; without it files are only read. */
export const hasLheoSchema = existsSync(SCHEMA);
if (!hasLheoSchema)
  console.warn('Absent: ../shared/data/lheo-2.3.xsd. Files of LHÉO are not compared with it.');

/** The schema, as text. */
export const lheoSchema = (): string => readFileSync(SCHEMA, 'utf8');

/** What the schema has against each file, in their order. */
export async function schemaFaults(files: readonly string[]): Promise<string[][]> {
  const faults: string[][] = files.map(() => []);
  const { errors } = await validateXML({
    xml: files.map((contents, index) => ({ fileName: `${index}.xml`, contents })),
    schema: lheoSchema(),
    initialMemoryPages: 1024,
    maxMemoryPages: 16_384,
  });
  for (const { loc, message } of errors) faults[Number(loc?.fileName.split('.')[0])]?.push(message);
  return faults;
}

/** A file of these formations. */
export const fileOf = (...formations: readonly LheoElement[]): string =>
  lheoOpening(new Date('2027-01-31T09:30:00Z')) +
  formations.map((one) => writeElement(one)).join('\n') +
  LHEO_CLOSING;

/** What is read of a file. @param size of the pieces that it comes in, in bytes */
export async function readAll(
  file: string | Uint8Array,
  size = 65_536,
  today?: string,
): Promise<ReadFormation[]> {
  const bytes = Buffer.from(file);
  const pieces = function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const formations: ReadFormation[] = [];
  for await (const one of readLheo(pieces(), today ? { today } : {}))
    if (one.kind === 'formation') formations.push(one);
  return formations;
}

/** The codes of issues for which a formation is not taken. */
export const rejects = (issues: readonly LheoIssue[]): string[] =>
  issues.filter(({ severity }) => severity === 'reject').map(({ code }) => code);

const NUMBERED = new Set(['formation', 'action', 'session']);
const VALUES: Readonly<Record<string, string>> = {
  SIRET: '32922456200234',
  debut: '20270104',
  fin: '20270630',
  'heure-debut': '9h',
  'heure-fin': '17h30',
  region: '75',
};

/** A value that an element may have. */
export function sampleValue(name: string, value: ValueShape): string {
  const known = VALUES[name];
  if (known) return known;
  switch (value.kind) {
    case 'text':
      return 'a'.repeat(Math.max(value.min, Math.min(3, value.max)));
    case 'integer':
      return '7';
    case 'date':
      return '20270315';
    case 'code':
      return '1';
  }
}

/** The smallest valid element of that name. @param number of a formation, of which its actions and sessions have theirs */
export function smallest(name: string, number = 'A1'): LheoElement {
  const shape = shapeOf(name);
  const attributes = NUMBERED.has(name) ? { numero: number } : undefined;
  if (shape.value) return element(name, sampleValue(name, shape.value), attributes);
  const children = (shape.children ?? []).flatMap((child) =>
    Array.from({ length: child.min }, () => smallest(child.name, `${number}-1`)),
  );
  return element(name, children, attributes);
}

/** The shortest way from a formation to each element that it may hold, as names. */
export function waysFromFormation(): Map<string, string[]> {
  const ways = new Map<string, string[]>([['formation', ['formation']]]);
  for (const [name, way] of ways) {
    for (const child of shapeOf(name).children ?? []) {
      if (!ways.has(child.name)) ways.set(child.name, [...way, child.name]);
    }
  }
  return ways;
}

const LETTERS = fc.string({ unit: fc.constantFrom(...'abcé’ <&>"\n\tœ漢😀\r-') });
const INFO = fc.option(fc.constantFrom('eligibilite-cpf', '<&">\n', 'x'), { nil: undefined, freq: 6 });

function valueArbitrary(name: string, value: ValueShape): fc.Arbitrary<string> {
  if (name in VALUES) return fc.constant(VALUES[name] as string);
  switch (value.kind) {
    case 'text': {
      const [min, max] = [value.min, Math.min(value.max, Math.max(value.min, 30))];
      return fc.string({
        unit: fc.constantFrom(...'abcé’ <&>"\n\tœ漢😀\r-'),
        minLength: min,
        maxLength: max,
      });
    }
    case 'integer':
      return fc.integer({ min: value.min, max: value.max }).map(String);
    case 'date':
      return fc.constantFrom('20270315', '20270300', '20270000', '00000000', '99999999', '20280229');
    case 'code':
      return fc.constantFrom('1');
  }
}

const foreign: fc.Arbitrary<LheoElement> = fc.letrec<{ node: LheoElement; any: (LheoElement | string)[] }>(
  (tie) => ({
    any: fc
      .array(
        fc.oneof(
          { maxDepth: 2 },
          LETTERS.filter((text) => text !== ''),
          tie('node'),
        ),
        { maxLength: 3 },
      )
      // Two texts side by side are one.
      .map((children) =>
        children.filter((child, at) => typeof child !== 'string' || typeof children[at - 1] !== 'string'),
      ),
    node: tie('any').map((children) => ({
      name: 'x:note',
      attributes: { 'xmlns:x': 'urn:x', 'a-b': '<">' },
      children,
    })),
  }),
).node;

/** Any valid element of that name, not large. */
export function anyOf(name: string, number = 'N', depth = 0): fc.Arbitrary<LheoElement> {
  const shape: ElementShape = shapeOf(name);
  const attributes = (info: string | undefined) => ({
    ...(NUMBERED.has(name) ? { numero: number } : {}),
    ...(info === undefined ? {} : { info }),
  });
  const made = (content: string | LheoElement[], info: string | undefined) =>
    element(name, content, attributes(info));
  if (shape.value)
    return fc.tuple(valueArbitrary(name, shape.value), INFO).map(([text, info]) => made(text, info));
  if (shape.isAny) {
    return fc.tuple(fc.option(foreign, { nil: undefined }), LETTERS, INFO).map(([node, text, info]) => ({
      ...made([], info),
      children: [...(node ? [inner(node)] : []), ...(text ? [text] : [])],
    }));
  }
  return fc
    .tuple(
      fc.tuple(
        ...(shape.children ?? []).map((child) => {
          const most = Math.min(
            child.max,
            child.min + (depth < 5 && child.name !== 'extras' ? 2 : depth < 3 ? 1 : 0),
          );
          const one = fc.nat({ max: 3 }).chain((seed) =>
            seed === 0 || child.min > 0
              ? fc.array(anyOf(child.name, `${number}.${child.name}`, depth + 1), {
                  minLength: child.min,
                  maxLength: Math.max(child.min, most),
                })
              : fc.constant<LheoElement[]>([]),
          );
          return one.map((some) => some.map((child, at) => numbered(child, `${number}-${at + 1}`)));
        }),
      ),
      INFO,
    )
    .map(([children, info]) => made(children.flat(), info));
}

const numbered = (tree: LheoElement, number: string): LheoElement =>
  NUMBERED.has(tree.name) ? { ...tree, attributes: { ...tree.attributes, numero: number } } : tree;

/** A prefix that is declared around needs no declaration of its own, and has none once it was read. */
function inner(tree: LheoElement, isDeclared = false): LheoElement {
  const { 'xmlns:x': _, ...others } = tree.attributes ?? {};
  return {
    ...tree,
    attributes: isDeclared ? others : { 'xmlns:x': 'urn:x', ...others },
    children: (tree.children ?? []).map((child) => (typeof child === 'string' ? child : inner(child, true))),
  };
}
