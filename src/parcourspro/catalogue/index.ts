import { defineFeature } from '../../platform/feature.ts';
import { catalogueSite } from './routes.ts';

export default defineFeature({
  name: 'parcourspro/catalogue',
  sites: [catalogueSite],
});
