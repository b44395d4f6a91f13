import { globSync, readFileSync } from 'node:fs';
import type { Response } from 'express';
import { expect, test } from 'vitest';
import { render } from '#platform/web/views/render.ts';
import { projectPath } from '../../support/process.ts';
import { declarationsOf, pagesOf, readViews, viewOf } from '../../support/views.ts';

const sources = globSync('**/*.ts', { cwd: projectPath('src') }).map(
  (file) => [file, readFileSync(projectPath('src', file), 'utf8')] as const,
);

/** `npm run views` writes the file anew: what a view has come to need is read in the difference, and asked for by `tsc`. */
test('views/views.d.ts says what fills in each page', async () => {
  await expect(declarationsOf(readViews())).toMatchFileSnapshot('../../../views/views.d.ts');
});

test('a view needs the names that it does not bind itself, and may have those that it asks for', () => {
  const { needs, may, includes } = viewOf(
    'room/page',
    `<% const own = list.map(({ id, name: [first] }) => id + first + rest); -%>
<% for (const one of list) { %><%= one.label %><% } %><%= one %><%= locals.maybe ?? maybe %>
<%- include('part', { given, renamed: own }) %><%- include('/other', { ...rest }) %><%- include('bare') %>`,
  );
  expect([...needs].sort()).toEqual(['given', 'list', 'one', 'rest']);
  expect([...may]).toEqual(['maybe']);
  expect(includes).toEqual([
    { view: 'room/part', given: ['given', 'renamed'] },
    { view: 'other', given: undefined },
    { view: 'room/bare', given: [] },
  ]);
});

test('a page needs what the views within it need and are not given', () => {
  const view = (name: string, text: string) => [name, viewOf(name, text)] as const;
  const declared = declarationsOf(
    new Map([
      view('room/page', `<%= title %><%- include('part', { given }) %><%= icon(locals.look) %>`),
      view('room/part', '<%= given %><%= missing %><%= locals.optional %>'),
    ]),
  );
  expect(declared).toContain(`'room/page': Model<'given' | 'missing', 'look'>;`);
  expect(declared).not.toContain('room/part');
});

test('every page is shown, and rendered in one place', () => {
  const text = sources.map(([, source]) => source).join('\n');
  expect(pagesOf(readViews()).filter((name) => !text.includes(`'${name}'`))).toEqual([]);
  // The other is that of Markdown.
  const rendering = sources.filter(([, source]) => source.includes('.render(')).map(([file]) => file);
  expect(rendering.sort()).toEqual(['platform/web/views/markdown.ts', 'platform/web/views/render.ts']);
});

test('a name that is missing, misspelt or unknown does not compile', () => {
  const shown: unknown[] = [];
  const res = { render: (...given: unknown[]) => shown.push(given) } as unknown as Response;
  const frame = { title: 'Clés d’accès', section: 'account' };
  render(res, 'identity/passkeys/list', { ...frame, passkeys: [], most: 10 });
  // @ts-expect-error
  render(res, 'identity/passkeys/list', { ...frame, passkeys: [] });
  // @ts-expect-error
  render(res, 'identity/passkeys/list', { ...frame, passkeys: [], mots: 10 });
  // @ts-expect-error
  render(res, 'identity/passkeys/list', { ...frame, passkeys: [], most: 10, least: 1 });
  // @ts-expect-error
  render(res, 'identity/passkeys/liste', { ...frame, passkeys: [], most: 10 });
  // @ts-expect-error
  render(res, 'identity/account/email', { ...frame, form: {} });
  expect(shown).toHaveLength(6);
});
