import type { PersonalData } from '#platform/personal-data.ts';
import { deleteSessions } from '../credentials.ts';

export const personalData: PersonalData = {
  exported: {
    account: {
      value: `json_build_object(
        'email', u.email, 'civility', u.civility, 'lastName', u.last_name, 'firstName', u.first_name,
        'jobTitle', u.job_title, 'phone', u.phone, 'mobile', u.mobile, 'isAgencyManager', u.is_agency_manager,
        'createdAt', u.created_at, 'lastSignInAt', u.last_sign_in_at, 'lastLinkUseAt', u.last_link_use_at,
        'closedAt', u.closed_at, 'lastProfileRight', u.last_profile_right,
        'lastProfileStructure', (select s.name from structures s where s.id = u.last_profile_structure_id),
        'inactivityWarnedAt', (select w.warned_at from inactivity_warnings w where w.user_id = u.id))`,
    },
    openSessions: {
      rows: `
        select d.device, to_timestamp(cast(w.sess ->> 'signedInAt' as double precision) / 1000) as since
          from web_sessions w
          left join session_devices d on d.sign_in_hash = encode(sha256(convert_to(w.sess ->> 'signInId', 'UTF8')), 'hex')
         where (w.sess #>> '{passport,user}') = cast(u.id as text) and w.expire > localtimestamp
         order by w.expire, w.sid`,
    },
    emailChanges: {
      rows: `
        select c.old_email as "oldEmail", c.new_email as "newEmail", c.created_at as "requestedAt", c.outcome,
               c.ended_at as "endedAt"
          from email_changes c where c.user_id = u.id order by c.id`,
    },
  },
  people: {
    'email_changes.user_id': 'deleted',
    'session_devices.user_id': 'deleted',
    'inactivity_warnings.user_id': 'deleted',
  },
  erase: (trx, { id }) => deleteSessions(trx, id),
  erased: {
    // With the account itself (`deletion/anonymise.ts`).
    'users.email': 'account.email',
    'users.civility': 'account.civility',
    'users.last_name': 'account.lastName',
    'users.first_name': 'account.firstName',
    'users.job_title': 'account.jobTitle',
    'users.phone': 'account.phone',
    'users.mobile': 'account.mobile',
    'users.last_profile_right': 'account.lastProfileRight',
    'users.password_hash': '(a secret)',
    'web_sessions.sess': '(who it is, what was given and the profile: the account says the rest)',
    'web_sessions.sid': '(a secret)',
    'session_devices.device': 'openSessions.device',
    'session_devices.sign_in_hash': '(a secret)',
    'email_changes.new_email': 'emailChanges.newEmail',
    'email_changes.old_email': 'emailChanges.oldEmail',
    'email_changes.outcome': 'emailChanges.outcome',
    'email_changes.token_hash': '(a secret)',
  },
};
