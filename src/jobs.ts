import { type CronItem, type ParsedCronItem, parseCronItems, type TaskList } from 'graphile-worker';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Feature, Job, Step, Tries } from '#platform/feature.ts';
import { each } from '#platform/jobs/each.ts';
import type { Lane } from '#platform/jobs/runner.ts';
import { deliverEmailTask } from '#platform/mail/deliver.ts';
import { PROBE_MAIL_SERVER, probeMailServer } from '#platform/mail/outage.ts';
import { DELIVER_EMAIL } from '#platform/mail/queue.ts';
import { MAIL_CONNECTIONS, type MailTransport } from '#platform/mail/transport.ts';
import { forgetSentForms } from '#platform/web/sent-once.ts';
import { forgetOldSessions } from '#platform/web/session-store.ts';

/** One may be at a long task of the night while a decision is to be applied. */
const WORKERS = 2;

/**
 * Everything that the queue can be asked to do, by who does it: a mail server that takes its time holds up no decision,
 * and nothing holds up e-mails but their server.
 */
export function createLanes(dependencies: Dependencies, transport: MailTransport): Lane[] {
  const lanes = Map.groupBy(jobsOf(dependencies.features), ({ lane = 'work' }) => lane);
  const work = [...lanes].map(([name, jobs]) => ({
    name,
    concurrency: WORKERS,
    tasks: Object.fromEntries(
      jobs.map(({ task, run }) => [
        task,
        async (payload: unknown) => void (await run(dependencies, payload)),
      ]),
    ),
  }));
  const mail = {
    [DELIVER_EMAIL]: deliverEmailTask(dependencies, transport),
    [PROBE_MAIL_SERVER]: async () => probeMailServer(dependencies, transport),
  };
  return [...work, { name: 'mail', concurrency: MAIL_CONNECTIONS, tasks: mail }];
}

/** The same in one, by name. */
export function createTasks(dependencies: Dependencies, transport: MailTransport): TaskList {
  return Object.assign({}, ...createLanes(dependencies, transport).map(({ tasks }) => tasks));
}

/** The jobs of these capabilities, and those that several of them share. */
function jobsOf(all: readonly Feature[]): Job[] {
  const forget = [...all.flatMap((feature) => feature.forget ?? []), forgetSentForms, forgetOldSessions];
  const remind = all.flatMap((feature) => feature.remind ?? []);
  return [
    ...all.flatMap((feature) => feature.jobs ?? []),
    { task: 'forget_expired', run: inTurn(forget), cron: { match: '7 * * * *', tries: 'often' } },
    { task: 'remind_deciders', run: inTurn(remind), cron: { match: '5 * * * *', tries: 'often' } },
  ];
}

const inTurn =
  (steps: readonly Step[]): Step =>
  (deps) =>
    each(steps, (step) => step(deps), deps);

const DAY_MS = 24 * 3_600_000;
const OPTIONS: Record<Tries, CronItem['options']> = {
  once: { maxAttempts: 1 },
  often: { maxAttempts: 3 },
  daily: { maxAttempts: 10, backfillPeriod: DAY_MS },
};

/** What comes round by itself with these capabilities. */
export const scheduleOf = (features: readonly Feature[]): ParsedCronItem[] =>
  parseCronItems([
    // One a minute for all processes: the next is not kept waiting by tries of the former.
    { task: PROBE_MAIL_SERVER, match: '* * * * *', options: OPTIONS.once },
    ...jobsOf(features).flatMap(({ task, cron }) =>
      cron ? [{ task, match: cron.match, options: OPTIONS[cron.tries] }] : [],
    ),
  ]);
