import type { TestSite } from '../../../support/app.ts';
import { journalOf } from '../../../support/journal.ts';
import { createUser, type TestUser } from '../../../support/people.ts';

/** Somebody whose last sign-in is given; for ever active people are simply made after the clock was set. */
export async function lastSeen(
  { dependencies: { db } }: TestSite,
  moment: string,
  options: Parameters<typeof createUser>[1] = {},
): Promise<TestUser> {
  const fields = { created_at: '2020-01-01', last_sign_in_at: moment, ...options.fields };
  return createUser(db, { ...options, fields });
}

/** Runs the scheduled job, then the e-mails that it asked for. */
export async function runDaily(site: TestSite, day?: string): Promise<void> {
  if (day) site.clock.set(`${day}T07:00:00Z`);
  await site.dependencies.db.raw(`select graphile_worker.add_job('follow_inactive_accounts')`);
  await site.runJobs();
  await site.runJobs();
}

const STEPS: string[] = [
  'account.inactivity_warned',
  'account.closed_for_inactivity',
  'account.reopened',
  'account.anonymised',
];

/** What the journal tells of a person's inactivity, oldest first. */
export const stepsOf = async ({ dependencies: { db } }: TestSite, userId: number): Promise<string[]> =>
  (await journalOf(db, 'account.%', { person_id: userId }))
    .map(({ action }) => action)
    .filter((action) => STEPS.includes(action));

/** The subjects of the e-mails to a person that arrived, oldest first, with plain spaces. */
export const subjectsTo = (site: TestSite, { email }: TestUser): string[] =>
  site.mailbox.to(email).map(({ subject }) => subject.replaceAll('\u00a0', ' '));
