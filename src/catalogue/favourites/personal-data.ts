import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    favourites: {
      rows: `
        select ac.title as action, f.added_at as "addedAt"
          from favourites f join actions ac on ac.id = f.action_id
         where f.user_id = u.id order by f.added_at, ac.id`,
    },
  },
  people: { 'favourites.user_id': 'deleted' },
};
