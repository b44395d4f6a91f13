import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    savedSearches: {
      rows: `
        select q.name, q.query as search, q.has_alert as "hasAlert", q.created_at as "createdAt"
          from saved_searches q where q.user_id = u.id order by q.id`,
    },
  },
  people: { 'saved_searches.user_id': 'deleted' },
  erased: { 'saved_searches.name': 'savedSearches.name', 'saved_searches.query': 'savedSearches.search' },
};
