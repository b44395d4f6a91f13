import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { openingMessage } from './mails.ts';
import { deletePast, deleteWatch, findSession, insertWatch, takeOpenings } from './repository.ts';

/** People told of in one transaction. */
const BATCH = 100;

/**
 * Notes that a person wants to be told when a full session takes requests again. It reserves nothing.
 * @throws NotFound for a session that is not one of this public action
 * @throws Conflict where a request can be made at once, or never again
 */
export async function watchSession(
  { db, clock }: Dependencies,
  userId: number,
  slug: string,
  sessionId: number,
): Promise<void> {
  const now = clock.now();
  const session = await findSession(db, slug, sessionId, now);
  if (!session) throw new NotFound();
  if (session.isCancelled || session.registrationClosesAt <= now || session.startsAt <= now)
    throw new Conflict('Les inscriptions à cette session sont terminées.');
  if (!session.isFull)
    throw new Conflict(
      'Il reste de la place dans cette session : vous pouvez demander une place dès maintenant.',
    );
  await insertWatch(db, sessionId, userId, now);
}

/** Takes the wish back; one that was not made changes nothing. */
export async function stopWatching({ db }: Dependencies, userId: number, sessionId: number): Promise<void> {
  await deleteWatch(db, sessionId, userId);
}

/**
 * Tells those who asked that a session takes requests again, once each: the wish goes with the e-mail, in one
 * transaction.
 * @returns how many people were written to
 */
export async function tellOfOpenings(deps: Dependencies): Promise<number> {
  const { db, clock, mail } = deps;
  const now = clock.now();
  let told = 0;
  for (;;) {
    const count = await db.transaction(async (trx) => {
      const openings = await takeOpenings(trx, now, BATCH);
      for (const opening of openings) await mail.enqueue(trx, openingMessage(opening, now));
      return openings.length;
    });
    told += count;
    if (count < BATCH) break;
  }
  await deletePast(db, now);
  return told;
}
