import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';

export default defineFeature({
  name: 'follow-up/documents/templates',
  audit,
  personalData: {
    people: { 'document_templates.published_by': 'kept', 'document_templates.saved_by': 'kept' },
    impersonal: { document_templates: 'kind body' },
  },
});
