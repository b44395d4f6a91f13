import { ConfigError, readConfig } from '#platform/config.ts';
import { followDatabaseClock } from '#platform/database/clock.ts';
import { openDatabase } from '#platform/database/connection.ts';
import { BeforeBaseline } from '#platform/database/migrate.ts';
import { prepareDatabase } from '#platform/database/prepare.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { startJobs } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { mailKinds } from '#platform/mail/kinds.ts';
import { createMailQueue } from '#platform/mail/queue.ts';
import { createMailTransport } from '#platform/mail/transport.ts';
import { startWebServer } from '#platform/web/server.ts';
import { createApp } from './app.ts';
import { features } from './features.ts';
import { createLanes, scheduleOf } from './jobs.ts';

/** Started parts, each with the way to stop it; stopped in reverse order. */
const started: { name: string; stop: () => Promise<void> }[] = [];

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  // What a library leaves to itself when a connection is lost must not take the pages with it; it is to be read, though.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));

  const demo = config.databaseUrl ? undefined : await (await import('#demo/demo.ts')).startDemo(config);
  if (demo) started.push({ name: 'demo', stop: demo.stop });
  const databaseUrl = await prepareDatabase(
    { databaseUrl: config.databaseUrl ?? demo?.databaseUrl ?? '', ownerUrl: config.databaseOwnerUrl },
    log,
  );
  const smtpUrl = config.smtpUrl ?? demo?.smtpUrl ?? '';

  const { db, pool, close } = openDatabase(databaseUrl, log);
  started.push({ name: 'database', stop: close });
  // A crowd on the pages does not keep the jobs from a connection, nor a long job the pages.
  const jobsUrl = config.databaseJobsUrl ?? databaseUrl;
  const forJobs = openDatabase(jobsUrl, log, 'jobs');
  started.push({ name: 'database of the jobs', stop: forJobs.close });

  const clock = await followDatabaseClock(pool, log);
  started.push({ name: 'clock', stop: async () => clock.stop() });

  const senderDomain = new URL(config.publicUrl).hostname;
  const mail = createMailQueue(config.secrets, senderDomain, clock, mailKinds(features));
  const dependencies: Dependencies = { config, db, pool, clock, log, mail, features };
  if (demo) await (await import('../seeds/demo.ts')).seedDemo(dependencies);

  const transport = createMailTransport(smtpUrl, config.smtpTls);
  started.push({ name: 'mail', stop: async () => transport.close() });
  const jobs = startJobs({
    pool: forJobs.pool,
    databaseUrl: jobsUrl,
    lanes: createLanes({ ...dependencies, db: forJobs.db, pool: forJobs.pool }, transport),
    cron: scheduleOf(features),
    log,
  });
  started.push({ name: 'jobs', stop: jobs.stop });

  const web = await startWebServer(createApp(dependencies), config.port, config.host);
  started.push({ name: 'web', stop: web.stop });
  log.info({ port: config.port }, 'listening');
  if (demo) (await import('#demo/welcome.ts')).welcome(config.publicUrl, demo, config.demo.directory);
}

let stopping: Promise<void> | undefined;
function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const part of started.reverse()) {
      await part.stop().catch((error) => process.stderr.write(`${part.name}: ${error}\n`));
    }
  })();
  return stopping;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stop().then(() => process.exit(0)));
}

start().catch(async (error) => {
  process.stderr.write(`${wordsOf(error)}\n`);
  await stop();
  process.exit(1);
});

/** A sentence where somebody can do something about it; else where the failure comes from. */
function wordsOf(error: Error & { code?: string; port?: number }): string {
  if (error instanceof ConfigError) return `Configuration à corriger :\n${error.message}`;
  if (error instanceof BeforeBaseline) return error.message;
  if (error.code === 'EADDRINUSE')
    return `Le port ${error.port} est déjà utilisé. Fermez l’autre programme, ou choisissez-en un autre : PORT=3001 npm start`;
  return error.stack ?? String(error);
}
