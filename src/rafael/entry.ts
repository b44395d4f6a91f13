import type { RafaelSeat } from '#access/rafael.ts';

/** A page of RafaelPro that one begins from: an entry of its menu, and a tile of its home. */
export interface RafaelEntry {
  /** The section that its pages name. */
  section: string;
  label: string;
  href: string;
  /** What it is for, and its glyph (`bootstrap-icons`). */
  text: string;
  icon: string;
  /** To whom it shows; for the agency, without a structure, only where this says so. */
  opensTo(seat: RafaelSeat): boolean;
  isForAgency?: boolean;
  /** What waits there. */
  figures?: readonly RafaelFigure[];
}

/** A number on the home of RafaelPro, with what it counts and the way there. */
export interface RafaelFigure {
  label: readonly [one: string, many: string];
  href: string;
  /**
   * SQL of one row: `waiting`. It binds `:structureId` (acted for), `:userId`, `:now` and `:today` (the day in Paris,
   * `YYYY-MM-DD`); all of a home are read in one statement.
   */
  sql: string;
}

/** A page of RafaelPro for the agency, on « RafaelPro » of « Agence ». */
export interface RafaelAgencyPage {
  label: string;
  href: string;
  /** What it is for, and its glyph (`bootstrap-icons`). */
  text: string;
  icon: string;
  /** What is told of it there, without `:structureId`: of every body. */
  figures?: readonly RafaelFigure[];
}

declare module '#platform/dependencies.ts' {
  interface Feature {
    /** Its pages in the menu of RafaelPro, in their order. */
    rafael?: readonly RafaelEntry[];
    /** Its pages of RafaelPro for the agency, in their order. */
    rafaelAgency?: readonly RafaelAgencyPage[];
  }
}

/** The entries that somebody sees. @param seat for which structure they act; undefined where for none, or not chosen */
export const entriesFor = (
  entries: readonly RafaelEntry[],
  seat: RafaelSeat | undefined,
  isAgencyManager: boolean,
): RafaelEntry[] =>
  entries.filter((entry) => (seat ? entry.opensTo(seat) : false) || (isAgencyManager && entry.isForAgency));
