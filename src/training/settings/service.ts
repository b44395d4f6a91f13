import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisYear } from '#platform/french/time.ts';
import { Stale } from '#platform/versions.ts';
import type { SavedSettings } from './repository.ts';
import * as repository from './repository.ts';
import { type Change, type Settings, settingsChanges } from './rules.ts';

export type { SavedSettings } from './repository.ts';

export const getSettings = ({ db }: Pick<Dependencies, 'db'>): Promise<SavedSettings> =>
  repository.readSettings(db);

/** What saving these settings instead of those saved would change, for whom; nothing is written. */
export async function previewSettings(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  saved: SavedSettings,
  settings: Settings,
): Promise<Change[]> {
  const now = clock.now();
  return settingsChanges(saved, settings, await repository.findReach(db, settings, parisYear(now), now));
}

/**
 * Saves the agency's settings: they hold from the next request on; those who wait and may now sit are given a free seat
 * by a scheduled job (`promoteWaiting`).
 * @param version on which the form was opened
 * @throws Stale when another version has been saved since
 */
export async function saveSettings(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  version: number,
  settings: Settings,
): Promise<void> {
  await db.transaction(async (trx) => {
    if (!(await repository.updateSettings(trx, version, settings))) throw new Stale();
    const { staggeredUntil, staggeredRequests, ...numbers } = settings;
    await recordAudit(trx, {
      action: 'settings.updated',
      at: clock.now(),
      details: {
        ...numbers,
        ...(staggeredUntil ? { staggeredUntil, staggeredRequests: Number(staggeredRequests) } : {}),
      },
    });
  });
}
