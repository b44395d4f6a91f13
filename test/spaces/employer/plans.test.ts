import { afterAll, beforeAll, expect, test } from 'vitest';
import { emailOf } from '../../../bench/catalogue/fill.ts';
import { recordAsked, tablesReadThrough } from '../../../bench/catalogue/plans.ts';
import type { TestSite, Visitor } from '../../support/app.ts';
import { createSiteAtSize } from '../../support/at-size.ts';

let site: TestSite;
let asValidator: Visitor;
beforeAll(async () => {
  site = await createSiteAtSize();
  asValidator = await site.signedIn(emailOf(7));
  const { db } = site.dependencies;
  const { structure_id } = await db('affiliations')
    .join('users', 'users.id', 'user_id')
    .where({ email: emailOf(7) })
    .first('structure_id');
  await asValidator.submit(
    '/parcourspro/profil',
    { profil: `hr_validator:${structure_id}` },
    '/mes-structures',
  );
}, 120_000);
afterAll(() => site.close());

test('no page of « Valideur RH » reads a large table through', async () => {
  const faults: string[] = [];
  for (const path of [
    '',
    '?q=handicap&type=1',
    '/decisions',
    '/decisions?q=nom&etat=refused&du=2026-01-01',
    '/qui-part-ou',
    '/qui-part-ou?quand=toutes&etat=enrolled&q=nom',
    '/qui-part-ou/mois',
    '/personnes',
    '/personnes?q=nom&annee=2025',
    '/preferences',
  ]) {
    const sent = await recordAsked(async () => {
      expect((await asValidator.get(`/parcourspro/valideur${path}`)).status, path).toBe(200);
    });
    for (const one of sent) {
      const tables = await tablesReadThrough(site.dependencies.db, one);
      if (tables.length > 0) faults.push(`${path}: ${tables}`);
    }
  }
  expect(faults).toEqual([]);
}, 120_000);
