import type { Knex } from 'knex';
import { Conflict } from '#platform/errors.ts';
import { parisDay } from '#platform/french/time.ts';
import type { Doer } from '../doer.ts';

/**
 * In whose name somebody may decide as Valideur RH on a request, today: their own where they have the right, else that
 * of an absent validator whom they stand in for. Read after the locks: rights end while pages stay open. Nobody decides
 * on their own request (domain.md §2), through somebody whom they chose for it neither.
 * @returns the doer as the history names them; undefined when they may not (any longer)
 * @throws Conflict when they could, but only in the name of the person who asks
 */
export async function standingOf(
  db: Knex,
  by: Doer,
  enrolment: { userId: number; structureId: number },
  now: Date,
): Promise<Doer | undefined> {
  const rows: { forUserId: number | null }[] = await db('acting_validators')
    .where({ user_id: by.userId, structure_id: enrolment.structureId })
    .whereRaw('cast(? as date) between from_day and until_day', [parisDay(now).toString()])
    .orderByRaw('delegation_id nulls first')
    .select({ forUserId: 'for_user_id' });
  const standing = rows.find(({ forUserId }) => forUserId !== enrolment.userId);
  if (standing) return { ...by, forUserId: standing.forUserId };
  if (rows.length > 0) {
    throw new Conflict(
      'C’est la demande de la personne que vous remplacez\u00a0: un autre Valideur RH, ou Cap Métiers, s’en charge.',
    );
  }
  return undefined;
}
