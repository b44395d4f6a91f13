import { shapeOf } from '../../../lheo/shape/shape.ts';
import type { LheoElement } from '../../../lheo/tree.ts';
import type { Kind } from './kinds.ts';
import type { Place } from './places.ts';

/** One field of a form of the catalogue: where it stands in LHÉO, how it is typed, what it is called. */
export interface Field {
  name: string;
  label: string;
  hint?: string;
  at: Place;
  kind: Kind;
  /** What is said where the formation cannot be published without it. */
  missing?: string;
  /** Whether a draft cannot be saved without it either. */
  isAlwaysNeeded?: true;
  /** Of which part of Formacode its codes are, where their words may be typed. */
  lookup?: 'domain' | 'public';
  /** What a row that says nothing shows there all the same. */
  preset?: string;
}

/** Elements that come several times: each has a row of fields. */
export interface Rows {
  /** Begins the names of its fields: `contact_1_nom`. */
  name: string;
  /** The element of the level that each row is. */
  element: string;
  /** What a row is called, « Contact 1 », and the button that adds some. */
  label: string;
  addLabel: string;
  fields: readonly Field[];
  /** Whether a formation cannot be published without the first. */
  isNeeded?: true;
  /** Rows that say nothing yet, below those that are there. */
  blank: number;
  /** Which of those elements are rows; the others stay as they are. */
  has?(element: LheoElement): boolean;
}

/** A part of a form, with what most people need, and the rest under « Plus de détails ». */
export interface Part {
  legend: string;
  intro?: string;
  fields: readonly Field[];
  rows?: Rows;
  more?: readonly Field[];
  moreRows?: Rows;
}

/** The form of a level of a formation. */
export type Parts = readonly Part[];

/** Every field that stands by itself. */
export const fieldsOf = (parts: Parts): Field[] =>
  parts.flatMap(({ fields, more = [] }) => [...fields, ...more]);

/** All that comes in rows. */
export const rowsOf = (parts: Parts): Rows[] =>
  parts.flatMap(({ rows, moreRows }) => [rows, moreRows]).filter((one) => one !== undefined);

/** The name of a field of a row. @param index from 0 */
export const inRow = ({ name }: Rows, index: number, field: Field): string =>
  `${name}_${index + 1}_${field.name}`;

/** What a field of a row is called among the others. */
export const labelInRow = ({ label }: Rows, index: number, field: Field): string =>
  `${label} ${index + 1}, ${field.label}`;

/** What is wrong, with the name of what it is wrong with. */
export const saidOf = (label: string, message: string): string =>
  `${label}\u00a0: ${message[0]?.toLowerCase() ?? ''}${message.slice(1)}`;

/** The name of the field that says how many rows a form has. */
export const countName = ({ name }: Rows): string => `${name}_lignes`;

/** As many rows as LHÉO takes, and as one form shows. */
const MOST_ROWS = 40;
export const mostOf = ({ element }: Rows, parent: string): number =>
  Math.min(MOST_ROWS, shapeOf(parent).children?.find(({ name }) => name === element)?.max ?? 0);
