import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { calendarFeedMails } from './calendar-feed/mail-kinds.ts';
import { endFeed } from './calendar-feed/service.ts';
import { personalData } from './personal-data.ts';
import { mySpaceSite } from './routes.ts';
import { mySpaceTile } from './tile.ts';

export default defineFeature({
  name: 'spaces/my-space',
  audit,
  personalData,
  sites: [mySpaceSite],
  on: { 'account.links_ending': endFeed },
  tiles: [mySpaceTile],
  closedToRobots: ['/parcourspro/mon-espace'],
  mails: calendarFeedMails,
});
