import type { Request } from 'express';
import { actorOf, PROFILE_RIGHTS, profileLabels } from '#access/actor.ts';
import { actingAs } from '#access/policies.ts';
import { TAB_STYLES, tabPage } from '#catalogue/my-space-tabs.ts';
import { placeOf } from '#enrolment/calendar.ts';
import { documentsOf } from '#follow-up/documents/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { parisYear, parisYearBounds } from '#platform/french/time.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { membershipBadge } from '#structures/memberships/rules.ts';
import { calendarFeedSite } from './calendar-feed/routes.ts';
import { myRequestsSite } from './enrolments/routes.ts';
import { findComing, findInformation, findPast, type MyRequests } from './repository.ts';
import { rightsByYear } from './rights.ts';

const PER_PAGE = 10;

/**
 * « Mon espace personnel » (guide 003, domain.md §8): the three tabs of a bénéficiaire. The two others, searches and
 * favourites, are everybody's.
 */
export function mySpaceSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const policy = actingAs('beneficiary');
  const userId = (req: Request) => actorOf(req).userId;

  const documents = ({ enrolments }: MyRequests) =>
    documentsOf(
      deps.db,
      enrolments.map(({ id }) => id),
    );

  site.get('/parcourspro/mon-espace', policy, async (req, res) => {
    const now = deps.clock.now();
    const year = parisYear(now);
    const page = pageOf(req.query, PER_PAGE);
    const { offset, limit } = page;
    const since = parisYearBounds(year).from;
    const found = await findComing(deps.db, userId(req), now, { offset, limit, since });
    const pages = page.of(found.counts.coming);
    if (pages.page > pages.pages) return res.redirect(303, `${req.path}${pages.hrefOf(pages.pages)}`);
    render(res, 'spaces/my-space/coming', {
      ...tabPage('coming', found.counts, actorOf(req)),
      styles: TAB_STYLES,
      rows: found.enrolments,
      documents: await documents(found),
      pages,
      rights: rightsByYear(found.used, { actions: found.maxActions, formations: found.maxFormations }, year),
      slotPlace: placeOf,
    });
  });

  site.get('/parcourspro/mon-espace/passees', policy, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const { offset, limit } = page;
    const found = await findPast(deps.db, userId(req), deps.clock.now(), { offset, limit });
    const pages = page.of(found.counts.past);
    if (pages.page > pages.pages) return res.redirect(303, `${req.path}${pages.hrefOf(pages.pages)}`);
    render(res, 'spaces/my-space/past', {
      ...tabPage('past', found.counts, actorOf(req)),
      styles: TAB_STYLES,
      rows: found.enrolments,
      documents: await documents(found),
      pages,
    });
  });

  site.get('/parcourspro/mon-espace/informations', policy, async (req, res) => {
    const actor = actorOf(req);
    const now = deps.clock.now();
    const year = parisYear(now);
    const found = await findInformation(deps.db, actor.userId, now, year);
    if (!found) throw new NotFound();
    render(res, 'spaces/my-space/information', {
      ...tabPage('information', found.counts, actor),
      styles: TAB_STYLES,
      civility: found.civility,
      jobTitle: found.jobTitle,
      feedSince: found.feedSince,
      structures: found.structures.map((structure) => {
        const own = actor.affiliations.find(({ structureId }) => structureId === structure.id);
        const isMember = structure.memberIn.includes(year);
        return {
          ...structure,
          name: own?.structureName ?? '',
          profiles: PROFILE_RIGHTS.filter((right) => own?.rights.includes(right)).map(
            (right) => profileLabels[right],
          ),
          isReferent: own?.rights.includes('referent') ?? false,
          membership: membershipBadge({ isMember, isRequested: structure.isRequested }, year),
          nextYears: structure.memberIn.filter((other) => other > year),
        };
      }),
    });
  });

  site.use(myRequestsSite(deps), calendarFeedSite(deps));
  return site;
}
