import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { personalData } from './personal-data.ts';
import { digestMails } from './preferences/stop.ts';
import { hrSite } from './routes.ts';
import { hrTile } from './tile.ts';

export default defineFeature({
  name: 'spaces/employer',
  audit,
  personalData,
  sites: [hrSite],
  tiles: [hrTile],
  closedToRobots: ['/parcourspro/valideur'],
  stoppable: [digestMails],
});
