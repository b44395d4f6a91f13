import { defineFeature } from '#platform/feature.ts';
import { agencyOffersSite, OFFERS } from './routes.ts';

export default defineFeature({
  name: 'rafael/agency/offers',
  sites: [agencyOffersSite],
  rafaelAgency: [
    {
      label: 'Offres de formation',
      href: OFFERS,
      icon: 'journal-text',
      text: 'Les formations de tous les organismes, par état et par âge, à lire ici ou dans un tableur.',
      figures: [
        {
          label: ['formation publiée', 'formations publiées'],
          href: `${OFFERS}?etat=publiees`,
          sql: `select count(*) as waiting from offers where state = 'published'`,
        },
      ],
    },
  ],
});
