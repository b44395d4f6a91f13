import { createHmac } from 'node:crypto';
import type { Dependencies } from '#platform/dependencies.ts';
import { deriveKey } from '#platform/security/secrets.ts';
import { createLimit } from '#platform/web/limits.ts';

const QUARTER = 15 * 60;

/** One try to sign in: at which account, from where (`placeOf`), with which password, if with one. */
export interface SignInTry {
  account: string;
  place: string;
  password?: string;
}

/** How often signing in can be tried. */
export interface SignInLimits {
  /** Counts one try. @throws TooManyTries beyond a limit */
  consume(one: SignInTry): Promise<void>;
  /** After a success: forgets the tries of its account, and takes this one back where the failures of all are counted. */
  succeed(one: SignInTry): Promise<void>;
  /** Forgets the tries of an account, from everywhere together and from this place. */
  forgive(one: Pick<SignInTry, 'account' | 'place'>): Promise<void>;
}

/**
 * The tries are counted per account and place, so that a stranger who guesses does not lock the owner out; per
 * place, over all accounts; and per account, much higher, against guesses from many places. Two more count what fails:
 * over all accounts from one place, and one password over several accounts from one place, known by a keyed hash alone.
 */
export function signInLimits({ pool, config }: Pick<Dependencies, 'pool' | 'config'>): SignInLimits {
  const perPlace = createLimit(pool, 'sign-in-address', 300, QUARTER);
  const failuresPerPlace = createLimit(pool, 'sign-in-failures', 60, QUARTER);
  const samePassword = createLimit(pool, 'sign-in-same-password', 30, 4 * QUARTER);
  const perPair = createLimit(pool, 'sign-in-account-address', 10, QUARTER);
  const perAccount = createLimit(pool, 'sign-in-account', 100, QUARTER);
  const pairOf = ({ account, place }: Pick<SignInTry, 'account' | 'place'>) => `${account} ${place}`;
  const fingerprints = deriveKey(config.secret, 'fingerprints of passwords tried');
  const sprayOf = ({ place, password = '' }: SignInTry) =>
    `${place} ${createHmac('sha256', fingerprints).update(password.normalize('NFC')).digest('hex')}`;
  const forgive: SignInLimits['forgive'] = async (one) => {
    await perPair.reset(pairOf(one));
    await perAccount.reset(one.account);
  };
  return {
    forgive,
    // In this order: what one place tries beyond its own limits does not count against the account.
    async consume(one) {
      await perPlace.consume(one.place);
      await failuresPerPlace.consume(one.place);
      if (one.password !== undefined) await samePassword.consume(sprayOf(one));
      await perPair.consume(pairOf(one));
      await perAccount.consume(one.account);
    },
    async succeed(one) {
      await failuresPerPlace.giveBack(one.place);
      if (one.password !== undefined) await samePassword.giveBack(sprayOf(one));
      await forgive(one);
    },
  };
}
