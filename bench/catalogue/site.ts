import supertest from 'supertest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database/connection.ts';
import { createLog } from '../../src/platform/log.ts';
import { createMailQueue } from '../../src/platform/mail/queue.ts';
import { emailOf } from './fill.ts';

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
  });
  const log = createLog('silent');
  const { db, pool, close } = openDatabase(url, log);
  const mail = createMailQueue(config.secret, 'bench.example', systemClock);
  const app = createApp({ config, db, pool, clock: systemClock, log, mail });
  return { app, db, close };
}

/** The cookies of the nth person, signed in; none for nobody. */
export async function cookiesOf(app: ReturnType<typeof openSite>['app'], nth?: number): Promise<string> {
  if (nth === undefined) return '';
  const agent = supertest.agent(app);
  const page = await agent.get('/connexion');
  const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const answer = await agent
    .post('/connexion')
    .type('form')
    .send({ _csrf: token, identifiant: emailOf(nth), mot_de_passe: PASSWORD });
  if (answer.status !== 303) throw new Error(`sign-in of person ${nth}: ${answer.status}`);
  const given = [page, answer].flatMap(({ headers }) => headers['set-cookie'] ?? []) as string[];
  return given.map((cookie) => cookie.split(';')[0]).join('; ');
}
