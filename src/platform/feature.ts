import type { RequestHandler } from 'express';
import type { Dependencies, Feature } from './dependencies.ts';
import type { GatedRouter } from './web/gate.ts';

export type { Feature };

/** Work of the queue. */
export interface Job {
  /** As the queue calls it: rows that wait bear this name, so it stays. */
  task: string;
  /** @throws what keeps it from being done: it is then tried again */
  run(deps: Dependencies, payload: unknown): Promise<unknown>;
  /** When it comes round by itself, in UTC, and how it is made up for; left out, somebody asks for it each time. */
  cron?: { match: string; tries: Tries };
  /** The name of workers of its own, where it waits for others than the database; left out, it shares those of all. */
  lane?: string;
}

/**
 * How often a job that comes round is tried: `once` where the next one is a minute away; `often` where it comes again
 * before long; `daily`, which is made up for when it was missed while everything was down, and changes nothing when it
 * is done twice in a day.
 */
export type Tries = 'once' | 'often' | 'daily';

/** Part of a job that several capabilities share. */
export type Step = (deps: Dependencies) => Promise<unknown>;

/** Forms with files: they are read before the check of their token, for those who may send them. */
export interface Upload {
  path: string | RegExp | (string | RegExp)[];
  read: RequestHandler[];
}

/** A page of the site map; without a day where nobody notes when it changed. */
export interface ListedPage {
  path: string;
  changedAt?: Date;
}

declare module './dependencies.ts' {
  interface Feature {
    /** Its pages, each behind a policy. */
    sites?: readonly ((deps: Dependencies) => GatedRouter)[];
    /**
     * Its addresses for other programs (`serviceCall`): served before cookies, forms and sessions are read, and none of
     * these is left behind by a call.
     */
    machineSites?: readonly ((deps: Dependencies) => GatedRouter)[];
    uploads?: readonly Upload[];
    jobs?: readonly Job[];
    /** What it forgets when its time is over; every hour. */
    forget?: readonly Step[];
    /** Whom it reminds; every hour, and each step knows its times of the day. */
    remind?: readonly Step[];
    /** Its pages for the agency, under « Gérer » of « Agence ». */
    managed?: readonly { label: string; href: string }[];
    /** Its pages for everybody, for the site map; the route of each is also `findable()`. */
    listed?(deps: Dependencies): Promise<readonly ListedPage[]>;
    /** Begin addresses that nobody opens without an account: nothing there for a robot to read. */
    closedToRobots?: readonly string[];
  }
}

/**
 * Declares a capability, in its `index.ts`: all that it adds to the application; what is left out, it has not.
 * `src/features.ts` is the only list of them.
 */
export const defineFeature = (feature: Feature): Feature => Object.freeze(feature);
