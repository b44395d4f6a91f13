import { agency } from '#access/policies.ts';
import { type FiguresPage, sendFigures, showFigures } from '#follow-up/figures/page.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';

const PAGE: FiguresPage = Object.freeze({
  owner: 'region',
  path: '/agence/chiffres',
  section: 'agency',
  lead: 'Demandes, places, présence et personnes, pour toute la région.',
  back: { href: '/agence', label: 'Agence' },
});

/** « Chiffres » of the agency: the whole region, or one training body. */
export function agencyFiguresSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  site.get(PAGE.path, agency, (req, res) => showFigures(deps, req, res, PAGE));
  site.get(`${PAGE.path}.csv`, agency, (req, res) => sendFigures(deps, req, res, PAGE));
  return site;
}
