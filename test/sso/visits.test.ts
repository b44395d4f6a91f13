import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anonymise } from '#identity/account/deletion/anonymise.ts';
import { changePassword } from '#identity/account/password/service.ts';
import { seal } from '#platform/security/secrets.ts';
import { ticketKeys } from '#sso/logout/deliver.ts';
import { getPerson } from '#sso/services/service.ts';
import { followVisits, forgetOldVisits, openVisit } from '#sso/visits/service.ts';
import { features } from '../../src/features.ts';
import { browserSessions } from '../support/accounts.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { DAY } from '../support/database.ts';
import { type Listener, startListener } from '../support/listener.ts';
import {
  closeAccount,
  createStructure,
  createUser,
  personOf,
  TEST_PASSWORD,
  type TestUser,
} from '../support/people.ts';
import { forgetAttempts } from '../support/rate-limits.ts';
import { createService, openVisitOf, setService, suspendService, visitsIn } from '../support/sso.ts';

let site: TestSite;
let listener: Listener;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  listener = await startListener();
});
afterAll(async () => {
  await site.close();
  await listener.close();
});
beforeEach(async () => {
  await forgetAttempts(site.dependencies.db);
  listener.heard.length = 0;
  listener.answer((res) => void res.writeHead(204).end());
});

const NEW_PASSWORD = 'Autre-Mot-De-Passe-2026!';
let serial = 0;

/** Opens a service in a browser in which somebody is signed in, and has opened none. */
async function visit(user: TestUser, serviceId: number, at = listener.url): Promise<number> {
  const { db, config } = site.dependencies;
  const visited = new Set((await visitsIn(db, { user_id: user.id })).map(({ sign_in_id }) => sign_in_id));
  const signIns = (await browserSessions(db, user.id)).map(({ sess }) => String(sess.signInId));
  const signInId = signIns.find((one) => !visited.has(one)) ?? String(signIns[0]);
  serial += 1;
  return db.transaction((trx) =>
    openVisit(site.dependencies, trx, {
      signInId,
      userId: user.id,
      serviceId,
      protocol: 'cas',
      sealedTicket: seal(ticketKeys(config), `ST-${serial}`),
      oidcSid: null,
      logoutUrl: `${at}/cas`,
      withSecondFactor: false,
    }),
  );
}

/** Somebody signed in who has opened a service. */
async function visitor(options: Parameters<typeof createService>[1] = {}): Promise<{
  user: TestUser;
  structureId: number;
  serviceId: number;
  browser: Visitor;
}> {
  const { db } = site.dependencies;
  const structureId = await createStructure(db, { memberIn: [2026], isTrainingBody: true });
  const user = await createUser(db, { affiliations: { [structureId]: ['of_general'] } });
  const browser = await site.signedIn(user.email);
  const { id: serviceId } = await createService(db, options);
  await visit(user, serviceId);
  return { user, structureId, serviceId, browser };
}
const endingOf = async (user: TestUser) =>
  (await visitsIn(site.dependencies.db, { user_id: user.id })).map(({ because }) => because);

describe('a visit ends, and its service hears of it,', () => {
  type Ending = (one: Awaited<ReturnType<typeof visitor>>) => Promise<unknown>;
  const endings: Record<string, [Ending, string]> = {
    'when the person signs out': [
      ({ browser }) => browser.submit('/deconnexion', {}, '/mon-compte'),
      'signed_out',
    ],
    'when they change their password elsewhere': [
      ({ user }) =>
        site.signedIn(user.email).then(async () => {
          const sessions = await browserSessions(site.dependencies.db, user.id);
          return changePassword(site.dependencies, {
            userId: user.id,
            present: TEST_PASSWORD,
            chosen: NEW_PASSWORD,
            sid: sessions.at(-1)?.sid ?? '',
          });
        }),
      'session_over',
    ],
    'when they close the other sessions': [
      async ({ user }) => {
        const other = await site.signedIn(user.email);
        await other.submit('/mon-compte/sessions/fermer-les-autres', {}, '/mon-compte');
      },
      'session_over',
    ],
    'when the account is closed': [
      ({ user }) => closeAccount(site.dependencies.db, user.id, site.clock.now()),
      'session_over',
    ],
    'when nobody has opened a page for two hours': [
      ({ user }) =>
        site.dependencies
          .db('web_sessions')
          .whereRaw(`sess #>> '{passport,user}' = ?`, [String(user.id)])
          .update({
            expire: new Date(Date.now() - 1000),
          }),
      'session_over',
    ],
    'when the row of the session is gone, whoever took it': [
      ({ user }) =>
        site.dependencies
          .db('web_sessions')
          .whereRaw(`sess #>> '{passport,user}' = ?`, [String(user.id)])
          .delete(),
      'session_over',
    ],
  };
  test.each(Object.entries(endings))('%s', async (_how, [end, because]) => {
    const one = await visitor();
    await end(one);
    await followVisits(site.dependencies);
    expect(await endingOf(one.user)).toEqual([because]);
    await site.runJobs();
    expect(listener.heard).toHaveLength(1);
    expect(listener.heard[0]?.body).toMatch(/^logoutRequest=.*samlp%3ASessionIndex%3EST-\d+%3C/);
    const [left] = await visitsIn(site.dependencies.db, { user_id: one.user.id });
    expect(left).toMatchObject({ sealed_ticket: null, next_at: null, delivered_at: site.clock.now() });
  });

  test('twelve hours after the sign-in', async () => {
    const one = await visitor();
    site.clock.set('2026-12-01T20:59:00Z');
    await followVisits(site.dependencies);
    expect(await endingOf(one.user)).toEqual([null]);
    site.clock.set('2026-12-01T21:01:00Z');
    await followVisits(site.dependencies);
    expect(await endingOf(one.user)).toEqual(['session_over']);
    site.clock.set('2026-12-01T09:00:00Z');
    await site.runJobs();
  });

  test('when the account is erased, whose identifier is another one from then on', async () => {
    const { db } = site.dependencies;
    const { user } = await visitor();
    const { subject } = await getPerson(db, user.id, site.clock.now());
    const person = await personOf(db, user.id);
    await db.transaction((trx) =>
      anonymise(features, trx, { id: user.id, email: person.email } as never, site.clock.now()),
    );
    await site.runJobs();
    expect(listener.heard).toHaveLength(1);
    expect((await getPerson(db, user.id, site.clock.now())).subject).not.toBe(subject);
  });
});

describe('a visit that is no longer allowed ends within a minute,', () => {
  test.each<
    [
      string,
      Parameters<typeof createService>[1],
      (one: Awaited<ReturnType<typeof visitor>>) => Promise<unknown>,
      string,
    ]
  >([
    [
      'the right revoked',
      { fields: { opens_to: 'rights' }, rights: ['of_general'] },
      ({ user }) =>
        site.dependencies
          .db('affiliation_rights')
          .where({ right: 'of_general' })
          .whereIn(
            'affiliation_id',
            site.dependencies.db('affiliations').where({ user_id: user.id }).select('id'),
          )
          .delete(),
      'no_longer_allowed',
    ],
    [
      'the person detached',
      { fields: { opens_to: 'rights' }, rights: ['of_general'] },
      ({ user }) => site.dependencies.db('affiliations').where({ user_id: user.id }).delete(),
      'no_longer_allowed',
    ],
    [
      'the membership ended',
      { fields: { opens_to: 'members' } },
      ({ structureId }) => site.dependencies.db('memberships').where({ structure_id: structureId }).delete(),
      'no_longer_allowed',
    ],
    [
      'the service suspended',
      {},
      ({ serviceId }) => suspendService(site.dependencies.db, serviceId, site.clock.now()),
      'suspended',
    ],
    [
      'a second factor wanted, which was not given',
      {},
      ({ serviceId }) => setService(site.dependencies.db, serviceId, { needs_second_factor: true }),
      'no_longer_allowed',
    ],
  ])('%s', async (_what, options, take, because) => {
    const one = await visitor(options);
    await followVisits(site.dependencies);
    expect(await endingOf(one.user)).toEqual([null]);
    await take(one);
    await followVisits(site.dependencies);
    expect(await endingOf(one.user)).toEqual([because]);
    await site.runJobs();
    expect(listener.heard).toHaveLength(1);
  });
});

test('a visit with the second factor that its service wants goes on', async () => {
  const { db } = site.dependencies;
  const one = await visitor();
  await db('sso_visits').where({ service_id: one.serviceId }).update({ with_second_factor: true });
  await setService(db, one.serviceId, { needs_second_factor: true });
  await followVisits(site.dependencies);
  expect(await endingOf(one.user)).toEqual([null]);
});

describe('visits are forgotten', () => {
  test('a year after their end, however long ago they began', async () => {
    const { db } = site.dependencies;
    const { user, serviceId } = await visitor();
    await db('sso_visits').where({ user_id: user.id }).delete();
    const ago = (days: number) => new Date(site.clock.now().getTime() - days * DAY);
    const ended = (opened: number, closed: number) =>
      openVisitOf(db, user.id, serviceId, {
        opened_at: ago(opened),
        closed_at: ago(closed),
        because: 'agency',
      });
    await ended(370, 366);
    await ended(370, 364);
    await forgetOldVisits(site.dependencies);
    expect((await visitsIn(db, { user_id: user.id })).map(({ closed_at }) => closed_at)).toEqual([ago(364)]);
  });

  test('with the person, once their services have heard', async () => {
    const { db } = site.dependencies;
    const { user } = await visitor();
    const { email } = await personOf(db, user.id);
    await db.transaction((trx) =>
      anonymise(features, trx, { id: user.id, email } as never, site.clock.now()),
    );
    await forgetOldVisits(site.dependencies);
    expect(await visitsIn(db, { user_id: user.id })).toMatchObject([{ delivered_at: null }]);
    await site.runJobs();
    await forgetOldVisits(site.dependencies);
    expect(await visitsIn(db, { user_id: user.id })).toEqual([]);
  });
});

test('only the visits of the session that ended', async () => {
  const one = await visitor();
  const other = await site.signedIn(one.user.email);
  await visit(one.user, one.serviceId);
  await other.submit('/deconnexion', {}, '/mon-compte');
  expect(await endingOf(one.user)).toEqual([null, 'signed_out']);
  expect((await one.browser.get('/mon-compte')).status).toBe(200);
});

describe('« Services ouverts »', () => {
  test('lists what is open, with what it is told, and closes one', async () => {
    const one = await visitor({ fields: { name: 'Service <script> & co', home_url: 'https://a.example/' } });
    const { text } = await one.browser.get('/mon-compte/services');
    expect(text).toContain('Service &lt;script&gt; &amp; co');
    expect(text).toContain(one.user.email);
    const path = `/mon-compte/services/${one.serviceId}/fermer`;
    expect((await one.browser.submit(path, {}, '/mon-compte/services')).status).toBe(303);
    expect(await endingOf(one.user)).toEqual(['closed_by_person']);
    expect((await one.browser.get('/mon-compte/services')).text).toContain('Aucun service ouvert');
    expect((await one.browser.submit(path, {}, '/mon-compte')).status).toBe(404);
    await site.runJobs();
  });

  test('of somebody else does not exist', async () => {
    const one = await visitor();
    const other = await visitor();
    const answer = await other.browser.submit(
      `/mon-compte/services/${one.serviceId}/fermer`,
      {},
      '/mon-compte',
    );
    expect(answer.status).toBe(404);
    expect(await endingOf(one.user)).toEqual([null]);
  });
});
