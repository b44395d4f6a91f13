import type { Dependencies } from '#platform/dependencies.ts';
import { createLimit, TooManyTries } from '#platform/web/limits.ts';
import { areRoomDigits, roomKeys } from '../room/code.ts';
import { signingState } from '../windows/rules.ts';
import { findFormerSignatures, findOwnHalfDays, type OwnHalfDay } from './repository.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Wrong digits of one person for one half-day: with three codes good at once, one in 70,000 guesses right. */
const TRIES = 5;
const TRIES_SECONDS = 12 * 60 * 60;

/** What somebody signs: their half-days about now, and what they signed of hours that changed since. */
export async function ownHalfDays({ db, clock }: Pick<Dependencies, 'db' | 'clock'>, userId: number) {
  const now = clock.now();
  const from = new Date(now.getTime() - 3 * DAY_MS);
  const halfDays = await findOwnHalfDays(db, userId, { from, until: new Date(now.getTime() + DAY_MS) });
  return { halfDays, former: await findFormerSignatures(db, userId, from) };
}

/** Finds whose room digits are, among the half-days that somebody may sign now. */
export function digitsReader(deps: Pick<Dependencies, 'pool' | 'clock' | 'config'>) {
  const tries = createLimit(deps.pool, 'signing-digits', TRIES, TRIES_SECONDS);
  const keys = roomKeys(deps.config.secrets);

  /**
   * @returns the half-day; 'wrong' for digits of no room of theirs; 'none' where they have nothing to sign now
   * @throws TooManyTries after five wrong ones for a half-day
   */
  return async function read(
    userId: number,
    halfDays: readonly OwnHalfDay[],
    digits: string,
  ): Promise<OwnHalfDay | 'wrong' | 'none'> {
    const now = deps.clock.now();
    const open = halfDays.filter((one) => one.signedAt === null && signingState(one, now) === 'open');
    if (open.length === 0) return 'none';
    const keyOf = ({ id }: OwnHalfDay) => `${userId}:${id}`;
    const refusals: TooManyTries[] = [];
    const counted: OwnHalfDay[] = [];
    for (const one of open) {
      try {
        await tries.consume(keyOf(one));
        counted.push(one);
      } catch (error) {
        if (!(error instanceof TooManyTries)) throw error;
        refusals.push(error);
        continue;
      }
      if (areRoomDigits(keys, one.id, digits, now)) {
        // Right for this one, these digits were no wrong try for the others; earlier wrong ones still count there.
        for (const each of counted) {
          await (each === one ? tries.reset(keyOf(each)) : tries.giveBack(keyOf(each)));
        }
        return one;
      }
    }
    const [refusal] = refusals;
    if (refusal && refusals.length === open.length) throw refusal;
    return 'wrong';
  };
}
