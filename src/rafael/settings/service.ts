import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { execute, query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Stale } from '#platform/versions.ts';

/** What the agency decides for the whole of RafaelPro. */
export interface RafaelSettings {
  /** Whether everybody may read the published offers as LHÉO. */
  publicFeed: boolean;
  /** Whether what nobody has confirmed for long leaves the offer by itself. */
  unpublishesUnconfirmed: boolean;
}

/** The settings with the number of their version. */
export interface SavedRafaelSettings extends RafaelSettings {
  version: number;
}

export async function readRafaelSettings(db: Knex): Promise<SavedRafaelSettings> {
  const [row] = await query<[SavedRafaelSettings]>(
    db,
    `select public_feed as "publicFeed", unpublishes_unconfirmed as "unpublishesUnconfirmed",
            lock_version as version from rafael_settings`,
  );
  return row;
}

/**
 * Saves the settings of RafaelPro: they hold from the next request on.
 * @param version on which the form was opened
 * @throws Stale when another version has been saved since
 */
export async function saveRafaelSettings(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  version: number,
  { publicFeed, unpublishesUnconfirmed }: RafaelSettings,
): Promise<void> {
  await db.transaction(async (trx) => {
    const updated = await execute(
      trx,
      `update rafael_settings set public_feed = :publicFeed, unpublishes_unconfirmed = :unpublishesUnconfirmed,
              lock_version = lock_version + 1
        where lock_version = :version`,
      { publicFeed, unpublishesUnconfirmed, version },
    );
    if (updated === 0) throw new Stale();
    await recordAudit(trx, {
      action: 'rafael_settings.updated',
      at: clock.now(),
      details: { publicFeed, unpublishesUnconfirmed },
    });
  });
}
