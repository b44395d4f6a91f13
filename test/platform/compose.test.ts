import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '#platform/config.ts';
import { projectPath } from '../support/process.ts';

/** What the shipped compose files hand on to the containers. */
const folder = mkdtempSync(path.join(tmpdir(), 'parcourspro-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string) => readFileSync(projectPath(name), 'utf8');
const common = read('docker/services.yml');
const plain = read('docker-compose.yml');
const files = read('docker-compose.secrets.yml');
/** The variables that a file sets, by name. */
const setIn = (text: string) =>
  new Map(
    [...text.matchAll(/^ {6}([A-Z_]+): (.*)$/gm)].map(([, name, value]) => [String(name), String(value)]),
  );

test('the image and the guide start the application as `npm start` does', () => {
  const { start } = JSON.parse(read('package.json')).scripts as { start: string };
  expect(read('Dockerfile')).toContain(`CMD ["${start.replaceAll(' ', '", "')}"]`);
  expect(read('README.md')).toContain(start.replace(' ', ' --env-file=.env '));
});

test('every setting that .env.example names, wherever in a line, is handed on', () => {
  const names = [...read('.env.example').matchAll(/\b([A-Z][A-Z_]+)=/g)].map(([, name]) => String(name));
  expect(names).toEqual(expect.arrayContaining(['APP_SECRET_FILE', 'SMTP_TLS', 'TRUST_PROXY']));
  const handedOn = setIn(common + plain + files);
  expect(names.filter((name) => !handedOn.has(name))).toEqual([]);
});

test('with secrets in files the application starts in production, and no secret is in its environment', () => {
  const content: Record<string, string> = {
    database_url: 'postgres://application:a@postgres:5432/parcourspro',
    database_owner_url: 'postgres://parcourspro:b@postgres:5432/parcourspro',
    smtp_url: 'smtps://user:password@smtp.example:465',
    app_secret: 'Zk3-vQ81_xpLm09-TtRw42_bNc75-hJdS',
  };
  const declared = new Map(
    [...files.matchAll(/^ {2}(\w+):\n {4}file: \$\{SECRETS_FOLDER:-\.\/secrets\}\/(\w+)$/gm)].map(
      ([, name, file]) => [`/run/secrets/${name}`, path.join(folder, String(file))],
    ),
  );
  for (const file of declared.values()) writeFileSync(file, `${content[path.basename(file)] ?? ''}\n`);
  const environment = Object.fromEntries(
    [...setIn(files)].map(([name, value]) => [name, declared.get(value) ?? `undeclared ${value}`]),
  );
  expect(Object.keys(environment).filter((name) => !name.endsWith('_FILE'))).toEqual([]);
  // A secret in both would be refused: what is common has none, and .env is not handed on as it is.
  const secrets = Object.keys(environment).map((name) => name.replace(/_FILE$/, ''));
  expect(secrets.filter((name) => common.includes(name))).toEqual([]);
  expect([...setIn(plain).keys()].sort()).toEqual(secrets.sort());
  expect(`${files}${common}`).not.toMatch(/env_file/);
  for (const secret of secrets)
    expect(files).toMatch(new RegExp(`secrets: \\[.*\\b${secret.toLowerCase()}\\b`));
  const config = readConfig({ NODE_ENV: 'production', PUBLIC_URL: 'https://pro.example', ...environment });
  expect(config).toMatchObject({
    databaseUrl: content.database_url,
    databaseOwnerUrl: content.database_owner_url,
    databaseJobsUrl: undefined,
    smtpUrl: content.smtp_url,
    secrets: [content.app_secret],
  });
});

test.each([
  ['from the environment', { APPLICATION_PASSWORD: 'secret' }, 0],
  ['from a file', { APPLICATION_PASSWORD_FILE: path.join(folder, 'role') }, 0],
  ['empty: refused', { APPLICATION_PASSWORD: '' }, 2],
])('the application’s role has its password %s', (_how, environment, status) => {
  writeFileSync(path.join(folder, 'role'), 'secret\n');
  writeFileSync(path.join(folder, 'psql'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
  const done = spawnSync('sh', [projectPath('docker/application-role.sh')], {
    encoding: 'utf8',
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      POSTGRES_USER: 'owner',
      POSTGRES_DB: 'base',
      ...environment,
    },
  });
  expect(done.status).toBe(status);
  if (status === 0) expect(done.stdout).toContain('password=secret\n');
});

test('every container is confined: nothing to write beside its volumes, no new right, bounded', () => {
  const services = `${common}${plain}`
    .split(/^ {2}(?=\w+:$)/m)
    .filter((one) => /^ {4}image:|^ {4}build:/m.test(one));
  expect(services).toHaveLength(3);
  for (const service of services) {
    for (const rule of [
      'read_only: true',
      'tmpfs:',
      'cap_drop: [ALL]',
      'no-new-privileges:true',
      'mem_limit:',
      'pids_limit:',
    ]) {
      expect(service).toContain(rule);
    }
  }
});
