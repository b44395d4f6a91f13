import { expect, test } from 'vitest';
import { proofOf } from '#follow-up/signing/proof/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  createSigningScene,
  MORNING,
  roomOf,
  type SigningScene,
  signaturesOf,
  signInRoom,
} from '../support/signing.ts';
import { withoutLocks } from '../support/without-locks.ts';

const PAGE = '/parcourspro/mon-espace/emargement';
const NOW = new Date(MORNING.getTime() + 60_000);

const everybody = (database: TestDatabase, scene: SigningScene) =>
  Promise.allSettled(scene.people.map(({ id }) => signInRoom(database, scene.slots[0], id)));

test('forty people who sign at once make one chain; without its lock, they do not', async ({
  onTestFinished,
}) => {
  const database = await createTestDatabase({ now: NOW });
  onTestFinished(() => database.drop());
  const { db } = database.dependencies;
  const scene = await createSigningScene(database, 40);
  const outcomes = await everybody(database, scene);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  const rows = await signaturesOf(db, scene.sessionId);
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  const proof = await proofOf(database.dependencies, scene.sessionId, { withEvidence: true });
  expect(proof).toMatchObject({ length: 40, brokenAt: null, head: rows.at(-1)?.hash.toString('hex') });

  const control = await createSigningScene(database, 40);
  const lost = await withoutLocks(() => everybody(database, control));
  expect(lost.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
});

test('somebody who signs twice at once signs once, and one ticket at once serves one account', async ({
  onTestFinished,
}) => {
  const database = await createTestDatabase({ now: NOW });
  onTestFinished(() => database.drop());
  const scene = await createSigningScene(database, 1);
  const [person] = scene.people as [SigningScene['people'][0]];
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => signInRoom(database, scene.slots[0], person.id)),
  );
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect(await signaturesOf(database.dependencies.db, scene.sessionId)).toHaveLength(1);
});

/** Everybody through the pages: scanned, read and sent, all of them at the same moment. */
async function signThroughPages(site: TestSite, scene: SigningScene): Promise<number[]> {
  const browsers: { browser: Visitor; token: string }[] = [];
  for (const { email } of scene.people) {
    const browser = await site.signedIn(email);
    await browser.get(roomOf(site, scene.slots[0]).path);
    browsers.push({ browser, token: await browser.token(PAGE) });
  }
  return Promise.all(
    browsers.map(async ({ browser, token }) => {
      const began = performance.now();
      const { status } = await browser.post(PAGE, { _csrf: token, dessin: '' });
      expect(status).toBe(303);
      return performance.now() - began;
    }),
  );
}

test('200 people who sign in the same second through the pages are all kept, in one chain', async ({
  onTestFinished,
}) => {
  const site = await createTestSite({ now: NOW });
  onTestFinished(() => site.close());
  const scene = await createSigningScene(site, 200);
  const times = (await signThroughPages(site, scene)).toSorted((a, b) => a - b);
  expect(await signaturesOf(site.dependencies.db, scene.sessionId)).toHaveLength(200);
  const proof = await proofOf(site.dependencies, scene.sessionId, { withEvidence: false });
  expect(proof).toMatchObject({ length: 200, brokenAt: null });
  console.info(
    `200 signatures at once: median ${times[100]?.toFixed()} ms, last ${times[199]?.toFixed()} ms`,
  );
}, 300_000);
