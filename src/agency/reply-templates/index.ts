import { defineFeature } from '../../platform/feature.ts';
import { queues } from '../queues.ts';
import { replyTemplatesSite } from './routes.ts';

export default defineFeature({
  name: 'agency/reply-templates',
  sites: [(deps) => replyTemplatesSite(deps, queues)],
});
