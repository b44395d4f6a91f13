import type pg from 'pg';
import { createLimit } from '../../platform/web/limits.ts';

const QUARTER = 15 * 60;

/** How often signing in can be tried. */
export interface SignInLimits {
  /** Counts one try. @throws TooManyTries beyond a limit */
  consume(account: string, address: string): Promise<void>;
  /** Takes back the tries of an account, those of all addresses together and those of this one. */
  reset(account: string, address: string): Promise<void>;
}

/**
 * The tries are counted per account and address, so that a stranger who guesses does not lock the owner out; per
 * address, over all accounts; and per account, much higher, against guesses from many addresses.
 */
export function signInLimits(pool: pg.Pool): SignInLimits {
  const perAddress = createLimit(pool, 'sign-in-address', 100, QUARTER);
  const perPair = createLimit(pool, 'sign-in-account-address', 10, QUARTER);
  const perAccount = createLimit(pool, 'sign-in-account', 100, QUARTER);
  const pairOf = (account: string, address: string) => `${account} ${address}`;
  return {
    // In this order: what one address tries beyond its own limits does not count against the account.
    async consume(account, address) {
      await perAddress.consume(address);
      await perPair.consume(pairOf(account, address));
      await perAccount.consume(account);
    },
    async reset(account, address) {
      await perPair.reset(pairOf(account, address));
      await perAccount.reset(account);
    },
  };
}
