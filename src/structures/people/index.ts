import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { LED_STRUCTURES } from './led.ts';
import { structureMails } from './mail-kinds.ts';
import { personalData } from './personal-data.ts';
import { structuresSite } from './routes.ts';

export default defineFeature({
  name: 'structures/people',
  audit,
  personalData,
  sites: [structuresSite],
  tiles: [
    {
      home: 'decisions',
      label: [
        'demande de compte ou d’affiliation à traiter',
        'demandes de compte ou d’affiliation à traiter',
      ],
      href: '/mes-structures',
      sql: `
        with led as materialized (${LED_STRUCTURES})
        select (select count(*) from account_requests q
                 where q.state = 'pending' and q.structure_id in (select structure_id from led))
             + (select count(*) from affiliation_requests q
                 where q.state = 'pending' and q.user_id <> :userId
                   and q.structure_id in (select structure_id from led)) as waiting`,
    },
  ],
  closedToRobots: ['/mes-structures'],
  mails: structureMails,
});
