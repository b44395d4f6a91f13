import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { catalogueSite } from './catalogue/offer-routes.ts';
import { offerFormsSite } from './editing/pages.ts';
import { sessionFormsSite } from './editing/session-pages.ts';
import { freshnessMails } from './freshness/mail-kinds.ts';
import { REMIND_AFTER_DAYS } from './freshness/rules.ts';
import { tendCatalogues } from './freshness/service.ts';
import { personalData } from './personal-data.ts';

const CATALOGUE = '/rafaelpro/catalogue';

export default defineFeature({
  name: 'rafael/offers',
  audit,
  personalData,
  jobs: [
    {
      task: 'tend_offer_catalogues',
      run: tendCatalogues,
      // In the morning in Paris.
      cron: { match: '0 6 * * *', tries: 'daily' },
    },
  ],
  mails: freshnessMails,
  // The forms first: « nouvelle » is no number of a formation.
  sites: [offerFormsSite, sessionFormsSite, catalogueSite],
  rafael: [
    {
      section: 'rafael-catalogue',
      label: 'Catalogue',
      href: CATALOGUE,
      text: 'Publier votre offre de formation, la tenir à jour, l’importer et l’exporter en LHÉO.',
      icon: 'journal-richtext',
      opensTo: (seat) => seat.keepsCatalogue,
      figures: [
        {
          label: ['formation publiée', 'formations publiées'],
          href: `${CATALOGUE}?etat=published`,
          sql: `select count(*) as waiting from offers where structure_id = :structureId and state = 'published'`,
        },
        {
          label: ['formation à confirmer', 'formations à confirmer'],
          href: `${CATALOGUE}?a_faire=confirmation`,
          sql: `select count(*) as waiting from offers
                 where structure_id = :structureId and state = 'published'
                   and confirmed_at < cast(:now as timestamptz) - interval '${REMIND_AFTER_DAYS} days'`,
        },
        {
          label: ['formation sans session à venir', 'formations sans session à venir'],
          href: `${CATALOGUE}?a_faire=sessions`,
          sql: `select count(*) as waiting from offers o
                 where o.structure_id = :structureId and o.state = 'published'
                   and not exists (select from offer_sessions s
                                    where s.offer_id = o.id and s.state = 'open'
                                      and (s.ends_on is null or s.ends_on >= cast(:today as date)))`,
        },
      ],
    },
  ],
});
