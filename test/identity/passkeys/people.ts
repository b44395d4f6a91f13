import type { TestSite, Visitor } from '../../support/app.ts';
import { type Faults, TestPasskey } from '../../support/authenticator.ts';

export const PAGE = '/mon-compte/cles-d-acces';
export const ADD = `${PAGE}/ajouter`;
export const SIGN_IN = '/connexion/cle-d-acces';
export const CONFIRM = '/mon-compte/confirmer';

/** Asks for a challenge as the page's script does. */
export async function optionsAt(browser: Visitor, page: string) {
  const response = await browser.get(`${page}/options`).set('Accept', 'application/json');
  if (response.status !== 200) throw new Error(`no options at ${page}: ${response.status}`);
  return response.body;
}

/** Adds a passkey to the account of somebody signed in and recently confirmed. */
export async function addPasskey(browser: Visitor, nom = 'Téléphone'): Promise<TestPasskey> {
  const passkey = new TestPasskey();
  const reponse = passkey.create(await optionsAt(browser, ADD));
  const added = await browser.submit(ADD, { nom, reponse });
  if (added.headers.location !== PAGE) throw new Error(`not added: ${added.status} ${added.text}`);
  return passkey;
}

/** Signs in with a passkey; `faults` are those of the answer. */
export async function signInWith(
  browser: Visitor,
  passkey: TestPasskey,
  { suite = '/mes-structures', ...faults }: Faults & { suite?: string } = {},
) {
  const cle_verification = passkey.get(await optionsAt(browser, SIGN_IN), faults);
  return browser.submit(SIGN_IN, { cle_verification, suite }, '/connexion');
}

/** Confirms with a passkey on « Confirmez votre identité ». */
export async function confirmWith(browser: Visitor, passkey: TestPasskey, next: string, faults: Faults = {}) {
  const cle_verification = passkey.get(await optionsAt(browser, CONFIRM), faults);
  return browser.submit(CONFIRM, { cle_verification, suite_verification: next });
}

/** The id of a person's passkey. */
export async function passkeyIdOf(site: TestSite, passkey: TestPasskey): Promise<number> {
  const row = await site.dependencies.db('passkeys').where({ credential_id: passkey.id }).first('id');
  return row.id;
}
