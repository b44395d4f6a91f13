import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    calendarFeed: {
      value: `(select json_build_object('createdAt', f.created_at) from calendar_feeds f where f.user_id = u.id)`,
    },
  },
  people: { 'calendar_feeds.user_id': 'deleted' },
  erased: { 'calendar_feeds.token_hash': '(a secret)' },
};
