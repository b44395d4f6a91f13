import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  kept: { 'survey_texts.body': 'an answer that nothing ties to whoever gave it' },
  impersonal: { questionnaire_questions: 'choices label type', survey_links: 'token_hash' },
};
