import { rafaelSeatsOf } from '#access/rafael.ts';
import { defineFeature } from '#platform/feature.ts';
import { filesBody } from '#platform/web/forms/files.ts';
import { audit } from './audit.ts';
import { forgetPlans } from './forget.ts';
import { LARGEST_FILE } from './pages/routes.ts';
import { AGENCY_FORM, AGENCY_IMPORTS, agencyImportsSite, BODY_FORM, bodyImportsSite } from './routes.ts';

/** Each is held in memory while it is judged. */
const restraint = { atOnce: 2, seconds: 120 };

export default defineFeature({
  name: 'rafael/imports',
  audit,
  sites: [bodyImportsSite, agencyImportsSite],
  forget: [forgetPlans],
  rafaelAgency: [
    {
      label: 'Imports LHÉO',
      href: AGENCY_IMPORTS,
      icon: 'upload',
      text: 'Importer un fichier de n’importe quels organismes, et lire ce que chaque import a changé.',
    },
  ],
  uploads: [
    {
      path: BODY_FORM,
      read: filesBody(
        LARGEST_FILE,
        (req) =>
          req.user !== undefined && rafaelSeatsOf(req.user).some(({ keepsCatalogue }) => keepsCatalogue),
        {
          ...restraint,
          otherwise:
            'Partagez-le en plusieurs, ou adressez-le à l’agence (offre@cap-metiers.pro), qui importe les fichiers plus grands par sa commande «\u00a0offers:import\u00a0».',
        },
      ),
    },
    {
      path: AGENCY_FORM,
      read: filesBody(LARGEST_FILE, (req) => req.user?.isAgencyManager === true, {
        ...restraint,
        otherwise:
          'Un fichier plus grand s’importe sur le serveur, par la commande «\u00a0npm run offers:import\u00a0».',
      }),
    },
  ],
});
