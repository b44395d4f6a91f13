import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  impersonal: {
    offer_changes: 'changed_in',
    offer_changes_kept: 'since next_since',
    offer_documents: 'title_words label_words',
    offer_words: 'word',
  },
};
