import { defineFeature } from '#platform/feature.ts';
import { audit } from './audit.ts';
import { personalData } from './personal-data.ts';
import { PROGRAMMES, programmesSite } from './routes.ts';

export default defineFeature({
  name: 'rafael/programmes',
  audit,
  personalData,
  sites: [programmesSite],
  rafaelAgency: [
    {
      label: 'Programmes',
      href: PROGRAMMES,
      icon: 'journal-bookmark-fill',
      text: 'Ce que l’agence achète ou finance\u00a0: «\u00a0PRF\u00a0», «\u00a0HSP 1er niveau\u00a0»… Les organismes le choisissent pour chaque action.',
      figures: [
        {
          label: ['programme ouvert', 'programmes ouverts'],
          href: PROGRAMMES,
          sql: `select count(*) as waiting from programmes
                 where :today::date between coalesce(active_from, '-infinity') and coalesce(active_to, 'infinity')`,
        },
      ],
    },
  ],
});
