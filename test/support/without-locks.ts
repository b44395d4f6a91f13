import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const LOCK = / for no key update/g;
const WRITES = /^\s*((insert into|update) "?(enrolments|sessions)\b|with stated as)/i;
/** Long enough for others to look meanwhile, on a machine however idle or busy. */
const LONGEST_PAUSE_MS = 20;

/**
 * Does something as if no row were ever locked, the control of a race: what holds only by its locks must break here.
 * Each statement that writes a place or a signature waits a moment, so that whoever looked has looked before anybody writes: whether the race
 * is lost is then no matter of luck.
 */
export async function withoutLocks<T>(work: () => Promise<T>): Promise<T> {
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function unlocked(this: pg.Client, ...args: unknown[]) {
    const [query] = args as [{ text?: string; name?: string }];
    if (typeof query !== 'object' || !query.text) return Reflect.apply(original, this, args);
    const text = query.text.replaceAll(LOCK, '');
    // Another text than the one that its name stands for on this connection.
    if (text !== query.text) delete query.name;
    query.text = text;
    if (!WRITES.test(query.text)) return Reflect.apply(original, this, args);
    return delay(Math.random() * LONGEST_PAUSE_MS).then(() => Reflect.apply(original, this, args));
  } as typeof original;
  try {
    return await work();
  } finally {
    pg.Client.prototype.query = original;
  }
}
