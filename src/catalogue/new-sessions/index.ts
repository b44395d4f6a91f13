import { defineFeature } from '#platform/feature.ts';
import { newSessionMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { newSessionsSite } from './routes.ts';
import { newDateMails } from './stop.ts';

export default defineFeature({
  name: 'catalogue/new-sessions',
  personalData,
  sites: [newSessionsSite],
  stoppable: [newDateMails],
  mails: newSessionMails,
});
