import { afterAll, beforeAll, expect, test } from 'vitest';
import { emailOf } from '../../../bench/catalogue/fill.ts';
import { recordAsked, tablesReadThrough } from '../../../bench/catalogue/plans.ts';
import type { TestSite, Visitor } from '../../support/app.ts';
import { createSiteAtSize } from '../../support/at-size.ts';

let site: TestSite;
let trainer: Visitor;
let sessionId: number;
// The first training body runs one action in seventeen.
beforeAll(async () => {
  site = await createSiteAtSize();
  trainer = await site.signedIn(emailOf(1));
  await trainer.submit('/parcourspro/profil', { profil: 'provider:1' }, '/parcourspro/mon-espace');
  const one = await site.dependencies
    .db('sessions')
    .join('actions', 'actions.id', 'sessions.action_id')
    .where({ provider_id: 1, cancelled_at: null })
    .whereNotNull('published_at')
    .where('starts_at', '>', site.clock.now())
    .orderBy('seats_held', 'desc')
    .first('sessions.id');
  sessionId = one.id;
}, 120_000);
afterAll(() => site.close());

test('no page of « Prestataire » reads a large table through, nor runs more than four statements', async () => {
  const session = `/parcourspro/prestataire/seances/${sessionId}`;
  const faults: string[] = [];
  for (const path of [
    '/parcourspro/prestataire',
    '/parcourspro/prestataire?vue=toutes&page=3',
    '/parcourspro/prestataire?vue=a-traiter&q=accompagner&etat=places',
    '/parcourspro/prestataire?vue=passees&du=2026-01-01',
    session,
    `${session}?liste=inscrits&motivations=1`,
    `${session}?liste=attente`,
    `${session}/liste`,
    `${session}/emargement`,
    `${session}/documents`,
    `${session}/messages`,
    `${session}/messages/nouveau`,
    '/parcourspro/prestataire/propositions',
    '/parcourspro/prestataire/propositions/nouvelle',
    `/parcourspro/prestataire/propositions/nouvelle?session=${sessionId}`,
  ]) {
    const sent = await recordAsked(async () => {
      expect((await trainer.get(path)).status, path).toBe(200);
    });
    if (sent.length > 4) faults.push(`${path}: ${sent.length} statements`);
    for (const one of sent) {
      const tables = await tablesReadThrough(site.dependencies.db, one);
      if (tables.length > 0) faults.push(`${path}: ${tables}`);
    }
  }
  expect(faults).toEqual([]);
}, 120_000);
