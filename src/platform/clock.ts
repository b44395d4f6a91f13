/** Where the present moment comes from, so that tests can move it. */
export interface Clock {
  now(): Date;
}

/** The clock of the computer. */
export const systemClock: Clock = { now: () => new Date() };
