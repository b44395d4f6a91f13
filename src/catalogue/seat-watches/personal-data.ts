import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    seatWatches: {
      rows: `
        select ac.title as action, se.starts_at as "startsAt", w.asked_at as "askedAt"
          from seat_watches w join sessions se on se.id = w.session_id join actions ac on ac.id = se.action_id
         where w.user_id = u.id order by w.asked_at, se.id`,
    },
  },
  people: { 'seat_watches.user_id': 'deleted' },
};
