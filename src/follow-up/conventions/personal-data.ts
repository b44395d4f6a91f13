import type { PersonalData } from '#platform/personal-data.ts';

const AT_ITS_TERM = 'a training record: gone at the term of its session';

export const personalData: PersonalData = {
  exported: {
    conventionSignatures: {
      rows: `
        select d.number, a.title as action, g.party, g.signed_at as "signedAt", encode(g.document_sha256, 'hex') as sha256,
               v.name, v.quality, v.statement, v.ip, v.user_agent as "userAgent"
          from convention_signatures g
          join issued_documents d on d.id = g.document_id
          join sessions se on se.id = d.session_id
          join actions a on a.id = se.action_id
          left join convention_signature_evidence v on v.document_id = g.document_id and v.party = g.party
         where g.user_id = u.id order by g.signed_at, d.id`,
    },
  },
  people: { 'convention_signatures.user_id': 'kept' },
  kept: {
    'convention_signature_evidence.name': AT_ITS_TERM,
    'convention_signature_evidence.quality': AT_ITS_TERM,
    'convention_signature_evidence.statement': AT_ITS_TERM,
    'convention_signature_evidence.ip': AT_ITS_TERM,
    'convention_signature_evidence.user_agent': AT_ITS_TERM,
    'convention_signature_evidence.nonce': 'random, gone with the rest',
  },
  impersonal: {
    convention_signatures: 'party document_sha256 evidence_sha256',
    convention_signature_evidence: 'party',
  },
};
