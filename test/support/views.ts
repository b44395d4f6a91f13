import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ejs from 'ejs';
import { parseAst } from 'vitest/node';
import { setUpViews } from '#platform/web/views/views.ts';
import { projectPath } from './process.ts';

/** A node of a syntax tree (ESTree), as far as names go. */
interface Node {
  type: string;
  [part: string]: unknown;
}

/** The names that a view looks up beyond its own: those that it cannot do without, and those that it asks `locals` for. */
interface Names {
  needs: Set<string>;
  may: Set<string>;
  /** What else is in it: by path, with the names that it is given there; undefined where those are not written out. */
  includes: { view: string; given: readonly string[] | undefined }[];
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

const named = (node: unknown, name: string) =>
  isNode(node) && node.type === 'Identifier' && node.name === name;

/** Every node within one, itself first. */
function* nodesIn(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const one of value) yield* nodesIn(one);
  if (!isNode(value)) return;
  yield value;
  for (const part of Object.values(value)) yield* nodesIn(part);
}

/** The names that a pattern binds: `a` and `c` of `{ a, b: [c] }`. */
function boundBy(pattern: unknown): string[] {
  if (Array.isArray(pattern)) return pattern.flatMap(boundBy);
  if (!isNode(pattern)) return [];
  const { type, name, id, left, argument, elements, properties, value, declarations } = pattern;
  if (type === 'Identifier') return [String(name)];
  return [declarations, id, left, argument, elements, properties, value].flatMap(boundBy);
}

/** The names that a node binds for what is within it. */
function boundIn({ type, body, left, init, params }: Node): string[] {
  if (type === 'Program' || type === 'BlockStatement')
    return (body as Node[]).filter((one) => one.type === 'VariableDeclaration').flatMap(boundBy);
  if (type.startsWith('For'))
    return [left, init].filter((one) => isNode(one) && one.type.endsWith('Declaration')).flatMap(boundBy);
  return boundBy(params);
}

/** `x` of `a.x` and of `{ x: … }` is no name that is looked up. */
const isLabel = ({ type, computed }: Node, part: string) =>
  computed !== true &&
  ((type === 'MemberExpression' && part === 'property') || (type === 'Property' && part === 'key'));

/** The names that a node looks up beyond those bound around it. */
function* lookedUp(node: unknown, bound: ReadonlySet<string> = new Set()): Generator<string> {
  if (Array.isArray(node)) for (const one of node) yield* lookedUp(one, bound);
  if (!isNode(node)) return;
  if (node.type === 'Identifier' && !bound.has(String(node.name))) yield String(node.name);
  const within = bound.union(new Set(boundIn(node)));
  for (const [part, value] of Object.entries(node)) if (!isLabel(node, part)) yield* lookedUp(value, within);
}

/** What the source of a view looks up. @param from its path in `views/`, for what it includes */
export function namesIn(from: string, text: string): Names {
  const template = new ejs.Template(text, { filename: from }) as unknown as {
    source: string;
    generateSource(): void;
  };
  template.generateSource();
  const tree = parseAst(template.source);
  const nodes = [...nodesIn(tree)];
  const may = new Set(
    nodes
      .filter(
        ({ type, computed, object }) =>
          type === 'MemberExpression' && computed !== true && named(object, 'locals'),
      )
      .map(({ property }) => String((property as Node).name)),
  );
  const includes = nodes
    .filter(({ type, callee }) => type === 'CallExpression' && named(callee, 'include'))
    .map(({ arguments: given }) => given as [to: Node, given?: Node])
    .filter(([to]) => to.type === 'Literal')
    .map(([to, given]) => ({ view: resolved(from, String(to.value)), given: given ? keysOf(given) : [] }));
  // A name that is asked for anywhere is looked up only where it is there.
  return { needs: new Set(lookedUp(tree)).difference(may), may, includes };
}

const resolved = (from: string, to: string) =>
  to.startsWith('/') ? to.slice(1) : path.join(path.dirname(from), to);

/** The names of an object that is written out; undefined where some come from elsewhere. */
function keysOf(node: Node): string[] | undefined {
  const properties =
    node.type === 'ObjectExpression' ? (node.properties as Node[]) : [{ type: 'SpreadElement' }];
  if (properties.some(({ type }) => type !== 'Property')) return undefined;
  return properties.map(({ key }) => String((key as Node).name ?? (key as Node).value));
}

/** What every page may look up: of the language, of EJS, of the application, and what goes before each request. */
function everywhere(): Set<string> {
  const app = { locals: {}, set() {}, engine() {}, get() {} };
  setUpViews(app as never, { url: String } as never, {});
  const sources = globSync('**/*.ts', { cwd: projectPath('src') }).map((file) =>
    readFileSync(projectPath('src', file), 'utf8'),
  );
  const given = sources.flatMap((source) => [
    ...[...source.matchAll(/\bres\.locals\.(\w+) = /g)].map(([, name = '']) => name),
    ...(/\bsetUpViews\(app, assets, \{([^}]*)\}/.exec(source)?.[1]?.match(/\w+/g) ?? []),
  ]);
  const ofEjs = ['__append', '__line', 'escapeFn', 'include', 'locals'];
  return new Set([...Object.getOwnPropertyNames(globalThis), ...ofEjs, ...Object.keys(app.locals), ...given]);
}

/** Every view by its name. */
export function readViews(): Map<string, Names> {
  const files = globSync('**/*.ejs', { cwd: projectPath('views') }).sort();
  return new Map(
    files.map((file) => {
      const name = file.slice(0, -4);
      return [name, namesIn(name, readFileSync(projectPath('views', file), 'utf8'))];
    }),
  );
}

/** Those that are a page: neither a part of one, nor what surrounds it, nor an e-mail. */
export function pagesOf(views: ReadonlyMap<string, Names>): string[] {
  const included = new Set([...views.values()].flatMap(({ includes }) => includes.map(({ view }) => view)));
  return [...views.keys()].filter(
    (name) => !included.has(name) && !/^(layouts|partials)\/|^mail\/message/.test(name),
  );
}

/** `views/views.d.ts`: by page, the names that fill it in, its own and those of the views that it includes. */
export function declarationsOf(views: ReadonlyMap<string, Names>): string {
  const common = everywhere();
  const needsOf = (name: string, way: readonly string[] = []): Set<string> => {
    const names = views.get(name);
    if (!names || way.includes(name)) return new Set();
    const within = names.includes.map(({ view, given }) =>
      given ? needsOf(view, [...way, name]).difference(new Set(given)) : new Set<string>(),
    );
    return within.reduce((all, one) => all.union(one), names.needs.difference(common));
  };
  const union = (names: Set<string>) =>
    [...names]
      .sort()
      .map((name) => `'${name}'`)
      .join(' | ');
  const lines = pagesOf(views).map((name) => {
    const needs = needsOf(name);
    const optional = (views.get(name)?.may ?? new Set()).difference(common).difference(needs);
    return `    '${name}': Model<${[union(needs) || 'never', union(optional)].filter(Boolean).join(', ')}>;`;
  });
  return `// Written by \`npm run views\`: what fills in each page, from the views themselves.
import type { Model } from '#platform/web/views/render.ts';

declare module '#platform/web/views/render.ts' {
  interface Views {
${lines.join('\n')}
  }
}
`;
}
