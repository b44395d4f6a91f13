import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, inject, test, vi } from 'vitest';
import knexConfig from '../../knexfile.ts';
import { COMPILED_ONCE } from '../support/process.ts';

/** The commands of operators answer what is mistyped with a sentence, never with a stack. */
const folder = mkdtempSync(path.join(tmpdir(), 'parcourspro-commands-'));
writeFileSync(path.join(folder, 'fichier.txt'), '');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, args: string[], environment: Record<string, string>) =>
  spawnSync(process.execPath, [`src/${command}.ts`, ...args], {
    encoding: 'utf8',
    env: { ...COMPILED_ONCE, PATH: process.env.PATH ?? '', DEMO_DIR: folder, ...environment },
  });
const absent = () => Object.assign(new URL(inject('templateUrl')), { pathname: '/absente' }).href;
const wrongPassword = () => Object.assign(new URL(inject('templateUrl')), { password: 'faux' }).href;

describe.each([
  ['structures-import', ['liste.csv']],
  ['offers-import', ['offre.xml']],
  ['audit-purge', []],
])('%s', (command, args) => {
  test.each<[string, () => string, RegExp]>([
    ['no address', () => 'nimporte', /mal formée/],
    ['an address of something else', () => 'https://structure.example', /mal formée/],
    ['nobody there', () => 'postgres://a:secret@127.0.0.1:1/base', /127\.0\.0\.1:1\/base\).*aucun serveur/],
    ['no such database', absent, /absente\).*n’existe pas/],
    ['a wrong password', wrongPassword, /mot de passe est refusé/],
  ])('%s', (_what, url, words) => {
    const { status, stderr } = run(command, args, { DATABASE_URL: url() });
    expect(status).toBe(1);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/^\s+at |Error:|secret|faux/m);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('an option that does not exist', () => {
    const { status, stderr } = run(command, ['--rien'], { DATABASE_URL: absent() });
    expect(status).toBe(1);
    expect(stderr).toContain(`npm run ${command.replace('-', ':')}`);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe.each([
  ['structures-import', ['liste.csv']],
  ['offers-import', ['offre.xml']],
  ['audit-purge', []],
])('%s, with the address of the database in a file', (command, args) => {
  const inFile = (content: string) => {
    const file = path.join(folder, 'address');
    writeFileSync(file, content);
    return file;
  };
  const elsewhere = 'postgres://a:secret@127.0.0.1:1/base';

  test.each<[string, string, Record<string, string>]>([
    ['the owner’s', 'DATABASE_OWNER_URL', {}],
    ['the only one', 'DATABASE_URL', {}],
    ['the owner’s beside the application’s', 'DATABASE_OWNER_URL', { DATABASE_URL: elsewhere }],
  ])('%s is read', (_what, name, more) => {
    const { stderr } = run(command, args, { ...more, [`${name}_FILE`]: inFile(`${absent()}\n`) });
    expect(stderr).toMatch(/absente\).*n’existe pas/);
  });

  test.each([
    ['given both ways', { DATABASE_URL: elsewhere, DATABASE_URL_FILE: inFile('') }, 'l’un ou l’autre'],
    ['absent', { DATABASE_URL_FILE: path.join(folder, 'absent') }, 'ne peut pas être lu'],
  ])('one %s is refused in a sentence', (_what, environment, words) => {
    const { status, stderr } = run(command, args, environment);
    expect(status).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

test('migrations by hand go to the owner’s database, from a file too', () => {
  const file = path.join(folder, 'owner');
  writeFileSync(file, 'postgres://owner@db/parcourspro\n');
  vi.stubEnv('DATABASE_OWNER_URL_FILE', file);
  vi.stubEnv('DATABASE_URL', 'postgres://application@db/parcourspro');
  const { connection } = knexConfig;
  expect((connection as () => unknown)()).toEqual({ connectionString: 'postgres://owner@db/parcourspro' });
  vi.unstubAllEnvs();
});

test.each([
  ['which is absent', 'absente.csv', 'introuvable'],
  ['which is a folder', '.', 'c’est un dossier'],
  ['whose path goes through a file', 'fichier.txt/liste.csv', 'passe par un fichier'],
])('structures-import, a file %s', (_what, file, words) => {
  const { status, stderr } = run('structures-import', [path.join(folder, file)], {
    DATABASE_URL: inject('templateUrl'),
  });
  expect(status).toBe(1);
  expect(stderr).toContain(words);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test.each([
  ['in a folder that is absent', 'absent/rejets.csv', 'dossier introuvable'],
  ['which is a folder', '.', 'c’est un dossier'],
  ['whose path goes through a file', 'fichier.txt/rejets.csv', 'passe par un fichier'],
])('structures-import, --rejets %s', (_what, file, words) => {
  const list = path.join(folder, 'liste.csv');
  writeFileSync(list, 'siret;RAISON_SOCIALE\n1;Fausse\n');
  const { status, stderr } = run('structures-import', [list, `--rejets=${path.join(folder, file)}`], {
    DATABASE_URL: inject('templateUrl'),
  });
  expect(status).toBe(1);
  expect(stderr).toContain(words);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('the demo in a folder that cannot be made is refused in a sentence', () => {
  const { status, stderr } = run('main', [], { DEMO_DIR: path.join(folder, 'fichier.txt', 'demo') });
  expect(status).toBe(1);
  expect(stderr).toContain('DEMO_DIR');
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('structures-import says how to import into the demo, with its address where it runs', () => {
  expect(run('structures-import', [], {}).stderr).toContain('npm start');
  mkdirSync(path.join(folder, 'postgres'));
  writeFileSync(
    path.join(folder, 'postgres', 'postmaster.pid'),
    '123\n/donnees\n1764500000\n5433\n\n127.0.0.1\n',
  );
  expect(run('structures-import', [], {}).stderr).toContain(
    'DATABASE_URL=postgres://parcours:parcours@127.0.0.1:5433/parcourspro npm run structures:import -- FICHIER',
  );
});
