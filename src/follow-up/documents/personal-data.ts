import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    addedDocuments: {
      rows: `
        select ac.title as action, d.title, d.added_at as "addedAt"
          from session_documents d join sessions se on se.id = d.session_id join actions ac on ac.id = se.action_id
         where d.added_by = u.id order by d.added_at, d.id`,
    },
    issuedDocuments: {
      rows: `
        select d.kind, d.number, d.version, d.code, d.issued_at as "issuedAt", encode(d.sha256, 'hex') as sha256,
               c.facts,
               (select coalesce(json_agg(json_build_object('kind', ev.kind, 'at', ev.at, 'reason', ev.reason)
                                         order by ev.id), '[]')
                  from document_events ev where ev.document_id = d.id) as events
          from issued_documents d
          join enrolments e on e.id = d.enrolment_id
          left join issued_document_contents c on c.document_id = d.id
         where e.user_id = u.id order by d.id`,
    },
  },
  people: {
    'session_documents.added_by': 'kept',
    'issued_documents.issued_by': 'kept',
    'document_events.by': 'kept',
  },
  kept: {
    'issued_document_contents.facts': 'a training record: what was issued, deleted when its term ends',
    'issued_document_contents.content': 'the same as bytes',
    'document_events.reason': 'why a document was withdrawn, for whoever holds a copy',
  },
  impersonal: {
    session_documents: 'title sha256',
    session_document_contents: 'content',
    issued_documents: 'kind number sha256 code',
    document_counters: 'kind',
    document_events: 'kind',
    document_refusals: 'kind reason',
  },
};
