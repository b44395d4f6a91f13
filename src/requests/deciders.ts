import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { Conflict, Forbidden } from '#platform/errors.ts';
import { formatDateTime } from '#platform/french/time.ts';

/** The request waits no more: somebody has decided it, or it was taken back. Nothing was changed. */
export class RequestDecided extends Conflict {
  override name = 'RequestDecided';
  /**
   * @param subject « La demande de Ada Lovelace »
   * @param decision « acceptée »; left out where nobody decided
   */
  constructor(
    subject: string,
    { decision, by, at }: { decision?: string; by?: string | null; at?: Date | null } = {},
  ) {
    const who = by ? ` par ${by}` : '';
    const when = at ? ` le ${formatDateTime(at)}` : '';
    const what = decision ? `est déjà ${decision}${who}${when}` : 'n’est plus en attente';
    super(`${subject} ${what}. Rien n’a été changé.`, 'Demande déjà traitée');
  }
}

/** What somebody is told who would decide on their own request. */
export const OWN_REQUEST = 'Personne ne décide de sa propre demande\u00a0: une autre personne doit le faire.';

/**
 * SQL of whether a request is the person `u`'s own: made by their account, under its address, or under one that it had
 * before. Whatever shows or takes a decision asks this, so that no page offers what is then refused.
 * @param userId whose account made the request, as SQL; null where there was none
 * @param email as SQL, of citext
 */
export const isTheirs = (userId: string, email: string): string => `coalesce(
  u.id = ${userId} or u.email = ${email} or exists (
    select from email_changes c where c.user_id = u.id and c.outcome = 'confirmed' and c.old_email = ${email}), false)`;

/**
 * @param request whose the request is, as far as its table tells: nobody decides on their own (domain.md §2)
 * @throws Forbidden when this person no longer works for the agency, or asks for it themself
 */
export async function requireManager(
  trx: Knex,
  userId: number,
  request: { userId?: number | null; email?: string | null } = {},
): Promise<void> {
  const rows = await query<{ isTheirs: boolean }[]>(
    trx,
    `select ${isTheirs('cast(:requesterId as int)', 'cast(:email as citext)')} as "isTheirs"
       from users u where u.id = :userId and u.is_agency_manager`,
    { userId, requesterId: request.userId ?? null, email: request.email ?? null },
  );
  const [manager] = rows;
  if (!manager) throw new Forbidden('Vous n’êtes plus gestionnaire de Cap Métiers Nouvelle-Aquitaine.');
  if (manager.isTheirs) throw new Forbidden(OWN_REQUEST);
}
