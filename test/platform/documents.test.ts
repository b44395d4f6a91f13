import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../support/process.ts';

const root = projectPath('.');
/** What tells of the code as it is now; a decision record tells of the day it was made. */
const documents = globSync(['*.md', 'docs/*.md'], { cwd: root }).map((name) => ({
  name,
  text: readFileSync(projectPath(name), 'utf8'),
}));
/** What every document holds of a kind, as « document: what ». */
const inDocuments = (pattern: RegExp, isMeant = (_found: string, _document: string) => true): string[] =>
  documents.flatMap(({ name, text }) =>
    [...text.matchAll(pattern)]
      .map(([, found = '']) => found)
      .filter((found) => isMeant(found, name))
      .map((found) => `${name}: ${found}`),
  );
const wordOf = (told: string) => told.slice(told.indexOf(': ') + 2);

test('each file and folder that a document names is there', () => {
  const entries = globSync('{bench,content,docs,migrations,public,seeds,src,test,views}/**', {
    cwd: root,
    withFileTypes: true,
  });
  const there = entries.flatMap((entry) => {
    const whole = `/${path.relative(root, path.join(entry.parentPath, entry.name))}`;
    return entry.isDirectory() ? [`${whole}/`] : [whole, whole.replace(/\.ejs$/, '')];
  });
  // As they write it: `enrolment/rules.ts`, `session-changes/`, `partials/way`. Secrets are the files of whoever runs it.
  const NAMED =
    /^(?:[\w-]+\/)*(?:[\w-]+(?:\.[\w-]+)*\.(?:ts|ejs|sql|md|txt|css)|[a-z][\w-]*\/)$|^partials\/[\w-]+$/;
  const named = inDocuments(/(?:`|^)([\w./-]+)(?:`| )/gm, (name) => NAMED.test(name) && name !== 'secrets/');
  expect(named.length).toBeGreaterThan(80);
  expect(named.filter((one) => !there.some((file) => file.endsWith(`/${wordOf(one)}`)))).toEqual([]);
});

test('each function and type that a document names is in the code', () => {
  const code = globSync('{src,views,test,bench}/**/*.{ts,ejs}', { cwd: root })
    .map((file) => readFileSync(projectPath(file), 'utf8'))
    .join('\n');
  // Of the style, some are what not to write.
  const named = inDocuments(/`([a-z]+[A-Z]\w*)(?:\([^`)]*\))?`/g, (_, document) => document !== 'STYLE.md');
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((one) => !new RegExp(`\\b${wordOf(one)}\\b`).test(code))).toEqual([]);
});

test('each link of a document to another leads there', () => {
  const links = inDocuments(/\]\((?!https?:|\/)([^)#\s]*)/g);
  expect(links.length).toBeGreaterThan(15);
  const leadsThere = (link: string) =>
    existsSync(projectPath(path.dirname(link.slice(0, link.indexOf(': '))), wordOf(link)));
  expect(links.filter((link) => !leadsThere(link))).toEqual([]);
});
