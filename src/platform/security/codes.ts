import { randomInt } from 'node:crypto';

/** Crockford's: no letter that is taken for a figure, nor U. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;

/** What a {@link newCode} is made of. */
export const CODE = /^[0-9A-HJKMNP-TV-Z]{12}$/;

/** A code that people can read out and that nobody guesses: 60 random bits, in twelve letters and figures. */
export const newCode = (): string => Array.from({ length: LENGTH }, () => LETTERS[randomInt(32)]).join('');
