import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { keepsCatalogue, rafaelSeatOf } from '#access/rafael.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { importRoutes } from './pages/routes.ts';

/** Where a body sends its file. */
export const BODY_FORM = '/rafaelpro/catalogue/importer';
/** Where the agency sends a file of any body. */
export const AGENCY_FORM = '/agence/rafaelpro/imports/nouveau';
export const AGENCY_IMPORTS = '/agence/rafaelpro/imports';

/** The imports of a body: its catalogue out of its own file. */
export function bodyImportsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  importRoutes(dependencies, site, {
    form: BODY_FORM,
    list: '/rafaelpro/catalogue/imports',
    up: { href: '/rafaelpro/catalogue', label: 'Catalogue' },
    section: 'rafael-catalogue',
    reads: keepsCatalogue,
    decides: keepsCatalogue,
    bodyOf: (req) => rafaelSeatOf(req).structureId,
  });
  return site;
}

/** The imports of the agency: a file of any bodies, each formation under the SIRET that it names. */
export function agencyImportsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  importRoutes(dependencies, site, {
    form: AGENCY_FORM,
    list: AGENCY_IMPORTS,
    up: { href: '/agence/rafaelpro', label: 'RafaelPro' },
    section: 'agency',
    reads: agency,
    decides: recentlyConfirmed(agency),
  });
  return site;
}
