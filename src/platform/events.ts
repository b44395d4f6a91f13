import type { Knex } from 'knex';
import type { Dependencies } from './dependencies.ts';

/**
 * What capabilities tell each other, by name. Empty here: whoever tells of something adds it, beside the code that does,
 * with `declare module`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface DomainEvents {}

export type EventName = keyof DomainEvents;

/** How much was done of what, by name, for whoever tells of it in words: `{ withdrawn: 2 }`. */
export type Tally = Readonly<Record<string, number>>;

/** What a capability does when another one tells of something: in the same transaction; what it throws undoes all. */
export type Handler<Name extends EventName> = (
  deps: Dependencies,
  trx: Knex.Transaction,
  event: DomainEvents[Name],
) => Promise<Tally> | Promise<void>;

/** A capability's handlers, by what they listen to. */
export type Handlers = { readonly [Name in EventName]?: Handler<Name> };

declare module './dependencies.ts' {
  interface Feature {
    /** What it does when another capability tells of something. */
    on?: Handlers;
  }
}

/**
 * Tells of something, within the transaction in which it happens. Handlers are called one after the other, in the order
 * of the list of capabilities.
 * @returns what they did, added up by name
 * @throws what a handler throws: then nothing of the transaction is to stay
 */
export async function emit<Name extends EventName>(
  deps: Dependencies,
  trx: Knex.Transaction,
  name: Name,
  event: DomainEvents[Name],
): Promise<Tally> {
  const sums: Record<string, number> = {};
  for (const { on } of deps.features) {
    const handle = on?.[name] as Handler<Name> | undefined;
    const done = await handle?.(deps, trx, event);
    for (const [what, count] of Object.entries(done ?? {})) sums[what] = (sums[what] ?? 0) + count;
  }
  return sums;
}
