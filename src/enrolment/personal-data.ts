import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    enrolments: {
      rows: `
        select ac.title as action, s.name as structure, se.starts_at as "startsAt", se.ends_at as "endsAt", e.state,
               e.motivation, e.requested_at as "requestedAt", e.withdrawn_late as "withdrawnLate",
               e.confirmation_asked_at as "confirmationAskedAt", e.confirmed_at as "confirmedAt",
               array(select json_build_object('from', sl.starts_at, 'until', sl.ends_at, 'presence', t.presence,
                                              'minutes', t.minutes)
                       from attendance t join slots sl on sl.id = t.slot_id
                      where t.enrolment_id = e.id order by sl.starts_at) as attendance,
               array(select json_build_object('subject', g.subject, 'body', g.body, 'sentAt', g.sent_at)
                       from session_message_recipients r join session_messages g on g.id = r.message_id
                      where r.enrolment_id = e.id order by g.sent_at, g.id) as messages,
               array(select json_build_object('at', h.at, 'from', h.from_state, 'to', h.to_state, 'byRole', h.by_role,
                                              'way', h.way, 'reason', h.reason)
                       from enrolment_history h where h.enrolment_id = e.id order by h.id) as history
          from enrolments e
          join actions ac on ac.id = e.action_id
          join sessions se on se.id = e.session_id
          join structures s on s.id = e.structure_id
         where e.user_id = u.id order by e.requested_at, e.id`,
    },
  },
  people: {
    'decision_links.user_id': 'deleted',
    'enrolments.user_id': 'kept',
    'enrolments.kept_by': 'kept',
    'enrolment_history.by_user_id': 'kept',
    'enrolment_history.for_user_id': 'kept',
    'attendance_sheets.closed_by': 'kept',
    'attendance_slots.recorded_by': 'kept',
  },
  // Enrolments and their history stay, save the motivation, which is in the person's own words.
  erase: (trx, { id }) => trx('enrolments').where({ user_id: id }).update({ motivation: '' }),
  erased: { 'enrolments.motivation': 'enrolments.motivation', 'decision_links.token_hash': '(a secret)' },
  kept: {
    'enrolment_history.reason': 'the record of a training is only added to; its term is that of the record',
    'attendance.presence': 'the record of a training, whose term it shares',
  },
  impersonal: {
    enrolments: 'state',
    enrolment_history: 'from_state to_state by_role way',
    confirmation_reminders: 'moment',
  },
};
