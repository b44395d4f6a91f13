import {
  emptyFields,
  type ProfileField,
  type TrainingBodyProfile,
} from '#structures/training-body-profile/rules.ts';
import { type TemplateKind, templateKindLabels, templateKinds } from './fields.ts';

const SIGNED = ['representative', 'representativeQuality', 'city'] as const;
const DECLARED = ['activityNumber', 'activityRegion'] as const;

/**
 * What a training body must have said before a document of each kind is issued: without it the document would be void,
 * or a sentence without its subject. The rest is printed as « non renseigné », but for a
 * signatory, whose line is left out.
 */
const NEEDS: Readonly<Record<TemplateKind, readonly ProfileField[]>> = {
  // Both parties, by their representatives, and the number (code du travail, L6353-1 and R6351-6).
  convention: [...DECLARED, ...SIGNED],
  convocation: [],
  roster: [],
  attendance_sheet: [],
  attestation: SIGNED,
  participation: [],
  // « Je soussigné(e) …, représentant légal … Fait à … »
  certificate: SIGNED,
};

/** What is missing of a profile for a document of this kind, by the names of its fields; empty when nothing is. */
export const missingFor = (kind: TemplateKind, profile: TrainingBodyProfile): string[] =>
  emptyFields(profile, NEEDS[kind]);

/** The documents that a profile keeps from being issued, each with what is missing. */
export const heldBack = (profile: TrainingBodyProfile): { document: string; missing: string[] }[] =>
  templateKinds
    .map((kind) => ({ document: templateKindLabels[kind], missing: missingFor(kind, profile) }))
    .filter(({ missing }) => missing.length > 0);
