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

/** The parts of tables of cards that do not say first what they are. */
const withoutRole = (view: string): string[] =>
  [...view.matchAll(/<table [^>]*\btable-cards\b[\s\S]*?<\/table>/g)].flatMap(([table]) =>
    [...table.matchAll(/<(table|thead|tbody|tr|td|th)\b(.{0,30})/g)]
      .filter(([, tag = '', rest = '']) => !rest.startsWith(` role="${ROLES[tag]}"`))
      .map(([part]) => part),
  );

test('each part of a table whose rows become cards says its role', () => {
  const views = globSync('**/*.ejs', { cwd: projectPath('views') });
  const texts = views.map((file) => readFileSync(projectPath('views', file), 'utf8'));
  expect(texts.filter((text) => text.includes('table-cards')).length).toBeGreaterThan(40);
  expect(texts.flatMap(withoutRole)).toEqual([]);
  expect(
    withoutRole('<table role="table" class="table table-cards"><tr><td role="cell">1</td></tr></table>'),
  ).toEqual(['<tr><td role="cell">1</td></tr></']);
});
