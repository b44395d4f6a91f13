import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { departureMails } from './mail-kinds.ts';
import { departuresSite } from './routes.ts';

export default defineFeature({
  name: 'structures/departures',
  audit,
  sites: [departuresSite],
  mails: departureMails,
});
