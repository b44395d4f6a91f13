import type { Knex } from 'knex';
import { DEMO_EMAIL_DOMAIN } from '#platform/config.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { daysAgo } from './calendar.ts';
import type { Structure } from './structures.ts';

interface AccountRequest {
  login: string;
  structure: string;
  civility: 'Mme' | 'M.';
  firstName: string;
  lastName: string;
  job: string;
  daysAgo: number;
}

/** Three for the référents of the demo structure (one of them overdue), two for structures where nobody is yet. */
const pending: AccountRequest[] = [
  {
    login: 'demande.recente',
    structure: 'demo',
    civility: 'Mme',
    firstName: 'Jade',
    lastName: 'Candidate',
    job: 'Conseillère en insertion',
    daysAgo: 1,
  },
  {
    login: 'demande.attente',
    structure: 'demo',
    civility: 'M.',
    firstName: 'Marius',
    lastName: 'Patience',
    job: 'Chargé d’accueil',
    daysAgo: 6,
  },
  {
    login: 'demande.ancienne',
    structure: 'demo',
    civility: 'Mme',
    firstName: 'Anne-Élise',
    lastName: 'D’Attente-Prolongée',
    job: 'Psychologue du travail',
    daysAgo: 19,
  },
  {
    login: 'premiere.personne',
    structure: '40-0',
    civility: 'M.',
    firstName: 'Prosper',
    lastName: 'Premier',
    job: 'Directeur',
    daysAgo: 2,
  },
  {
    login: 'premiere.formatrice',
    structure: '16-6',
    civility: 'Mme',
    firstName: 'Colombe',
    lastName: 'Pionnière',
    job: 'Responsable pédagogique',
    daysAgo: 17,
  },
];

/** Inserts account requests that wait for a decision; once accepted, their people sign in with the demo password. */
export async function insertAccountRequests(
  trx: Knex.Transaction,
  structures: ReadonlyMap<string, Structure>,
  passwordHash: string,
  now: Date,
): Promise<void> {
  await trx('account_requests').insert(
    pending.map((request) => ({
      structure_id: structures.get(request.structure)?.id,
      email: request.login + DEMO_EMAIL_DOMAIN,
      password_hash: passwordHash,
      civility: request.civility,
      last_name: request.lastName,
      first_name: request.firstName,
      job_title: request.job,
      phone: '+33536499000',
      state: 'pending',
      // The e-mail is confirmed: nobody needs the link any more, and nobody knows the token.
      token_hash: hashToken(newToken()),
      token_expires_at: daysAgo(now, request.daysAgo - 1, '11:20'),
      created_at: daysAgo(now, request.daysAgo, '11:20'),
      confirmed_at: daysAgo(now, request.daysAgo, '11:34'),
    })),
  );
}
