import { defineFeature } from '#platform/feature.ts';
import { personalData } from './personal-data.ts';
import { figuresSite } from './routes.ts';
import { refreshFigures, refreshRecentFigures } from './service.ts';

export default defineFeature({
  name: 'follow-up/figures',
  personalData,
  sites: [figuresSite],
  jobs: [
    {
      task: 'refresh_recent_figures',
      run: refreshRecentFigures,
      cron: { match: '50 * * * *', tries: 'often' },
    },
    { task: 'refresh_figures', run: refreshFigures, cron: { match: '20 2 * * *', tries: 'daily' } },
  ],
});
