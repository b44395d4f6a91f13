import type { TestSite } from '../../support/app.ts';
import { lastRequest } from '../../support/requests.ts';

export const PASSWORD = 'Girafe-Violette-2026';

/** The answers of somebody who fills in everything right. */
export const filledIn = (structureId: number, email: string) => ({
  structure_id: structureId,
  civility: 'Mme',
  last_name: 'Proviste',
  first_name: 'Alix',
  email,
  password: PASSWORD,
  password_confirmation: PASSWORD,
  job_title: 'Conseiller ou conseillère en insertion professionnelle',
  phone: '05 56 00 00 00',
  mobile: '',
});

/** Asks for an account and confirms it from the e-mail; the request is then pending. @returns its id */
export async function askForAccount(site: TestSite, structureId: number, email: string): Promise<number> {
  const visitor = site.visitor();
  await visitor.submit('/account-requests/add', filledIn(structureId, email));
  await site.runJobs();
  await visitor.submit(site.mailbox.latestLink(email), { password: PASSWORD });
  const { id } = await lastRequest(site.dependencies.db, 'account_request', { email, state: 'pending' });
  return id;
}
