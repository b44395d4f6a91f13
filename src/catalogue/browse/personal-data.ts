import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  impersonal: {
    action_words: 'word',
    catalogue_version: 'changed_by',
    catalogue_words: 'word',
    communes: 'department key latitude longitude name',
  },
};
