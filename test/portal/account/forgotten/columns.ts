/**
 * What becomes of every column that can hold words, when a person is anonymised. A column that the database has and
 * these lists do not makes a test fail: decide, then write it down.
 */

/**
 * Emptied, or gone with its row; with the path of the value in « Télécharger mes données », or why it is not there
 * (in brackets).
 */
export const EMPTIED: Readonly<Record<string, string>> = {
  'account_requests.email': 'accountRequests.email',
  'account_requests.civility': 'accountRequests.civility',
  'account_requests.last_name': 'accountRequests.lastName',
  'account_requests.first_name': 'accountRequests.firstName',
  'account_requests.job_title': 'accountRequests.jobTitle',
  'account_requests.phone': 'accountRequests.phone',
  'account_requests.mobile': 'accountRequests.mobile',
  'account_requests.refusal_reason': 'accountRequests.refusalReason',
  'account_requests.password_hash': '(a secret)',
  'affiliation_requests.refusal_reason': 'affiliationRequests.refusalReason',
  'affiliation_requests.state': 'affiliationRequests.state',
  'affiliation_rights.right': 'affiliations.rights.right',
  'decision_links.token_hash': '(a secret)',
  'deletion_requests.refusal_reason': 'deletionRequests.refusalReason',
  'email_changes.new_email': 'emailChanges.newEmail',
  'email_changes.old_email': 'emailChanges.oldEmail',
  'email_changes.outcome': 'emailChanges.outcome',
  'email_changes.token_hash': '(a secret)',
  'emails.recipient': 'emails.recipient',
  'emails.subject': 'emails.subject',
  'emails.sealed_content': '(was or will be sent to the person)',
  'emails.last_error': '(of the mail server, about the sending)',
  'enrolments.motivation': 'enrolments.motivation',
  'membership_requests.refusal_reason': 'membershipRequests.refusalReason',
  'passkeys.name': 'passkeys.name',
  'passkeys.credential_id': '(a technical identifier)',
  'passkeys.public_key': '(a technical identifier)',
  'passkeys.transports': '(a technical identifier)',
  'password_resets.token_hash': '(a secret)',
  'recovery_codes.code_hash': '(a secret)',
  'scheduled_decisions.reason': '(the agency’s, until it is sent; the request then has it)',
  'scheduled_decisions.failure': '(the agency’s, about its own decision)',
  'scheduled_decisions.parameters': '(the agency’s, about its own decision)',
  'second_factors.sealed_key': '(a secret)',
  'session_devices.device': 'openSessions.device',
  'session_devices.sid_hash': '(a secret)',
  'structure_requests.email': 'structureRequests.email',
  'structure_requests.civility': 'structureRequests.civility',
  'structure_requests.last_name': 'structureRequests.lastName',
  'structure_requests.first_name': 'structureRequests.firstName',
  'structure_requests.phone': 'structureRequests.phone',
  'structure_requests.refusal_reason': 'structureRequests.refusalReason',
  'structure_update_requests.comment': 'structureUpdateRequests.comment',
  'structure_update_requests.refusal_reason': 'structureUpdateRequests.refusalReason',
  'suspended_rights.right': 'affiliations.suspendedRights.right',
  'users.email': 'account.email',
  'users.civility': 'account.civility',
  'users.last_name': 'account.lastName',
  'users.first_name': 'account.firstName',
  'users.job_title': 'account.jobTitle',
  'users.phone': 'account.phone',
  'users.mobile': 'account.mobile',
  'users.password_hash': '(a secret)',
  'web_sessions.sess': '(who it is and the profile: the account says both)',
  'web_sessions.sid': '(a secret)',
};

/** Kept though it is about a person or may be, and why. */
export const KEPT: Readonly<Record<string, string>> = {
  'audit_entries.details': 'holds rights, years and numbers, never words about a person',
  'audit_entries.ip': 'the journal is only added to; its purge has its own term',
  'audit_entries.request_id': 'a number of the server’s log',
  'enrolment_history.reason': 'the record of a training is only added to; its term is that of the record',
  'rate_limits.key': 'a hash or an address, gone when the limit runs out',
};

/** No personal data: states, codes, and what is said of structures, actions and pages. */
export const IMPERSONAL: Readonly<Record<string, string>> = {
  account_requests: 'state token_hash',
  action_kinds: 'code label',
  actions: 'slug title modality objectives audience prerequisites programme trainer search_title',
  audit_entries: 'action subject_kind way',
  deletion_requests: 'state',
  emails: 'kind message_id status',
  enrolment_history: 'from_state to_state by_role way',
  enrolments: 'state',
  membership_reminders: 'season',
  membership_requests: 'state charter_version',
  passkey_challenges: 'challenge_hash',
  reply_templates: 'kind title body',
  scheduled_decisions: 'kind decision state',
  sessions: 'city department cancellation_reason',
  slots: 'modality place address postcode city link',
  structure_request_history: 'event',
  structure_requests: 'siret name acronym brand ape_code kind address postcode city state',
  structure_update_changes: 'field old_value new_value',
  structure_update_requests: 'state',
  structure_words: 'word',
  structures:
    'siret name acronym brand ape_code kind address postcode city department search_text search_acronym search_brand corrections',
  themes: 'slug label',
};
