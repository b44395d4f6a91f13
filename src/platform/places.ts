import { TemporaryFailure } from './errors.ts';

/** More people at once than can be served, or somebody else at work on the same thing: nothing was changed. */
export class Busy extends TemporaryFailure {
  override name = 'Busy';
  constructor(cause?: unknown) {
    super(
      'Beaucoup de monde à la fois',
      'En ce moment, beaucoup de personnes demandent cette action. Rien n’a été enregistré\u00a0: réessayez dans quelques secondes.',
      { retryAfter: 5, cause },
    );
  }
}

/** Nobody waits longer than this, however the line moves: a browser or a proxy would give up before long. */
const LONGEST_MS = 20_000;

/**
 * So many at once, and no more: whoever finds no place waits in line, without holding anything meanwhile. A line that
 * moves is waited in; one that stands still is given up.
 */
export class Places {
  readonly #patience: number;
  readonly #line: (() => void)[] = [];
  #free: number;
  #movedAt = 0;

  /** @param patience how long somebody stays in a line that does not move, in milliseconds */
  constructor(count: number, patience: number) {
    this.#free = count;
    this.#patience = patience;
  }

  /**
   * Runs `work` in a place of its own.
   * @throws Busy when none came free in time; `work` has not begun then
   */
  async with<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      this.#movedAt = performance.now();
      const next = this.#line.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  /** Ends when somebody who leaves hands their place over. */
  #wait(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const began = performance.now();
    let timer: NodeJS.Timeout;
    const given = () => {
      clearTimeout(timer);
      resolve();
    };
    const look = () => {
      const now = performance.now();
      const left = Math.min(Math.max(began, this.#movedAt) + this.#patience - now, began + LONGEST_MS - now);
      if (left > 0) {
        timer = setTimeout(look, left);
        return;
      }
      this.#line.splice(this.#line.indexOf(given), 1);
      reject(new Busy());
    };
    this.#line.push(given);
    look();
    return promise;
  }
}

/** The same number of places for each key: a crowd at one keeps nobody from another. */
export class PlacesByKey {
  readonly #count: number;
  readonly #patience: number;
  readonly #byKey = new Map<number, { places: Places; users: number }>();

  /** @param patience as for {@link Places} */
  constructor(count: number, patience: number) {
    this.#count = count;
    this.#patience = patience;
  }

  /** @throws Busy as {@link Places} does */
  async with<T>(key: number, work: () => Promise<T>): Promise<T> {
    const entry = this.#byKey.get(key) ?? { places: new Places(this.#count, this.#patience), users: 0 };
    this.#byKey.set(key, entry);
    entry.users += 1;
    try {
      return await entry.places.with(work);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.#byKey.delete(key);
    }
  }
}
