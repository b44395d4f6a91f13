import { defineFeature } from '../../platform/feature.ts';
import { newSessionMails } from './mail-kinds.ts';
import { newSessionsSite } from './routes.ts';
import { newDateMails } from './stop.ts';

export default defineFeature({
  name: 'parcourspro/new-sessions',
  sites: [newSessionsSite],
  stoppable: [newDateMails],
  mails: newSessionMails,
});
