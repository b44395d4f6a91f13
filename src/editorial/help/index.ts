import { defineFeature } from '#platform/feature.ts';
import { helpArticles } from './library.ts';
import { helpSite } from './routes.ts';

export default defineFeature({
  name: 'editorial/help',
  sites: [helpSite],
  listed: async () =>
    ['/aide', ...helpArticles().map(({ slug }) => `/aide/${slug}`)].map((path) => ({ path })),
});
