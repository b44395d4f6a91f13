import type { Knex } from 'knex';

/**
 * The attendance sheets behind « Présent » and « Absent »: recorded by whoever changed the state, a quarter of an hour
 * after the end, and validated. One person in four left before the end of the last half-day.
 */
export async function insertAttendance(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`
    create temporary table demo_presence on commit drop as
      select e.id as enrolment_id, e.session_id, e.state, h.by_user_id, h.at
        from enrolments e
        join lateral (select by_user_id, at from enrolment_history
                       where enrolment_id = e.id order by id desc limit 1) h on true
       where e.state in ('attended', 'absent');

    insert into attendance_slots (slot_id, recorded_at, recorded_by)
      select sl.id, min(p.at), min(p.by_user_id)
        from demo_presence p join slots sl on sl.session_id = p.session_id group by sl.id;

    insert into attendance (enrolment_id, slot_id, presence, minutes, changed_at)
      select p.enrolment_id, sl.id, presence.value,
             case presence.value when 'partial' then (extract(epoch from sl.ends_at - sl.starts_at) / 120)::int end, p.at
        from demo_presence p
        join slots sl on sl.session_id = p.session_id
        cross join lateral (select sl.starts_at = max(l.starts_at) and sl.ends_at - sl.starts_at < interval '1 day'
                                   as is_last from slots l where l.session_id = sl.session_id) place
        cross join lateral (select case when p.state = 'absent' then
                                          case when p.enrolment_id % 2 = 0 then 'excused' else 'absent' end
                                        when place.is_last and p.enrolment_id % 4 = 0 then 'partial'
                                        else 'present' end as value) presence;

    insert into attendance_sheets (session_id, closed_at, closed_by)
      select session_id, max(at), min(by_user_id) from demo_presence group by session_id;
  `);
}
