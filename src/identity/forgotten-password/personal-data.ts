import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    passwordResets: {
      rows: `
        select p.created_at as "askedAt", p.used_at as "usedAt"
          from password_resets p where p.user_id = u.id order by p.id`,
    },
  },
  people: { 'password_resets.user_id': 'deleted' },
  erased: { 'password_resets.token_hash': '(a secret)' },
};
