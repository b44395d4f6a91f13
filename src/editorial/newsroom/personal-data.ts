import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  people: { 'news.written_by': 'kept', 'news.updated_by': 'kept' },
  impersonal: { news: 'body link title' },
};
