import type { PersonalData } from '#platform/personal-data.ts';

const PRINTED = 'what a structure prints on its documents of whoever represents it; of no account';

export const personalData: PersonalData = {
  people: { 'training_body_profiles.updated_by': 'kept' },
  kept: {
    'training_body_profiles.representative': PRINTED,
    'training_body_profiles.administrative_contact': PRINTED,
    'training_body_profiles.disability_contact': PRINTED,
    'training_body_profiles.phone': PRINTED,
    'training_body_profiles.email': PRINTED,
    'training_body_profiles.stamp': PRINTED,
  },
  impersonal: {
    training_body_profiles: 'activity_number activity_region representative_quality city qualiopi_number',
  },
};
