import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    addedDocuments: {
      rows: `
        select ac.title as action, d.title, d.added_at as "addedAt"
          from session_documents d join sessions se on se.id = d.session_id join actions ac on ac.id = se.action_id
         where d.added_by = u.id order by d.added_at, d.id`,
    },
  },
  people: { 'session_documents.added_by': 'kept' },
  impersonal: { session_documents: 'title sha256', session_document_contents: 'content' },
};
