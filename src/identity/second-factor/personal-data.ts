import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    secondFactor: {
      value: `(
        select json_build_object(
                 'createdAt', f.created_at, 'enabledAt', f.enabled_at,
                 'recoveryCodesUsedAt', array(select c.used_at from recovery_codes c
                                               where c.user_id = u.id and c.used_at is not null order by c.used_at),
                 'recoveryCodesLeft', (select count(*) from recovery_codes c
                                        where c.user_id = u.id and c.used_at is null))
          from second_factors f where f.user_id = u.id)`,
    },
  },
  people: { 'second_factors.user_id': 'deleted' },
  erased: { 'second_factors.sealed_key': '(a secret)', 'recovery_codes.code_hash': '(a secret)' },
};
