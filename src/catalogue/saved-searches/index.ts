import { defineFeature } from '#platform/feature.ts';
import { savedSearchMails } from './mail-kinds.ts';
import { tellNews } from './news.ts';
import { personalData } from './personal-data.ts';
import { savedSearchesSite } from './routes.ts';
import { searchAlertMails } from './stop.ts';

export default defineFeature({
  name: 'catalogue/saved-searches',
  personalData,
  sites: [savedSearchesSite],
  closedToRobots: ['/parcourspro/recherches'],
  jobs: [{ task: 'alert_saved_searches', run: tellNews, cron: { match: '15 6 * * *', tries: 'daily' } }],
  stoppable: [searchAlertMails],
  mails: savedSearchMails,
});
