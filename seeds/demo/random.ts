/** Chance that is the same each time: every demo, and every test of it, gets the same data. */
export interface Random {
  /** From `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** True this often, 0 to 1. */
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
  /** A copy in another order. */
  shuffle<T>(values: readonly T[]): T[];
}

/**
 * A generator of the mulberry32 family: short, and good enough for invented people.
 * @param seed the same seed gives the same sequence
 */
export function createRandom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    integer,
    chance: (probability) => next() < probability,
    pick: <T>(values: readonly T[]) => values[integer(0, values.length - 1)] as T,
    shuffle: (values) => {
      const copy = [...values];
      for (let last = copy.length - 1; last > 0; last -= 1) {
        const other = integer(0, last);
        [copy[last], copy[other]] = [copy[other] as never, copy[last] as never];
      }
      return copy;
    },
  };
}
