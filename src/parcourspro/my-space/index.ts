import { defineFeature } from '../../platform/feature.ts';
import { mySpaceSite } from './routes.ts';

export default defineFeature({
  name: 'parcourspro/my-space',
  sites: [mySpaceSite],
});
