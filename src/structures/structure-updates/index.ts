import { defineFeature } from '#platform/feature.ts';
import { LED_STRUCTURES } from '../people/led.ts';
import { audit } from './audit.ts';
import { structureUpdateMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { structureUpdate } from './request.ts';
import { structureUpdatesSite } from './routes.ts';

export default defineFeature({
  name: 'structures/structure-updates',
  audit,
  personalData,
  sites: [structureUpdatesSite],
  requests: [structureUpdate],
  tiles: [
    {
      home: 'awaited',
      label: [
        'Une demande de mise à jour de structure attend la décision de Cap Métiers',
        'demandes de mise à jour attendent la décision de Cap Métiers',
      ],
      href: '/mes-structures',
      sql: `select count(*) as waiting from structure_update_requests q
             where q.state = 'pending' and q.structure_id in (${LED_STRUCTURES})`,
    },
  ],
  mails: structureUpdateMails,
});
