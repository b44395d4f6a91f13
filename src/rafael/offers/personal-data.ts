import type { PersonalData } from '#platform/personal-data.ts';

const CONTACTS = 'the offer of a training body, whose contacts it names: its own to change';

export const personalData: PersonalData = {
  exported: {
    trainingOffers: {
      rows: `
        select o.title, o.external_number as number, o.created_at as "createdAt" from offers o
         where o.created_by = u.id order by o.created_at, o.id`,
    },
    trainingOfferImports: {
      rows: `
        select i.file_name as "fileName", i.created_at as "createdAt" from offer_imports i
         where i.created_by = u.id order by i.created_at, i.id`,
    },
  },
  people: {
    'offers.created_by': 'kept',
    'offers.updated_by': 'kept',
    'offer_imports.created_by': 'kept',
  },
  erase: (trx, { id }) => trx('offer_imports').where({ created_by: id }).update({ file_name: '' }),
  erased: { 'offer_imports.file_name': 'trainingOfferImports.fileName' },
  kept: {
    'offers.lheo': CONTACTS,
    'offer_actions.lheo': CONTACTS,
    'offer_sessions.lheo': CONTACTS,
    'offer_import_items.tree': `${CONTACTS}; gone after 30 days`,
    'offer_import_items.changes': `${CONTACTS}; gone after 30 days`,
    'offer_import_items.issues': `${CONTACTS}; gone after 30 days`,
  },
  impersonal: {
    offers:
      'external_number source state fingerprint title objective formacodes nsf rome rncp rs certifinfo cpf body_number',
    offer_actions:
      'external_number publics market lot funders place_name place_postcode place_city city_key place_commune department latitude longitude trainer_siret accessible languages',
    offer_sessions: 'external_number starts_raw ends_raw date_precision state cancelled_reason department',
    information_meetings: 'kind place url comment origin',
    offer_imports: 'sha256 lheo_version counts fingerprint state seconds',
    offer_import_items: 'external_number title verdict',
    formacodes: 'code version label domain',
    certifications: 'kind code label',
  },
};
