import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { personalData } from './personal-data.ts';

export default defineFeature({
  name: 'structures/training-body-profile',
  audit,
  personalData,
});
