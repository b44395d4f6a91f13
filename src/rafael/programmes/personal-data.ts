import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  impersonal: { programmes: 'code label family' },
};
