import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Right } from '#access/rights.ts';
import { listRoutes } from '#platform/web/gate.ts';
import { saveFormation } from '#rafael/offers/saving/save.ts';
import { formationAt } from '../../bench/rafael/formations.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createStructure, createUser } from '../support/people.ts';

const people = [
  'of_catalogue',
  'of_preregistration',
  'of_general',
  'prescriber_1',
  'prescriber_2',
  'prescriber_3',
  'foreign of_general',
  'foreign prescriber_3',
  'of two bodies',
  'agency',
] as const;
type Person = (typeof people)[number];

/**
 * What each person gets at each route of RafaelPro, in the order of `people`: A the page itself (whatever it then says of
 * the form), C the choice of a structure, F refused with a reason (403), N does not exist for them (404). Everything is of
 * the first body; « foreign » people are of others. Whoever has no right of RafaelPro: test/access/matrix.test.ts.
 */
const everybody = 'AAAAAAAAAA';
/** The catalogue of the body that one acts for. */
const keepers = 'AFAFFFAFCF';
const keepersSend = 'AFAFFFAFFF';
/** A thing of the first body. */
const itsKeepers = 'AFAFFFNFCF';
const itsKeepersSend = 'AFAFFFNFFF';
const CATALOGUE = '/rafaelpro/catalogue';
const expected: Record<string, string> = {
  'GET /rafaelpro': 'AAAAAAAACA',
  'GET /rafaelpro/structure': everybody,
  'POST /rafaelpro/structure': 'AAAAAANNAN',
  'GET /rafaelpro/formations': everybody,
  'GET /rafaelpro/formations/:offerId': everybody,
  [`GET ${CATALOGUE}`]: keepers,
  [`POST ${CATALOGUE}/confirmer`]: keepersSend,
  [`POST ${CATALOGUE}/export.xml`]: keepersSend,
  [`GET ${CATALOGUE}/diffusion`]: keepers,
  [`POST ${CATALOGUE}/diffusion`]: keepersSend,
  [`GET ${CATALOGUE}/importer`]: keepers,
  [`POST ${CATALOGUE}/importer`]: keepersSend,
  [`GET ${CATALOGUE}/imports`]: keepers,
  [`GET ${CATALOGUE}/imports/:importId`]: itsKeepers,
  [`GET ${CATALOGUE}/imports/:importId/rejets.csv`]: itsKeepers,
  [`POST ${CATALOGUE}/imports/:importId/appliquer`]: itsKeepersSend,
  [`GET ${CATALOGUE}/formations/nouvelle`]: keepers,
  [`POST ${CATALOGUE}/formations/nouvelle`]: keepersSend,
  [`GET ${CATALOGUE}/formations/:offerId`]: itsKeepers,
  [`GET ${CATALOGUE}/formations/:offerId/modifier`]: itsKeepers,
  [`POST ${CATALOGUE}/formations/:offerId/modifier`]: itsKeepersSend,
  [`GET ${CATALOGUE}/formations/:offerId/actions/nouvelle`]: itsKeepers,
  [`POST ${CATALOGUE}/formations/:offerId/actions/nouvelle`]: itsKeepersSend,
  ...Object.fromEntries(
    ['publier', 'depublier', 'archiver', 'reprendre', 'supprimer', 'dupliquer'].map((step) => [
      `POST ${CATALOGUE}/formations/:offerId/${step}`,
      itsKeepersSend,
    ]),
  ),
  [`GET ${CATALOGUE}/actions/:actionId`]: itsKeepers,
  [`POST ${CATALOGUE}/actions/:actionId`]: itsKeepersSend,
  [`POST ${CATALOGUE}/actions/:actionId/archiver`]: itsKeepersSend,
  [`GET ${CATALOGUE}/actions/:actionId/sessions/nouvelle`]: itsKeepers,
  [`POST ${CATALOGUE}/actions/:actionId/sessions/nouvelle`]: itsKeepersSend,
  [`GET ${CATALOGUE}/sessions/:sessionId`]: itsKeepers,
  [`POST ${CATALOGUE}/sessions/:sessionId`]: itsKeepersSend,
  [`GET ${CATALOGUE}/sessions/:sessionId/annuler`]: itsKeepers,
  [`POST ${CATALOGUE}/sessions/:sessionId/annuler`]: itsKeepersSend,
  [`POST ${CATALOGUE}/sessions/:sessionId/archiver`]: itsKeepersSend,
  [`POST ${CATALOGUE}/sessions/:sessionId/retablir`]: itsKeepersSend,
  // Closed until the agency opens it.
  'GET /rafaelpro/offres.xml': 'NNNNNNNNNN',
};

let site: TestSite;
let body: number;
const browsers = new Map<Person, Visitor>();
beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  const { db } = site.dependencies;
  const structure = () => createStructure(db, { isTrainingBody: true, mayPreregister: true });
  body = await structure();
  const other = await structure();
  const rightsOf = (person: Person): Record<number, Right[]> => {
    if (person === 'agency') return {};
    if (person === 'of two bodies') return { [body]: ['of_general'], [other]: ['of_general'] };
    const right = person.replace('foreign ', '') as Right;
    return { [person.startsWith('foreign') ? other : body]: [right] };
  };
  for (const person of people) {
    const user = await createUser(db, {
      affiliations: rightsOf(person),
      isAgencyManager: person === 'agency',
    });
    browsers.set(person, await site.signedIn(user.email));
  }
});
afterAll(() => site.close());

let serial = 0;
/** Things of the first body, new for each person: some are gone after they were sent. */
async function params(): Promise<Record<string, number>> {
  const { db } = site.dependencies;
  serial += 1;
  const now = site.clock.now();
  const { offerId } = await db.transaction((trx) =>
    saveFormation(
      trx,
      { structureId: body, tree: formationAt(serial, '32922456200234', 2027) },
      { source: 'import', userId: null, now, publish: true },
    ),
  );
  const { id: actionId } = await db('offer_actions').where({ offer_id: offerId }).first('id');
  const { id: sessionId } = await db('offer_sessions').where({ action_id: actionId }).first('id');
  const [{ id: importId }] = await db('offer_imports').insert(
    {
      structure_id: body,
      file_name: 'offre.xml',
      sha256: Buffer.alloc(32),
      size: 1,
      lheo_version: '2.3',
      fingerprint: Buffer.alloc(32),
      state: 'planned',
      counts: JSON.stringify({
        read: 0,
        new: 0,
        changed: 0,
        unchanged: 0,
        missing: 0,
        rejected: 0,
        issues: {},
      }),
      created_at: now,
    },
    'id',
  );
  return { offerId, actionId, sessionId, importId };
}

async function outcome(person: Person, route: string): Promise<string> {
  const [method, path = ''] = route.split(' ');
  const known = path.includes(':') ? await params() : {};
  const address = path.replaceAll(/:(\w+)/g, (_, name) => String(known[name]));
  const browser = browsers.get(person) as Visitor;
  const { status, text, headers } =
    method === 'GET'
      ? await browser.get(address)
      : await browser.submit(address, { structure: String(body) }, '/mes-structures');
  if (status === 403) return /Cette page a expiré/.test(text) ? 'stale' : 'F';
  if (status === 404) return 'N';
  if (status >= 500) return String(status);
  return method === 'GET' && headers.location?.startsWith('/rafaelpro/structure') ? 'C' : 'A';
}

test('every route of RafaelPro is in the table, and nothing else', () => {
  const routes = new Set(
    listRoutes(site.app)
      .filter(({ path }) => path === '/rafaelpro' || path.startsWith('/rafaelpro/'))
      .map(({ method, path }) => `${method} ${path}`),
  );
  expect([...routes].sort()).toEqual(Object.keys(expected).sort());
});

describe('each route for each kind of person', () => {
  // The choice last: whoever is of two bodies has then chosen.
  const inOrder = Object.entries(expected).toSorted(
    ([one], [other]) =>
      Number(one === 'POST /rafaelpro/structure') - Number(other === 'POST /rafaelpro/structure'),
  );
  test.each(inOrder)('%s', async (route, outcomes) => {
    const actual: Record<string, string> = {};
    for (const person of people) actual[person] = await outcome(person, route);
    expect(actual).toEqual(Object.fromEntries(people.map((person, index) => [person, outcomes[index]])));
  });
});
