import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../support/process.ts';

/** The rooms of `src`, each above those that it may import (docs/architecture.md). What stands in no room is the top. */
const FLOORS = [
  'top',
  'spaces',
  'rafael',
  'catalogue',
  'follow-up',
  'training',
  'enrolment',
  'sso',
  'structures',
  'identity',
  'editorial',
  'requests',
  'access',
  'audit',
  'platform',
];

interface Arrow {
  from: string;
  to: string;
}

/**
 * Every import of one source by another, types among them, as paths within `src`. What stands beside `src` is no floor:
 * `knexfile.ts`, which the command of knex looks for there.
 */
function arrowsOf(files: readonly string[]): Arrow[] {
  return files.flatMap((from) =>
    [...readFileSync(projectPath('src', from), 'utf8').matchAll(/(?:from|import) '([#.][^']+\.ts)'/g)]
      .map(([, to = '']) => (to.startsWith('#') ? to.slice(1) : path.join(path.dirname(from), to)))
      .filter((to) => !to.startsWith('../'))
      .map((to) => ({ from, to })),
  );
}

const roomOf = (file: string): string => {
  const [room = ''] = file.split('/');
  return FLOORS.includes(room) ? room : 'top';
};

/** Imports that lead to a room above. */
const upward = (arrows: readonly Arrow[]): Arrow[] =>
  arrows.filter(({ from, to }) => FLOORS.indexOf(roomOf(from)) > FLOORS.indexOf(roomOf(to)));

/** Imports of another room's SQL: it is asked through its services. */
const pastServices = (arrows: readonly Arrow[]): Arrow[] =>
  arrows.filter(({ from, to }) => path.basename(to) === 'repository.ts' && roomOf(from) !== roomOf(to));

/** A file that leads back to itself, with the way; undefined when there is none. */
function circle(arrows: readonly Arrow[]): string[] | undefined {
  const next = Map.groupBy(arrows, ({ from }) => from);
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { to } of next.get(file) ?? []) {
      const found = walk(to, [...way, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const found = walk(file, []);
    if (found) return found;
  }
  return undefined;
}

const files = globSync('**/*.ts', { cwd: projectPath('src') });
const arrows = arrowsOf(files);

test('an import leads down, or stays in its room', () => {
  expect(arrows.length).toBeGreaterThan(1000);
  expect(upward(arrows)).toEqual([]);
  expect(upward([{ from: 'platform/mail/queue.ts', to: 'enrolment/service.ts' }])).toHaveLength(1);
  expect(upward([{ from: 'identity/sign-in/service.ts', to: 'main.ts' }])).toHaveLength(1);
});

test('the SQL of a room is read by the room itself', () => {
  expect(pastServices(arrows)).toEqual([]);
  expect(pastServices([{ from: 'spaces/home/routes.ts', to: 'enrolment/repository.ts' }])).toHaveLength(1);
});

test('no file leads back to itself', () => {
  expect(circle(arrows)).toBeUndefined();
  const round = ['a.ts', 'b.ts', 'c.ts', 'a.ts'];
  expect(circle(round.slice(1).map((to, index) => ({ from: round[index] ?? '', to })))).toEqual(round);
});

/** Views that every room may show. */
const SHARED_VIEWS = ['layouts', 'partials', 'errors', 'mail'];
const views = globSync('**/*.ejs', { cwd: projectPath('views') });

/** Every view that a source names or another view includes; a shared view stands with the platform. */
function viewArrows(): Arrow[] {
  const known = new Set(views.map((view) => view.replace(/\.ejs$/, '')));
  const standsAt = (view: string) =>
    SHARED_VIEWS.includes(view.split('/')[0] ?? '') ? `platform/${view}` : view;
  const named = files.flatMap((from) =>
    [...readFileSync(projectPath('src', from), 'utf8').matchAll(/'([a-z][\w-]*(?:\/[\w-]+)+)'/g)]
      .map(([, to = '']) => to)
      .filter((to) => known.has(to))
      .map((to) => ({ from, to: standsAt(to) })),
  );
  const included = views.flatMap((from) =>
    [...readFileSync(projectPath('views', from), 'utf8').matchAll(/include\(\s*'([^']+)'/g)]
      .map(([, to = '']) => (to.startsWith('/') ? to.slice(1) : path.join(path.dirname(from), to)))
      .map((to) => ({ from: standsAt(from), to: standsAt(to) })),
  );
  return [...named, ...included];
}

test('a room shows its own views, and those of rooms below', () => {
  expect(viewArrows().length).toBeGreaterThan(300);
  expect(upward(viewArrows())).toEqual([]);
});

test('every folder of src is a room, and every room has its folder', () => {
  const folders = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
  // PostgreSQL and the mailbox of the demonstration: used by the start alone.
  folders.delete('demo');
  expect([...folders].sort()).toEqual(FLOORS.slice(1).sort());
});
