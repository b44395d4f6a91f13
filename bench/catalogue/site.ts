import { systemClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import { openDatabase } from '#platform/database/connection.ts';
import { createLog } from '#platform/log.ts';
import { mailKinds } from '#platform/mail/kinds.ts';
import { createMailQueue } from '#platform/mail/queue.ts';
import { createApp } from '../../src/app.ts';
import { features } from '../../src/features.ts';

/** The password of everybody made up. */
export const PASSWORD = 'Essai-Solide-2026!';

/** The application on a filled database, in this process. */
export function openSite(url: string) {
  const config = readConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: url,
    SMTP_URL: 'smtp://127.0.0.1:1',
    PUBLIC_URL: 'http://localhost:3000',
    PAGES_PER_MINUTE: '0',
  });
  const log = createLog('silent');
  const { db, pool, close } = openDatabase(url, log);
  const mail = createMailQueue(config.secret, 'bench.example', systemClock, mailKinds(features));
  const dependencies = { config, db, pool, clock: systemClock, log, mail, features };
  return { app: createApp(dependencies), db, dependencies, close };
}
