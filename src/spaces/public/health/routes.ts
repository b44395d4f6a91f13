import { anyone } from '#access/policies.ts';
import { isMigrated } from '#platform/database/migrate.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';

/** What a supervisor asks: `/healthz`, the process answers; `/readyz`, the database answers and is migrated. */
export function healthSite({ db, log }: Dependencies): GatedRouter {
  const site = gatedRouter();
  let migrated = false;

  site.get('/healthz', anyone, (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });

  site.get('/readyz', anyone, async (_req, res) => {
    res.set('Cache-Control', 'no-store');
    try {
      await db.raw('select 1');
      migrated ||= await isMigrated(db);
      res.status(migrated ? 200 : 503).json({ status: migrated ? 'ready' : 'migrations pending' });
    } catch (error) {
      log.warn({ err: error }, 'not ready');
      res.status(503).json({ status: 'database unreachable' });
    }
  });

  return site;
}
