import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  impersonal: { reply_templates: 'kind title body' },
};
