import { defineFeature } from '#platform/feature.ts';
import { personalData } from './personal-data.ts';
import { rafaelSearchSite } from './routes.ts';
import { SEARCH } from './understanding.ts';
import { forgetChanges } from './upkeep/changes.ts';
import { writeDueDocuments } from './upkeep/documents.ts';

export default defineFeature({
  name: 'rafael/search',
  personalData,
  sites: [rafaelSearchSite],
  jobs: [
    {
      task: 'write_offer_documents',
      run: writeDueDocuments,
      cron: { match: '* * * * *', tries: 'once' },
    },
    { task: 'forget_offer_changes', run: forgetChanges, cron: { match: '25 3 * * *', tries: 'daily' } },
  ],
  rafael: [
    {
      section: 'rafael-search',
      label: 'Trouver une formation',
      href: SEARCH,
      icon: 'search',
      text: 'Chercher dans l’offre de tous les organismes\u00a0: métier, lieu, dates, places, informations collectives.',
      opensTo: () => true,
      isForAgency: true,
    },
  ],
});
