import type { BrowserContext } from 'playwright-core';
import { DEMO_PASSWORD } from '#platform/config.ts';

const inForm = (html: string, name: string, value = '[^"]+') =>
  new RegExp(`name="${name}" value="(${value})"`).exec(html)?.[1] ?? '';

/**
 * Signs a person of the demonstration in, in a browser's window: without driving the pages, which other tests do.
 * @param right the profile to take, for those who have several
 */
export async function signInDemo(
  { request }: BrowserContext,
  who: string,
  right?: 'hr_validator' | 'provider',
): Promise<void> {
  const send = async (path: string, form: Record<string, string>) => {
    const answer = await request.post(path, { form, maxRedirects: 0 });
    if (answer.status() !== 303) throw new Error(`${who}, ${path}: ${answer.status()}`);
  };
  const signIn = await (await request.get('/connexion')).text();
  await send('/connexion', {
    _csrf: inForm(signIn, '_csrf'),
    identifiant: `${who}@demo.example`,
    mot_de_passe: DEMO_PASSWORD,
  });
  if (!right) return;
  const choice = await (await request.get('/parcourspro/profil')).text();
  await send('/parcourspro/profil', {
    _csrf: inForm(choice, '_csrf'),
    profil: inForm(choice, 'profil', `${right}:\\d+`),
  });
}
