import { defineFeature } from '#platform/feature.ts';
import { seatWatchMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { seatWatchesSite } from './routes.ts';
import { tellOfOpenings } from './service.ts';

export default defineFeature({
  name: 'catalogue/seat-watches',
  personalData,
  sites: [seatWatchesSite],
  jobs: [{ task: 'tell_of_openings', run: tellOfOpenings, cron: { match: '*/5 * * * *', tries: 'often' } }],
  mails: seatWatchMails,
});
