import type { Knex } from 'knex';
import { query } from '../../../platform/database/query.ts';

// Whether the request `q` was made under an address that the person `u` had then.
const WAS_THEIRS = `exists (
  select from email_changes c
   where c.user_id = u.id and c.outcome = 'confirmed' and c.old_email = q.email and q.created_at < c.ended_at)`;

/**
 * Everything that is kept of a person, in one statement. Names of other people (who decided, who gave a right) are
 * theirs, and are left out.
 */
export async function findMyData(db: Knex, userId: number): Promise<Record<string, unknown> | undefined> {
  const rows = await query<{ data: Record<string, unknown> }[]>(
    db,
    `select json_build_object(
       'account', json_build_object(
         'email', u.email, 'civility', u.civility, 'lastName', u.last_name, 'firstName', u.first_name,
         'jobTitle', u.job_title, 'phone', u.phone, 'mobile', u.mobile, 'isAgencyManager', u.is_agency_manager,
         'createdAt', u.created_at, 'lastSignInAt', u.last_sign_in_at, 'lastLinkUseAt', u.last_link_use_at,
         'closedAt', u.closed_at, 'lastProfileRight', u.last_profile_right,
         'lastProfileStructure', (select s.name from structures s where s.id = u.last_profile_structure_id),
         'inactivityWarnedAt', (select w.warned_at from inactivity_warnings w where w.user_id = u.id)),
       'affiliations', coalesce((
         select json_agg(json_build_object(
                  'structure', s.name, 'siret', s.siret, 'since', a.since,
                  'rights', (select coalesce(json_agg(json_build_object('right', r."right", 'grantedAt', r.granted_at)
                                             order by r.granted_at, r."right"), '[]')
                               from affiliation_rights r where r.affiliation_id = a.id),
                  'suspendedRights', (select coalesce(json_agg(json_build_object('right', r."right", 'grantedAt', r.granted_at)
                                                      order by r.granted_at, r."right"), '[]')
                                        from suspended_rights r where r.affiliation_id = a.id))
                order by s.name, s.id)
           from affiliations a join structures s on s.id = a.structure_id where a.user_id = u.id), '[]'),
       'hrDelegations', coalesce((
         select json_agg(json_build_object(
                  'structure', s.name, 'given', o.user_id = u.id, 'from', h.starts_on, 'until', h.ends_on,
                  'createdAt', h.created_at) order by h.starts_on, h.id)
           from hr_delegations h
           join affiliations o on o.id = h.delegator_affiliation_id
           join affiliations d on d.id = h.delegate_affiliation_id
           join structures s on s.id = o.structure_id
          where u.id in (o.user_id, d.user_id)), '[]'),
       'hrDigests', coalesce((
         select json_agg(json_build_object('structure', s.name, 'since', g.since) order by s.name, s.id)
           from hr_digests g join affiliations a on a.id = g.affiliation_id join structures s on s.id = a.structure_id
          where a.user_id = u.id), '[]'),
       'accountRequests', coalesce((
         select json_agg(json_build_object(
                  'structure', s.name, 'siret', s.siret, 'email', q.email, 'civility', q.civility,
                  'lastName', q.last_name, 'firstName', q.first_name, 'jobTitle', q.job_title, 'phone', q.phone,
                  'mobile', q.mobile, 'state', q.state, 'createdAt', q.created_at, 'confirmedAt', q.confirmed_at,
                  'decidedAt', q.decided_at, 'refusalReason', q.refusal_reason)
                order by q.created_at, q.id)
           from account_requests q join structures s on s.id = q.structure_id
          -- Anybody can type an address; it is the person's own request once the address was confirmed.
          where q.user_id = u.id
             or (q.user_id is null and q.confirmed_at is not null
                 and (q.email = u.email or ${WAS_THEIRS}))), '[]'),
       'affiliationRequests', coalesce((
         select json_agg(json_build_object(
                  'structure', s.name, 'siret', s.siret, 'state', q.state, 'createdAt', q.created_at,
                  'endedAt', q.ended_at, 'refusalReason', q.refusal_reason)
                order by q.created_at, q.id)
           from affiliation_requests q join structures s on s.id = q.structure_id where q.user_id = u.id), '[]'),
       'structureRequests', coalesce((
         select json_agg(json_build_object(
                  'siret', q.siret, 'structure', q.name, 'acronym', q.acronym, 'brand', q.brand, 'apeCode', q.ape_code,
                  'kind', q.kind, 'address', q.address, 'postcode', q.postcode, 'city', q.city,
                  'civility', q.civility, 'lastName', q.last_name, 'firstName', q.first_name, 'email', q.email,
                  'phone', q.phone, 'state', q.state, 'createdAt', q.created_at, 'decidedAt', q.decided_at,
                  'refusalReason', q.refusal_reason)
                order by q.created_at, q.id)
           from structure_requests q
          where q.email = u.email or ${WAS_THEIRS}), '[]'),
       'structureUpdateRequests', coalesce((
         select json_agg(json_build_object(
                  'structure', s.name, 'siret', s.siret, 'comment', q.comment, 'state', q.state,
                  'requestedAt', q.requested_at, 'decidedAt', q.decided_at, 'refusalReason', q.refusal_reason,
                  'changes', (select coalesce(json_agg(json_build_object('field', c.field, 'from', c.old_value,
                                                                         'to', c.new_value) order by c.field), '[]')
                                from structure_update_changes c where c.request_id = q.id))
                order by q.requested_at, q.id)
           from structure_update_requests q join structures s on s.id = q.structure_id
          where q.requested_by = u.id), '[]'),
       'membershipRequests', coalesce((
         select json_agg(json_build_object(
                  'structure', s.name, 'siret', s.siret, 'year', q.year, 'charterVersion', q.charter_version,
                  'state', q.state, 'requestedAt', q.requested_at, 'decidedAt', q.decided_at,
                  'refusalReason', q.refusal_reason)
                order by q.requested_at, q.id)
           from membership_requests q join structures s on s.id = q.structure_id where q.requested_by = u.id), '[]'),
       'openSessions', coalesce((
         select json_agg(json_build_object(
                  'device', d.device,
                  'since', to_timestamp(cast(w.sess ->> 'signedInAt' as double precision) / 1000))
                order by w.expire, w.sid)
           from web_sessions w
           left join session_devices d on d.sign_in_hash = encode(sha256(convert_to(w.sess ->> 'signInId', 'UTF8')), 'hex')
          where (w.sess #>> '{passport,user}') = cast(u.id as text) and w.expire > localtimestamp), '[]'),
       'secondFactor', (
         select json_build_object(
                  'createdAt', f.created_at, 'enabledAt', f.enabled_at,
                  'recoveryCodesUsedAt', (select coalesce(json_agg(c.used_at order by c.used_at), '[]')
                                            from recovery_codes c where c.user_id = u.id and c.used_at is not null),
                  'recoveryCodesLeft', (select count(*) from recovery_codes c
                                         where c.user_id = u.id and c.used_at is null))
           from second_factors f where f.user_id = u.id),
       'passwordResets', coalesce((
         select json_agg(json_build_object('askedAt', p.created_at, 'usedAt', p.used_at) order by p.id)
           from password_resets p where p.user_id = u.id), '[]'),
       'emails', coalesce((
         select json_agg(json_build_object('subject', m.subject, 'recipient', m.recipient, 'createdAt', m.created_at,
                                           'sentAt', m.sent_at) order by m.id)
           from emails m where m.recipient = u.email), '[]'),
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
                  'messages', (select coalesce(json_agg(json_build_object(
                                        'subject', g.subject, 'body', g.body, 'sentAt', g.sent_at)
                                      order by g.sent_at, g.id), '[]')
                                 from session_message_recipients r join session_messages g on g.id = r.message_id
                                where r.enrolment_id = e.id),
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
       'sessionProposals', coalesce((
         select json_agg(json_build_object(
                  'action', ac.title, 'isChange', q.is_change, 'proposed', q.form, 'comment', q.comment, 'state', q.state,
                  'proposedAt', q.proposed_at, 'decidedAt', q.decided_at, 'refusalReason', q.refusal_reason)
                order by q.proposed_at, q.id)
           from session_proposals q join actions ac on ac.id = q.action_id where q.proposed_by = u.id), '[]'),
       'sentMessages', coalesce((
         select json_agg(json_build_object('action', ac.title, 'subject', g.subject, 'body', g.body,
                                           'sentAt', g.sent_at) order by g.sent_at, g.id)
           from session_messages g join sessions se on se.id = g.session_id join actions ac on ac.id = se.action_id
          where g.author_id = u.id), '[]'),
       'addedDocuments', coalesce((
         select json_agg(json_build_object('action', ac.title, 'title', d.title, 'addedAt', d.added_at)
                         order by d.added_at, d.id)
           from session_documents d join sessions se on se.id = d.session_id join actions ac on ac.id = se.action_id
          where d.added_by = u.id), '[]'),
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
       'newDatesStoppedAt', (select n.since from new_date_stops n where n.user_id = u.id),
       'calendarFeed', (select json_build_object('createdAt', f.created_at) from calendar_feeds f where f.user_id = u.id),
       'passkeys', coalesce((
         select json_agg(json_build_object('name', k.name, 'createdAt', k.created_at, 'lastUsedAt', k.last_used_at)
                         order by k.created_at, k.id)
           from passkeys k where k.user_id = u.id), '[]'),
       'emailChanges', coalesce((
         select json_agg(json_build_object('oldEmail', c.old_email, 'newEmail', c.new_email, 'requestedAt', c.created_at, 'outcome', c.outcome,
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
