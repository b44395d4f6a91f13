import { announceNow } from '#enrolment/notices/digest.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { HrProfile } from '../profile.ts';
import * as repository from './repository.ts';

export { type DigestChoice, findDigestChoice } from './repository.ts';

/**
 * Chooses how somebody is told of new requests for a structure: each at once, or once a day. What was left for the next
 * digest is announced at once when they want none any more.
 * @returns how many e-mails leave now
 * @throws NotFound when they are not of the structure any longer
 */
export async function chooseDigest(
  deps: Dependencies,
  who: Pick<HrProfile, 'userId' | 'structureId'>,
  isDaily: boolean,
): Promise<number> {
  return deps.db.transaction(async (trx) => {
    const choice = await repository.lockDigestChoice(trx, who);
    if (!choice) throw new NotFound();
    if (isDaily) {
      await repository.beginDigest(trx, choice.affiliationId, deps.clock.now());
      return 0;
    }
    await repository.endDigest(trx, choice.affiliationId);
    return announceNow(deps, trx, choice.affiliationId);
  });
}

/** Ends the digests of an affiliation, for whoever holds the link of one; of one that is no more, there is none left. */
export async function endDigestOf(deps: Dependencies, affiliationId: number): Promise<void> {
  const who = await repository.findAffiliation(deps.db, affiliationId);
  if (who) await chooseDigest(deps, who, false);
}
