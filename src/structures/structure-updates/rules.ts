import { createHash } from 'node:crypto';
import type { StructureFlags } from '#access/rights.ts';
import { foldedName } from '#platform/web/forms/names.ts';
import type { Asked } from '#requests/request.ts';
import { kindLabel } from '../people/kinds.ts';

/** What a référent may ask to correct, in the order of the form. The SIRET is who the structure is: it never changes. */
export const FIELDS = [
  'name',
  'acronym',
  'brand',
  'kind',
  'ape_code',
  'address',
  'postcode',
  'city',
] as const;
export type Field = (typeof FIELDS)[number];

/** The data of a structure that can be corrected. */
export type StructureValues = Record<Field, string | null>;

/** The words of the form, the file and the e-mails for each field. */
export const fieldLabels: Readonly<Record<Field, string>> = Object.freeze({
  name: 'Raison sociale',
  acronym: 'Sigle',
  brand: 'Enseigne',
  kind: 'Type de structure',
  ape_code: 'Code APE',
  address: 'Adresse',
  postcode: 'Code postal',
  city: 'Ville',
});

/** A value as people read it; what is empty says so. */
export function inWords(field: Field, value: string | null): string {
  if (!value) return 'non renseigné';
  return field === 'kind' ? kindLabel(value) : value;
}

/** One value asked for, beside the one that the structure had. */
export interface Change {
  field: Field;
  from: string | null;
  to: string | null;
}

// SIRENE writes 85.59A, older lists 8559A: the same code; and an apostrophe is the same name in any of its forms.
const comparable = (field: Field, text: string | null) =>
  field === 'ape_code' ? (text ?? '').replace(/[.\s]/g, '').toUpperCase() : foldedName(text ?? '');

/** Whether a value is the same to a reader. */
export const isUnchanged = (field: Field, before: string | null, after: string | null): boolean =>
  comparable(field, before) === comparable(field, after);

/** What is really asked for: the values that differ from the structure's. */
export function changesOf(current: StructureValues, wanted: Partial<StructureValues>): Change[] {
  return FIELDS.filter(
    (field) => wanted[field] !== undefined && !isUnchanged(field, current[field], wanted[field]),
  ).map((field) => ({ field, from: current[field] || null, to: wanted[field] || null }));
}

/** A request to correct the data of a structure, beside what the structure holds today. */
export interface UpdateRequest
  extends Asked<{
    comment: string | null;
    /** In the order of the form. */
    changes: Change[];
    today: StructureValues;
    flags: Flags;
    closedOn: string | null;
    /** Still référent of the structure. */
    requesterIsReferent: boolean;
  }> {
  structureId: number;
  structureName: string;
  siret: string;
}

/** Tells whether a page still shows what the structure holds: short, and the same for the same values. */
export function fingerprintOf(values: StructureValues): string {
  const ordered = FIELDS.map((field) => values[field] ?? '');
  return createHash('sha256').update(JSON.stringify(ordered)).digest('base64url').slice(0, 16);
}

/** What the agency says a structure is, which some rights depend on (domain.md §2). */
export type Flags = StructureFlags;

/**
 * The boxes as the agency finds them on the file: as they are, save that becoming a training body ticks the first and
 * ceasing to be one unticks it.
 */
export function suggestedFlags(now: Flags, changes: readonly Change[]): Flags {
  const kind = changes.find(({ field }) => field === 'kind');
  if (kind?.to === 'training_body') return { ...now, isTrainingBody: true };
  if (kind?.from === 'training_body') return { ...now, isTrainingBody: false };
  return now;
}

/** What is noted beside an accepted value, so that the next SIRENE import knows what was corrected. */
export type Corrections = Record<string, Correction>;

interface Correction {
  overruled: string | null;
  value: string | null;
  /** Set by the first SIRENE import that finds it: `overruled` is as the import reads it now, not as a former release did. */
  isCompared?: true;
}

/**
 * The corrections after a value was written: the first overruled value stays the reference while one correction
 * follows another; going back to it ends the correction.
 */
export function withCorrection(
  corrections: Corrections,
  column: string,
  before: string | null,
  value: string | null,
): Corrections {
  const known = corrections[column];
  const overruled = known && known.value === before ? known.overruled : before;
  const { [column]: _ended, ...others } = corrections;
  return overruled === value ? others : { ...others, [column]: { overruled, value } };
}
