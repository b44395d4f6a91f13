import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { heldBack } from '#follow-up/documents/templates/needs.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { emptyForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { profilePages } from '#structures/training-body-profile/pages.ts';
import { listProfiles } from '#structures/training-body-profile/service.ts';

const LIST = '/agence/organismes';
/** Where the picture of a stamp is sent. */
export const STAMP_SENT = /^\/agence\/organismes\/\d+\/profil\/cachet$/;
const PER_PAGE = 25;

/** « Organismes de formation »: what each says of itself for its documents, and what is missing. */
export function trainingBodiesSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(deps.config);

  site.get(LIST, agency, counted, async (req, res) => {
    const q = searchText(120).parse(req.query.q);
    const page = pageOf(req.query, PER_PAGE);
    const { rows, total } = await listProfiles(deps, q, page);
    render(res, 'spaces/agency/training-bodies/list', {
      title: 'Organismes de formation',
      section: 'agency',
      list: LIST,
      form: emptyForm({ q }),
      isFiltered: q !== '',
      bodies: rows.map((one) => ({ ...one, heldBack: heldBack(one) })),
      pagination: page.of(total),
    });
  });

  profilePages(deps, site, {
    path: `${LIST}/:structureId/profil`,
    policy: { read: agency, write: recentlyConfirmed(agency) },
    section: 'agency',
    structureOf: (req) => idParam(req, 'structureId'),
    addressOf: (req) => `${LIST}/${idParam(req, 'structureId')}/profil`,
    back: { href: LIST, label: 'Organismes de formation' },
    heldBack,
  });

  return site;
}
