import type { Express } from 'express';
import type { Knex } from 'knex';
import supertest from 'supertest';
import { emailOf } from './fill.ts';
import { type As, type MeasuredPage, PERSON } from './pages.ts';

type Browser = ReturnType<typeof supertest.agent>;

/** Opens measured pages, each as the person it is for. */
export interface Browsers {
  /**
   * Makes a page ready to open: somebody has signed in, the form is filled in.
   * @returns opens it; the status of the answer
   */
  prepare(page: MeasuredPage): Promise<() => Promise<number>>;
}

/** @param password of everybody made up */
export function createBrowsers(app: Express, db: Knex, password: string): Browsers {
  const browsers = new Map<As | undefined, Promise<Browser>>();
  const open = async (as: As | undefined): Promise<Browser> => {
    const browser = supertest.agent(app);
    if (!as) return browser;
    const manager = await db('users').where({ is_agency_manager: true }).first('email');
    await submit(browser, '/connexion', {
      identifiant: as === 'agency' ? manager.email : emailOf(PERSON),
      mot_de_passe: password,
    });
    // Person n belongs to structure n.
    if (as !== 'agency') {
      await submit(browser, '/parcourspro/profil', { profil: `${as}:${PERSON}` }, '/mon-compte');
    }
    return browser;
  };
  return {
    async prepare({ path, as, form }) {
      if (!browsers.has(as)) browsers.set(as, open(as));
      const browser = (await browsers.get(as)) as Browser;
      if (!form) return async () => (await browser.get(path)).status;
      const fields = { ...(await hiddenFields(browser, path)), ...form };
      return async () => (await browser.post(path).type('form').send(fields)).status;
    },
  };
}

async function submit(browser: Browser, path: string, fields: Record<string, string>, from = path) {
  const { _csrf = '' } = await hiddenFields(browser, from);
  const { status } = await browser
    .post(path)
    .type('form')
    .send({ _csrf, ...fields });
  if (status !== 303) throw new Error(`${path}: ${status}`);
}

/** What the forms of a page hold besides what one types. */
async function hiddenFields(browser: Browser, path: string): Promise<Record<string, string>> {
  const { text } = await browser.get(path);
  const found = text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name, value]));
}
