import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isNamed, type Names, type Node, namesIn, nodesIn } from '#platform/web/views/names.ts';
import { setUpViews } from '#platform/web/views/views.ts';
import { projectPath } from './process.ts';

/** What a view looks up, and what else is in it. */
interface View extends Pick<Names, 'needs' | 'may'> {
  /** By path, with the names that it is given there; undefined where those are not written out. */
  includes: { view: string; given: readonly string[] | undefined }[];
}

/** What the source of a view looks up. @param from its path in `views/`, for what it includes */
export function viewOf(from: string, text: string): View {
  const { needs, may, tree } = namesIn(text);
  const includes = [...nodesIn(tree)]
    .filter(({ type, callee }) => type === 'CallExpression' && isNamed(callee, 'include'))
    .map(({ arguments: given }) => given as [to: Node, given?: Node])
    .filter(([to]) => to.type === 'Literal')
    .map(([to, given]) => ({ view: resolved(from, String(to.value)), given: given ? keysOf(given) : [] }));
  return { needs, may, includes };
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

/** What every page may look up: of the application, and what goes before each request. */
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
  return new Set([...Object.keys(app.locals), ...given]);
}

/** Every view by its name. */
export function readViews(): Map<string, View> {
  const files = globSync('**/*.ejs', { cwd: projectPath('views') }).sort();
  return new Map(
    files.map((file) => {
      const name = file.slice(0, -4);
      return [name, viewOf(name, readFileSync(projectPath('views', file), 'utf8'))];
    }),
  );
}

/** Those that are a page: neither a part of one, nor what surrounds it, nor an e-mail. */
export function pagesOf(views: ReadonlyMap<string, View>): string[] {
  const included = new Set([...views.values()].flatMap(({ includes }) => includes.map(({ view }) => view)));
  return [...views.keys()].filter(
    (name) => !included.has(name) && !/^(layouts|partials)\/|^mail\/message/.test(name),
  );
}

/** `views/views.d.ts`: by page, the names that fill it in, its own and those of the views that it includes. */
export function declarationsOf(views: ReadonlyMap<string, View>): string {
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
