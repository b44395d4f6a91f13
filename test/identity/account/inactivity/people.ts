import type { Right } from '#access/rights.ts';
import type { TestSite } from '../../../support/app.ts';
import { createUser, type TestUser } from '../../../support/people.ts';

/** Somebody whose last sign-in is given; for ever active people are simply made after the clock was set. */
export async function lastSeen(
  { dependencies: { db } }: TestSite,
  moment: string,
  options: Parameters<typeof createUser>[1] = {},
): Promise<TestUser> {
  const user = await createUser(db, options);
  await db('users').where({ id: user.id }).update({ created_at: '2020-01-01', last_sign_in_at: moment });
  return user;
}

/** Runs the scheduled job, then the e-mails that it asked for. */
export async function runDaily(site: TestSite, day?: string): Promise<void> {
  if (day) site.clock.set(`${day}T07:00:00Z`);
  await site.dependencies.db.raw(`select graphile_worker.add_job('follow_inactive_accounts')`);
  await site.runJobs();
  await site.runJobs();
}

const STEPS = [
  'account.inactivity_warned',
  'account.closed_for_inactivity',
  'account.reopened',
  'account.anonymised',
];

/** What the journal tells of a person's inactivity, oldest first. */
export const journalOf = ({ dependencies: { db } }: TestSite, userId: number): Promise<string[]> =>
  db('audit_entries').where({ person_id: userId }).whereIn('action', STEPS).orderBy('id').pluck('action');

/** The rights of a person that count. */
export const rightsOf = ({ dependencies: { db } }: TestSite, userId: number): Promise<Right[]> =>
  db('affiliation_rights')
    .join('affiliations', 'affiliations.id', 'affiliation_id')
    .where({ user_id: userId })
    .orderBy('right')
    .pluck('right');

/** The subjects of the e-mails to a person that arrived, oldest first, with plain spaces. */
export const subjectsTo = (site: TestSite, { email }: TestUser): string[] =>
  site.mailbox.to(email).map(({ subject }) => subject.replaceAll('\u00a0', ' '));
