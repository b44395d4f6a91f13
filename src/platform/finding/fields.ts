import { z } from 'zod';

// What an address of a search holds: nothing in it is an error, what cannot be understood is left out.

/** One of these values. */
export const oneOf = <const V extends readonly [string, ...string[]]>(values: V) =>
  z.enum(values).optional().catch(undefined);

/** A day of the calendar, `YYYY-MM-DD`, that exists and is near enough to be meant; anything else is left out. */
export const dayAsked = z.unknown().transform((value) => {
  if (typeof value !== 'string' || !/^20\d{2}-\d{2}-\d{2}$/.test(value)) return '';
  try {
    return Temporal.PlainDate.from(value).toString();
  } catch {
    return '';
  }
});

/** A box that is ticked. */
export const ticked = z.unknown().transform((value) => value === '1');
