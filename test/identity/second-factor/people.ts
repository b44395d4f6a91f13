import { codeAt } from '#identity/second-factor/totp.ts';
import type { TestSite, Visitor } from '../../support/app.ts';
import { TEST_PASSWORD } from '../../support/people.ts';

export const PAGE = '/mon-compte/double-authentification';
export const STEP = 30_000;

/** The key that the enrolment page shows in text. */
export async function keyShown(browser: Visitor): Promise<string> {
  const { text } = await browser.get(`${PAGE}/cle`);
  const key = /class="second-factor__key">([A-Z2-7 ]+)</.exec(text)?.[1];
  if (!key) throw new Error(`no key shown: ${text.slice(0, 500)}`);
  return key.replaceAll(' ', '');
}

/** Recovery codes in a page. */
export const codesIn = (text: string) =>
  [...text.matchAll(/<code>([A-Z2-9]{5}-[A-Z2-9]{5})<\/code>/g)].map((m) => m[1] as string);

/** Activates the factor of somebody signed in, as the pages ask; the clock then moves to the next code. */
export async function enrol(site: TestSite, browser: Visitor): Promise<{ key: string; codes: string[] }> {
  await browser.submit(PAGE, { mot_de_passe: TEST_PASSWORD });
  const key = await keyShown(browser);
  const done = await browser.submit(`${PAGE}/cle`, { code: codeAt(key, site.clock.now()) });
  const codes = codesIn(done.text);
  if (codes.length !== 10) throw new Error(`not enrolled: ${done.status}`);
  site.clock.advance(STEP);
  return { key, codes };
}

/** Gives the password; the answer leads to the code, or further. */
export const givePassword = (browser: Visitor, email: string, suite = '/mes-structures') =>
  browser.submit('/connexion', { identifiant: email, mot_de_passe: TEST_PASSWORD, suite });
