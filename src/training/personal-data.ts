import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  impersonal: {
    actions: 'slug title modality objectives audience prerequisites programme trainer search_title reference',
    action_former_slugs: 'slug',
    action_legal: 'nature means follow_up evaluation sanction',
    action_kinds: 'code label',
    action_documents: 'title sha256',
    action_document_contents: 'content',
    themes: 'slug label',
    sessions: 'city city_key department cancellation_reason reference',
    session_drafts: 'fields',
    slots: 'modality place address postcode city link',
  },
};
