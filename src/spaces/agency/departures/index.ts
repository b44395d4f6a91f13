import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { COUNT_DEPARTURES } from './repository.ts';
import { agencyDeparturesSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/departures',
  audit,
  sites: [agencyDeparturesSite],
  tiles: [
    {
      home: 'agency',
      label: ['inscription à examiner après un départ', 'inscriptions à examiner après un départ'],
      href: '/agence/departs',
      sql: COUNT_DEPARTURES,
    },
  ],
});
