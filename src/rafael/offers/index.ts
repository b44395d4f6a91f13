import { defineFeature } from '#platform/feature.ts';
import { personalData } from './personal-data.ts';

export default defineFeature({
  name: 'rafael/offers',
  personalData,
});
