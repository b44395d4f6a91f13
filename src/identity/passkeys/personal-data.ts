import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    passkeys: {
      rows: `
        select k.name, k.created_at as "createdAt", k.last_used_at as "lastUsedAt"
          from passkeys k where k.user_id = u.id order by k.created_at, k.id`,
    },
  },
  people: { 'passkeys.user_id': 'deleted' },
  erased: {
    'passkeys.name': 'passkeys.name',
    'passkeys.credential_id': '(a technical identifier)',
    'passkeys.public_key': '(a technical identifier)',
    'passkeys.transports': '(a technical identifier)',
  },
  impersonal: { passkey_challenges: 'challenge_hash' },
};
