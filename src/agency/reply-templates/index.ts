import { defineFeature } from '../../platform/feature.ts';
import { requestsOf } from '../../requests/request.ts';
import { replyTemplatesSite } from './routes.ts';

export default defineFeature({
  name: 'agency/reply-templates',
  sites: [(deps) => replyTemplatesSite(deps, requestsOf(deps.features))],
});
