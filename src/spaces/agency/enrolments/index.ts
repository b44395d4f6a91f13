import { defineFeature } from '#platform/feature.ts';
import { COUNT_FOR_AGENCY } from './repository.ts';
import { agencyEnrolmentsSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/enrolments',
  sites: [agencyEnrolmentsSite],
  tiles: [
    {
      home: 'agency',
      label: [
        'demande d’inscription que seule l’agence peut décider',
        'demandes d’inscription que seule l’agence peut décider',
      ],
      href: '/agence/inscriptions',
      sql: COUNT_FOR_AGENCY,
    },
  ],
});
