import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fieldsToSendAgain, typedWords } from '#platform/web/forms/typed.ts';

/** Which fields a page may hold again: all those of the site, save what is typed to prove who one is. */
const viewsDirectory = fileURLToPath(new URL('../../../views/', import.meta.url));
const views = readdirSync(viewsDirectory, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'));

const SECRET_KIND = /type: 'password'|type="password"|one-time-code/;
const secrets = new Set<string>();
const others = new Set<string>();
for (const line of views.flatMap((view) => view.split('\n'))) {
  for (const [, attribute, option] of line.matchAll(/\bname="([\w-]+)"|\bname: '([\w-]+)'/g)) {
    const name = attribute ?? (option as string);
    (SECRET_KIND.test(line) ? secrets : others).add(name);
  }
  // The answer of a passkey.
  for (const [, name] of line.matchAll(/\bfield: '(cle_verification)'/g)) secrets.add(name as string);
}
// What goes with a code or a passkey, in a form that is never sent again as a whole.
for (const name of ['_csrf', '_envoi']) others.delete(name);

test('the fields of the views are found', () => {
  expect(secrets).toContain('present_password');
  expect(others).toContain('code_postal');
  expect(others.size).toBeGreaterThan(80);
});

test.each([...secrets])('%s is never in a page again', (name) => {
  expect(fieldsToSendAgain({ [name]: 'une phrase tapée' })).toBeUndefined();
  expect(typedWords({ [name]: 'une phrase tapée' })).toEqual([]);
});

test.each([...others].filter((name) => !secrets.has(name)))('%s can be sent again', (name) => {
  expect(fieldsToSendAgain({ [name]: 'des mots' })).toEqual([{ name, value: 'des mots' }]);
});
