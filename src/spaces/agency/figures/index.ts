import { defineFeature } from '#platform/feature.ts';
import { agencyFiguresSite } from './routes.ts';

export default defineFeature({
  name: 'spaces/agency/figures',
  sites: [agencyFiguresSite],
  managed: [{ label: 'Chiffres', href: '/agence/chiffres' }],
});
