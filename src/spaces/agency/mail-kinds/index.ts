import { defineFeature } from '#platform/feature.ts';
import { mailKindsSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/mail-kinds',
  sites: [mailKindsSite],
  managed: [{ label: 'Modèles d’e-mails', href: '/agence/courriels/modeles' }],
});
