import { defineFeature } from '../../platform/feature.ts';
import { personalData } from './personal-data.ts';
import { catalogueSite } from './routes.ts';
import { listPages } from './service.ts';

export default defineFeature({
  name: 'parcourspro/catalogue',
  personalData,
  sites: [catalogueSite],
  listed: listPages,
});
