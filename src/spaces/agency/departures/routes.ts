import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { reasonForm } from '#enrolment/schemas.ts';
import { decideEnrolment, withInformed } from '#enrolment/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { deName } from '#platform/french/words.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { findKeptPlace, findKeptPlaces, type KeptPlace } from './repository.ts';
import { leavePlace } from './service.ts';

const PER_PAGE = 25;
const LIST = '/agence/departs';
const CANCEL = `${LIST}/:enrolmentId/annuler`;

/** Places of people who left the structure: flagged to the agency, never cancelled silently (domain.md §7). */
export function agencyDeparturesSite(deps: Dependencies): GatedRouter {
  const { db, clock } = deps;
  const site = gatedRouter();

  site.get(LIST, agency, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const places = await findKeptPlaces(db, clock.now(), page);
    render(res, 'spaces/agency/departures', {
      title: 'Inscriptions après un départ',
      section: 'agency',
      places,
      pagination: page.of(places.total),
    });
  });

  /** Only the places of this list: others are for their validator and their provider. */
  async function placeOf(req: Request): Promise<KeptPlace> {
    const place = await findKeptPlace(db, clock.now(), idParam(req, 'enrolmentId'));
    if (!place) throw new NotFound();
    return place;
  }

  formPage(site, CANCEL, recentlyConfirmed(agency), {
    load: placeOf,
    read: ({ body }) => readForm(reasonForm, body),
    show: ({ req, res, loaded: place, form = emptyForm() }) =>
      render(res, 'spaces/agency/cancel-place', {
        title: 'Annuler une inscription',
        section: 'agency',
        place,
        form,
        action: req.path,
        back: LIST,
      }),
    async submit({ req, loaded: { id, personName }, data: { motif: reason } }) {
      const by = { role: 'agency', userId: actorOf(req).userId, way: 'page' } as const;
      const { told } = await decideEnrolment(deps, id, { event: 'withdraw', by, reason });
      return { to: LIST, flash: withInformed(`L’inscription ${deName(personName)} est annulée`, told) };
    },
  });

  site.post(`${LIST}/:enrolmentId/laisser`, recentlyConfirmed(agency), async (req, res) => {
    const { id, personName } = await placeOf(req);
    await leavePlace(deps, id, actorOf(req).userId);
    res.flash(`La place ${deName(personName)} lui est laissée.`);
    res.redirect(303, LIST);
  });

  return site;
}
