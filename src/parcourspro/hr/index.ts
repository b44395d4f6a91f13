import { defineFeature } from '../../platform/feature.ts';
import { audit } from './audit.ts';
import { digestMails } from './preferences/stop.ts';
import { hrSite } from './routes.ts';

export default defineFeature({
  name: 'parcourspro/hr',
  audit,
  sites: [hrSite],
  stoppable: [digestMails],
});
