import type { Request } from 'express';
import { actingAs } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { slugOf } from '#platform/french/slug.ts';
import { formatPeriod, isoDay } from '#platform/french/time.ts';
import { sendPdf } from '#platform/pdf/send.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { providerSessionOf, sessionPath, sessionTitle } from '../access.ts';
import { findPrinted } from './repository.ts';
import { participantsPdf, placesOf, signaturePdf, slotGroups, slotLabel } from './sheets.ts';

/** On a page, and in a file: more than that is a part of its own. */
const PEOPLE_PER_PAGE = 100;
const PEOPLE_PER_FILE = 300;

/** The list of the people of a session and the sheet that they sign, to print from the page or as a PDF. */
export function printRoutes(deps: Dependencies, site: GatedRouter): void {
  const policy = actingAs('provider');
  const counted = costlyPages(deps.config);
  const SESSION = '/parcourspro/prestataire/seances/:sessionId';

  const show = (
    name: string,
    view: 'spaces/provider/print/list' | 'spaces/provider/print/signatures',
    heading: string,
  ) =>
    site.get(`${SESSION}/${name}`, policy, async (req, res) => {
      const session = await providerSessionOf(deps, req);
      const page = pageOf(req.query, PEOPLE_PER_PAGE);
      const printed = await findPrinted(deps.db, session.id, page);
      render(res, view, {
        title: `${heading}\u00a0: ${sessionTitle(session, deps.clock.now())}`,
        section: 'provider',
        heading,
        session,
        printed,
        places: placesOf(printed.slots),
        groups: slotGroups(printed.slots),
        slotLabel,
        base: sessionPath(session.id),
        files: Array.from(
          { length: Math.max(1, Math.ceil(printed.total / PEOPLE_PER_FILE)) },
          (_, index) => index + 1,
        ),
        pagination: page.of(printed.total),
      });
    });
  show('liste', 'spaces/provider/print/list', 'Liste des inscrits');
  show('emargement', 'spaces/provider/print/signatures', 'Feuille d’émargement');

  async function printed(req: Request) {
    const session = await providerSessionOf(deps, req);
    const page = pageOf(req.query, PEOPLE_PER_FILE);
    const now = deps.clock.now();
    return {
      about: {
        actionTitle: session.actionTitle,
        // On paper the year is always there.
        period: formatPeriod(session.startsAt, session.endsAt, new Date(0)),
        first: page.offset + 1,
        now,
      },
      content: await findPrinted(deps.db, session.id, page),
      name: `${slugOf(session.actionTitle).slice(0, 40)}-${isoDay(session.startsAt)}.pdf`,
    };
  }

  site.get(`${SESSION}/liste.pdf`, policy, counted, async (req, res) => {
    const { about, content, name } = await printed(req);
    sendPdf(res, await participantsPdf(about, content), `inscrits-${name}`);
  });

  site.get(`${SESSION}/emargement.pdf`, policy, counted, async (req, res) => {
    const { about, content, name } = await printed(req);
    sendPdf(res, await signaturePdf(about, content), `emargement-${name}`);
  });
}
