import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { RAFAEL_SETTINGS, rafaelSettingsSite } from './routes.ts';

export default defineFeature({
  name: 'rafael/settings',
  audit,
  sites: [rafaelSettingsSite],
  managed: [{ label: 'Réglages de RafaelPro', href: RAFAEL_SETTINGS }],
});
