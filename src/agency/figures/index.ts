import { defineFeature } from '../../platform/feature.ts';
import { agencyFiguresSite } from './routes.ts';

export default defineFeature({
  name: 'agency/figures',
  sites: [agencyFiguresSite],
  managed: [{ label: 'Chiffres', href: '/agence/chiffres' }],
});
