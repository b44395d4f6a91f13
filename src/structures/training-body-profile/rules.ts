/** What a training body says of itself once, for its documents. */
export interface TrainingBodyProfile {
  /** Numéro de déclaration d’activité, 11 digits (code du travail, L6351-1). */
  activityNumber: string | null;
  /** The region of its prefect, « Nouvelle-Aquitaine ». */
  activityRegion: string | null;
  representative: string | null;
  representativeQuality: string | null;
  /** Where its documents are signed. */
  city: string | null;
  /** E.164 */
  phone: string | null;
  email: string | null;
  administrativeContact: string | null;
  disabilityContact: string | null;
  qualiopiNumber: string | null;
}
export type ProfileField = keyof TrainingBodyProfile;

/** The fields in the order of the form, as pages name them. */
export const profileLabels: Readonly<Record<ProfileField, string>> = Object.freeze({
  activityNumber: 'Numéro de déclaration d’activité',
  activityRegion: 'Région de la déclaration d’activité',
  representative: 'Représentant légal',
  representativeQuality: 'Qualité du représentant légal',
  city: 'Ville de signature',
  phone: 'Téléphone',
  email: 'E-mail',
  administrativeContact: 'Contact administratif',
  disabilityContact: 'Référent handicap',
  qualiopiNumber: 'Numéro du certificat Qualiopi',
});

export const profileFields = Object.keys(profileLabels) as ProfileField[];

/** The labels of those of these fields that are empty, in their order. */
export const emptyFields = (profile: TrainingBodyProfile, fields: readonly ProfileField[]): string[] =>
  fields.filter((field) => profile[field] === null).map((field) => profileLabels[field]);
