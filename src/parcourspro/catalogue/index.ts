import { defineFeature } from '../../platform/feature.ts';
import { catalogueSite } from './routes.ts';
import { listPages } from './service.ts';

export default defineFeature({
  name: 'parcourspro/catalogue',
  sites: [catalogueSite],
  listed: listPages,
});
