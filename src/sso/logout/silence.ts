import { managers } from '#access/recipients.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { isoDay } from '#platform/french/time.ts';
import { silenceMessage } from './mails.ts';
import * as repository from './repository.ts';

const DAY_MS = 24 * 3_600_000;

/** Writes to the agency about the services that have heard of no logout for a day: one e-mail, once a day. A daily job. */
export async function tellOfSilences({ db, clock, mail }: Dependencies): Promise<void> {
  const now = clock.now();
  await db.transaction(async (trx) => {
    const silent = await repository.takeSilent(trx, new Date(now.getTime() - DAY_MS), isoDay(now));
    if (silent.length === 0) return;
    for (const manager of await managers(trx)) await mail.enqueue(trx, silenceMessage(manager, silent));
  });
}

/** Forgets silences that nobody has come upon for a month. */
export const forgetSilences = ({ db, clock }: Dependencies): Promise<number> =>
  repository.deleteOldSilences(db, new Date(clock.now().getTime() - 30 * DAY_MS));
