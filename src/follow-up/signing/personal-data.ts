import type { PersonalData } from '#platform/personal-data.ts';

const AT_ITS_TERM = 'a training record: gone at the term of its session';

export const personalData: PersonalData = {
  exported: {
    attendanceSignatures: {
      rows: `
        select a.title as action, g.starts_at as "halfDayFrom", g.ends_at as "halfDayUntil", g.signed_at as "signedAt",
               g.method, encode(g.hash, 'hex') as hash, v.ip, v.user_agent as "userAgent", v.reason, v.strokes, v.trainer
          from attendance_signatures g
          join enrolments e on e.id = g.enrolment_id
          join actions a on a.id = e.action_id
          left join attendance_signature_evidence v on v.session_id = g.session_id and v.seq = g.seq
         where e.user_id = u.id and g.kind = 'participant' order by g.signed_at, g.seq`,
    },
    otherSignatures: {
      rows: `
        select g.kind, g.starts_at as "halfDayFrom", g.ends_at as "halfDayUntil", g.signed_at as "signedAt",
               encode(g.hash, 'hex') as hash, v.ip, v.user_agent as "userAgent"
          from attendance_signatures g
          left join attendance_signature_evidence v on v.session_id = g.session_id and v.seq = g.seq
         where g.user_id = u.id and g.kind <> 'participant' order by g.signed_at, g.seq`,
    },
    signatureDiscrepancies: {
      rows: `
        select a.title as action, d.starts_at as "halfDayFrom", d.ends_at as "halfDayUntil", d.kind, d.reason
          from signature_discrepancies d
          join enrolments e on e.id = d.enrolment_id
          join actions a on a.id = e.action_id
         where e.user_id = u.id order by d.starts_at`,
    },
  },
  people: {
    'attendance_signatures.user_id': 'kept',
    'trainer_links.created_by': 'kept',
    'signature_discrepancies.explained_by': 'kept',
  },
  kept: {
    'attendance_signature_evidence.ip': AT_ITS_TERM,
    'attendance_signature_evidence.user_agent': AT_ITS_TERM,
    'attendance_signature_evidence.reason': AT_ITS_TERM,
    'attendance_signature_evidence.strokes': AT_ITS_TERM,
    'attendance_signature_evidence.trainer': AT_ITS_TERM,
    'attendance_signature_evidence.nonce': 'random, gone with the rest',
    'signature_discrepancies.reason': AT_ITS_TERM,
    'trainer_links.trainer_name': AT_ITS_TERM,
  },
  impersonal: {
    trainer_links: 'token_hash',
    signature_chains: 'head',
    signed_statements: 'sha256 statement',
    attendance_signatures: 'kind method statement_sha256 evidence_sha256 ticket_sha256 prev hash',
    signature_discrepancies: 'kind',
  },
};
