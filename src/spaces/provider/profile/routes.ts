import { actingAs } from '#access/policies.ts';
import { heldBack } from '#follow-up/documents/templates/needs.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { profilePages } from '#structures/training-body-profile/pages.ts';
import { providerIdOf } from '../access.ts';

const PAGE = '/parcourspro/prestataire/profil';
/** Where the picture of the stamp is sent. */
export const STAMP_SENT = `${PAGE}/cachet`;

/** « Profil de l’organisme »: what a training body says of itself for its documents. */
export function profileSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const policy = actingAs('provider');
  profilePages(deps, site, {
    path: PAGE,
    policy: { read: policy, write: policy },
    section: 'provider',
    structureOf: providerIdOf,
    addressOf: () => PAGE,
    back: { href: '/parcourspro/prestataire', label: 'Prestataire' },
    heldBack,
  });
  return site;
}
