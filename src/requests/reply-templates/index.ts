import { defineFeature } from '#platform/feature.ts';
import { requestsOf } from '../request.ts';
import { audit } from './audit.ts';
import { personalData } from './personal-data.ts';
import { replyTemplatesSite } from './routes.ts';

export default defineFeature({
  name: 'requests/reply-templates',
  audit,
  personalData,
  sites: [(deps) => replyTemplatesSite(deps, requestsOf(deps.features))],
  managed: [{ label: 'Modèles de réponse', href: '/agence/modeles' }],
});
