import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    newDatesStoppedAt: { value: '(select n.since from new_date_stops n where n.user_id = u.id)' },
  },
  people: { 'new_date_stops.user_id': 'deleted', 'new_session_notices.user_id': 'deleted' },
};
