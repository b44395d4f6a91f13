import { globSync, readFileSync } from 'node:fs';
import { PurgeCSS } from 'purgecss';
import { renderMarkdown } from '#platform/web/views/markdown.ts';
import { projectPath } from './process.ts';

const BOOTSTRAP = 'node_modules/bootstrap/dist/css/bootstrap.css';
const text = (file: string) => readFileSync(projectPath(file), 'utf8');

/** What Markdown can come to, which stands in no view. */
const MARKS = `${['#', '##', '###', '####', '#####', '######'].map((mark) => `${mark} h`).join('\n')}
> blockquote, **strong**, *em*, ~~s~~, \`code\`, ![img](/), [a](/)

- ul

1. ol

---

    pre

|th|
|-|
|td|
`;

/**
 * What pages can need of Bootstrap: the rules whose classes and elements are words of a view or of a script.
 * Of a name that is put together (`btn-<%= tone %>`) every ending is kept.
 */
export async function reducedBootstrap(): Promise<string> {
  const pages = globSync(['views/**/*.ejs', 'public/js/*.js'], { cwd: projectPath() }).map(text).join('\n');
  const beginnings = [...pages.matchAll(/[a-z][a-z-]*-(?=<%|\$\{)/g)].map(([name]) => new RegExp(`^${name}`));
  const [reduced] = await new PurgeCSS().purge({
    content: [{ raw: pages + renderMarkdown(MARKS).html, extension: 'html' }],
    css: [{ raw: text(BOOTSTRAP) }],
    safelist: beginnings,
  });
  return reduced?.css ?? '';
}

const classesOf = (css: string) =>
  new Set([...css.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name = '']) => name));

/** The classes of a page that Bootstrap has rules for, and the site has not. */
export function unstyledIn(html: string): string[] {
  return [...html.matchAll(/\sclass="([^"]*)"/g)]
    .flatMap(([, names = '']) => names.split(/\s+/))
    .filter((name) => lost.has(name));
}
const lost = classesOf(text(BOOTSTRAP)).difference(classesOf(text('public/vendor/bootstrap.css')));
