import type { Knex } from 'knex';

/**
 * Everything that is kept of a person, in one statement. Names of other people (who decided, who gave a right) are
 * theirs, and are left out.
 */
export async function findMyData(db: Knex, userId: number): Promise<Record<string, unknown> | undefined> {
  const { rows } = await db.raw<{ rows: { data: Record<string, unknown> }[] }>(
    `select json_build_object(
       'account', json_build_object(
         'email', u.email, 'civility', u.civility, 'lastName', u.last_name, 'firstName', u.first_name,
         'jobTitle', u.job_title, 'phone', u.phone, 'mobile', u.mobile, 'isAgencyManager', u.is_agency_manager,
         'createdAt', u.created_at, 'lastSignInAt', u.last_sign_in_at),
       'affiliations', coalesce((
         select json_agg(json_build_object(
                  'structure', s.name, 'siret', s.siret, 'since', a.since,
                  'rights', (select coalesce(json_agg(json_build_object('right', r."right", 'grantedAt', r.granted_at)
                                             order by r.granted_at, r."right"), '[]')
                               from affiliation_rights r where r.affiliation_id = a.id))
                order by s.name, s.id)
           from affiliations a join structures s on s.id = a.structure_id where a.user_id = u.id), '[]'),
       'accountRequests', coalesce((
         select json_agg(json_build_object(
                  'structure', s.name, 'siret', s.siret, 'email', q.email, 'civility', q.civility,
                  'lastName', q.last_name, 'firstName', q.first_name, 'jobTitle', q.job_title, 'phone', q.phone,
                  'mobile', q.mobile, 'state', q.state, 'createdAt', q.created_at, 'confirmedAt', q.confirmed_at,
                  'decidedAt', q.decided_at, 'refusalReason', q.refusal_reason)
                order by q.created_at, q.id)
           from account_requests q join structures s on s.id = q.structure_id
          -- Anybody can type an address; it is the person's own request once the address was confirmed.
          where q.user_id = u.id or (q.user_id is null and q.email = u.email and q.confirmed_at is not null)), '[]'),
       'enrolments', coalesce((
         select json_agg(json_build_object(
                  'action', ac.title, 'structure', s.name, 'startsAt', se.starts_at, 'endsAt', se.ends_at,
                  'state', e.state, 'motivation', e.motivation, 'requestedAt', e.requested_at,
                  'withdrawnLate', e.withdrawn_late, 'confirmationAskedAt', e.confirmation_asked_at,
                  'confirmedAt', e.confirmed_at,
                  'attendance', (select coalesce(json_agg(json_build_object(
                                          'from', sl.starts_at, 'until', sl.ends_at, 'presence', t.presence,
                                          'minutes', t.minutes) order by sl.starts_at), '[]')
                                   from attendance t join slots sl on sl.id = t.slot_id
                                  where t.enrolment_id = e.id),
                  'history', (select coalesce(json_agg(json_build_object(
                                       'at', h.at, 'from', h.from_state, 'to', h.to_state, 'byRole', h.by_role,
                                       'way', h.way, 'reason', h.reason) order by h.id), '[]')
                                from enrolment_history h where h.enrolment_id = e.id))
                order by e.requested_at, e.id)
           from enrolments e
           join actions ac on ac.id = e.action_id
           join sessions se on se.id = e.session_id
           join structures s on s.id = e.structure_id
          where e.user_id = u.id), '[]'),
       'favourites', coalesce((
         select json_agg(json_build_object('action', ac.title, 'addedAt', f.added_at) order by f.added_at, ac.id)
           from favourites f join actions ac on ac.id = f.action_id where f.user_id = u.id), '[]'),
       'savedSearches', coalesce((
         select json_agg(json_build_object('name', q.name, 'search', q.query, 'hasAlert', q.has_alert,
                                           'createdAt', q.created_at) order by q.id)
           from saved_searches q where q.user_id = u.id), '[]'),
       'seatWatches', coalesce((
         select json_agg(json_build_object('action', ac.title, 'startsAt', se.starts_at, 'askedAt', w.asked_at)
                         order by w.asked_at, se.id)
           from seat_watches w join sessions se on se.id = w.session_id join actions ac on ac.id = se.action_id
          where w.user_id = u.id), '[]'),
       'passkeys', coalesce((
         select json_agg(json_build_object('name', k.name, 'createdAt', k.created_at, 'lastUsedAt', k.last_used_at)
                         order by k.created_at, k.id)
           from passkeys k where k.user_id = u.id), '[]'),
       'emailChanges', coalesce((
         select json_agg(json_build_object('newEmail', c.new_email, 'requestedAt', c.created_at, 'outcome', c.outcome,
                                           'endedAt', c.ended_at) order by c.id)
           from email_changes c where c.user_id = u.id), '[]'),
       'deletionRequests', coalesce((
         select json_agg(json_build_object('requestedAt', d.requested_at, 'state', d.state, 'endedAt', d.ended_at,
                                           'refusalReason', d.refusal_reason) order by d.id)
           from deletion_requests d where d.user_id = u.id), '[]'),
       'journal', coalesce((
         select json_agg(json_build_object(
                  'at', j.at, 'action', j.action, 'byMe', j.actor_id is not distinct from u.id,
                  'details', j.details,
                  -- The address is the person's own only where they acted themself.
                  'ip', case when j.actor_id = u.id then host(j.ip) end)
                order by j.at, j.id)
           from audit_entries j where j.actor_id = u.id or j.person_id = u.id), '[]')
     ) as data
       from users u where u.id = ?`,
    [userId],
  );
  return rows[0]?.data;
}
