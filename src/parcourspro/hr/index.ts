import { defineFeature } from '../../platform/feature.ts';
import { digestMails } from './preferences/stop.ts';
import { hrSite } from './routes.ts';

export default defineFeature({
  name: 'parcourspro/hr',
  sites: [hrSite],
  stoppable: [digestMails],
});
