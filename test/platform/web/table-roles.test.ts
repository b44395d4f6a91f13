import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectPath } from '../../support/process.ts';

const ROLES: Readonly<Record<string, string>> = {
  table: 'table',
  thead: 'rowgroup',
  tbody: 'rowgroup',
  tr: 'row',
  td: 'cell',
  th: 'rowheader',
};

/** What the partial of their heads is made of. */
const HEAD_ROLES = { ...ROLES, th: 'columnheader' };

const tablesIn = (view: string): string[] =>
  view.match(/<table [^>]*\btable-cards\b[\s\S]*?<\/table>/g) ?? [];

/** The parts of a table that do not say first what they are. */
const withoutRole = (table: string, roles = ROLES): string[] =>
  [...table.matchAll(/<(table|thead|tbody|tr|td|th)\b([^>]*)/g)]
    .filter(([, tag = '', rest = '']) => !rest.startsWith(` role="${roles[tag]}"`))
    .map(([part]) => part);

test('each part of a table whose rows become cards says its role', () => {
  const views = globSync('**/*.ejs', { cwd: projectPath('views') });
  const texts = views.map((file) => readFileSync(projectPath('views', file), 'utf8'));
  const tables = texts.flatMap(tablesIn);
  expect(tables.length).toBeGreaterThan(40);
  expect(texts.flatMap((text) => text.match(/class="[^"]*\btable-cards\b/g) ?? [])).toHaveLength(
    tables.length,
  );
  expect(tables.flatMap((table) => withoutRole(table))).toEqual([]);
  expect(
    tablesIn('<table role="table" class="table table-cards"><tr><td role="cell">1</td></tr></table>').flatMap(
      (table) => withoutRole(table),
    ),
  ).toEqual(['<tr']);
});

test('so does each part of their heads', () => {
  const head = readFileSync(projectPath('views', 'partials', 'columns.ejs'), 'utf8');
  expect(head.match(/<(thead|tr|th)\b/g)).toEqual(['<thead', '<tr', '<th']);
  expect(withoutRole(head, HEAD_ROLES)).toEqual([]);
  expect(withoutRole('<th scope="col">Nom</th>', HEAD_ROLES)).toHaveLength(1);
});
