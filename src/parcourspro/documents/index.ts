import { defineFeature } from '../../platform/feature.ts';
import { documentsSite } from './routes.ts';

export default defineFeature({
  name: 'parcourspro/documents',
  sites: [documentsSite],
});
