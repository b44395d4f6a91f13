import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { RAFAEL_SETTINGS, rafaelSettingsSite } from './routes.ts';

export default defineFeature({
  name: 'rafael/settings',
  audit,
  sites: [rafaelSettingsSite],
  rafaelAgency: [
    {
      label: 'Réglages',
      href: RAFAEL_SETTINGS,
      icon: 'sliders',
      text: 'Le flux public de l’offre, et ce que deviennent les formations que personne ne confirme.',
    },
  ],
});
