import { expect } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { type Federated, type Federation, startFederation } from '../../support/federation.ts';
import { createUser, type TestUser } from '../../support/people.ts';

export const PAGE = '/connexion/proconnect';

/** A site that signs people in by a federation on this computer. */
export interface FederatedSite extends TestSite {
  federation: Federation;
  /** Whom the federation names from now on. */
  named(person?: Partial<Federated>): Federated;
  /** The way through the federation. @returns what the portal answers to whoever comes back */
  pass(browser: Visitor, suite?: string, more?: string): Promise<Awaited<ReturnType<Visitor['get']>>>;
  /** Somebody whose account is linked, as ProConnect names them, and the browser in which they did it. */
  linked(
    options?: Parameters<typeof createUser>[1],
  ): Promise<{ person: Federated; user: TestUser; browser: Visitor }>;
}

/** What such a site is configured with. */
export const federatedBy = ({ issuer, clientId, clientSecret }: Federation) => ({
  PROCONNECT_ISSUER: issuer,
  PROCONNECT_CLIENT_ID: clientId,
  PROCONNECT_CLIENT_SECRET: clientSecret,
});

let serial = 0;

export async function createFederatedSite(environment: Record<string, string> = {}): Promise<FederatedSite> {
  const federation = await startFederation('http://localhost:3000');
  const site = await createTestSite({ environment: { ...federatedBy(federation), ...environment } });
  const named: FederatedSite['named'] = (person = {}) => {
    serial += 1;
    federation.person = {
      sub: `sub-${serial}`,
      email: `federe${serial}@structure.example`,
      given_name: 'Ada',
      usual_name: 'Lovelace',
      ...person,
    };
    return federation.person;
  };
  const pass: FederatedSite['pass'] = async (browser, suite = '', more = '') => {
    const query = new URLSearchParams([...(suite ? [['suite', suite]] : []), ...new URLSearchParams(more)]);
    const { headers } = await browser.get(`${PAGE}?${query}`);
    return browser.get(await federation.pass(headers.location as string));
  };
  return {
    ...site,
    federation,
    named,
    pass,
    async linked(options = {}) {
      const person = named();
      const user = await createUser(site.dependencies.db, { ...options, email: person.email ?? '' });
      const browser = await site.signedIn(user.email);
      await pass(browser, '/aide');
      expect((await browser.submit(`${PAGE}/relier`, { suite: '/aide' })).headers.location).toBe('/aide');
      return { person, user, browser };
    },
    async close() {
      await site.close();
      await federation.close();
    },
  };
}

export const isIn = async (browser: Visitor) => (await browser.get('/mon-compte')).status === 200;
