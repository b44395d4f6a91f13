import { defineFeature } from '#platform/feature.ts';
import { filesBody } from '#platform/web/forms/files.ts';
import { badgeRequest } from './asking/request.ts';
import { myBadgesSite } from './asking/routes.ts';
import { badgesOnDeletion, withdrawAllOf } from './asking/service.ts';
import { audit } from './audit.ts';
import { tendBadgeKey } from './issuing/keys.ts';
import { agencyBadgesSite } from './issuing/routes.ts';
import { badgeMails } from './mail-kinds.ts';
import { badgeModelsSite, PICTURES_SENT } from './models/routes.ts';
import { PICTURE } from './models/service.ts';
import { personalData } from './personal-data.ts';
import { publicBadgesSite } from './public/routes.ts';

export default defineFeature({
  name: 'follow-up/badges',
  audit,
  personalData,
  sites: [agencyBadgesSite, badgeModelsSite, myBadgesSite, publicBadgesSite],
  managed: [{ label: 'Open badges', href: '/agence/badges' }],
  requests: [badgeRequest],
  uploads: [
    { path: PICTURES_SENT, read: filesBody(PICTURE.bytes, (req) => req.user?.isAgencyManager === true) },
  ],
  on: { 'account.closed': withdrawAllOf, 'account.erasing': withdrawAllOf },
  jobs: [{ task: 'tend_badge_key', run: tendBadgeKey, cron: { match: '35 3 * * *', tries: 'daily' } }],
  mails: badgeMails,
  beforeDeletion: badgesOnDeletion,
});
