import { defineFeature } from '#platform/feature.ts';
import { documentTemplatesSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/document-templates',
  sites: [documentTemplatesSite],
  managed: [{ label: 'Modèles de documents', href: '/agence/modeles-de-documents' }],
});
