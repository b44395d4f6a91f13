import { defineFeature } from '../../platform/feature.ts';
import { forgetOldMessages } from './service.ts';

export default defineFeature({
  name: 'parcourspro/messages',
  forget: [forgetOldMessages],
});
