import { parse } from 'acorn';
import ejs from 'ejs';

/** A node of a syntax tree (ESTree), as far as names go. */
export interface Node {
  type: string;
  [part: string]: unknown;
}

/** The names that a view looks up beyond its own, and those that the language and EJS know. */
export interface Names {
  /** Those that it cannot do without. */
  needs: ReadonlySet<string>;
  /** Those that it asks `locals` for: they may be missing. */
  may: ReadonlySet<string>;
  /** Those that it writes as they are, of both. */
  bare: ReadonlySet<string>;
  /** Its syntax, for what else is to be read from it. */
  tree: Node;
}

/** What every view has without being given it. */
const KNOWN = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  ...['__append', '__line', 'escapeFn', 'include', 'locals'],
]);

/** What the source of a view looks up. @throws SyntaxError where it is no JavaScript */
export function namesIn(text: string): Names {
  const template = new ejs.Template(text) as unknown as { source: string; generateSource(): void };
  template.generateSource();
  const tree = parse(template.source, { ecmaVersion: 'latest' }) as unknown as Node;
  const may = new Set(
    [...nodesIn(tree)]
      .filter(
        ({ type, computed, object }) =>
          type === 'MemberExpression' && computed !== true && isNamed(object, 'locals'),
      )
      .map(({ property }) => String((property as Node).name)),
  );
  const bare = new Set(lookedUp(tree)).difference(KNOWN);
  // A name that is asked for anywhere is looked up only where it is there.
  return { needs: bare.difference(may), may, bare, tree };
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

/** Whether a node is this very name. */
export function isNamed(node: unknown, name: string): boolean {
  return isNode(node) && node.type === 'Identifier' && node.name === name;
}

/** Every node within one, itself first. */
export function* nodesIn(value: unknown): Generator<Node> {
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
  const own = boundIn(node);
  const within = own.length > 0 ? bound.union(new Set(own)) : bound;
  for (const [part, value] of Object.entries(node)) if (!isLabel(node, part)) yield* lookedUp(value, within);
}
