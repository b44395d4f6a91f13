import { recordAudit } from '#audit/service.ts';
import {
  dossierOf,
  findStandingDocuments,
  getStructureDocument,
} from '#follow-up/documents/issued/dossier.ts';
import { kindLabel } from '#follow-up/documents/issued/presentation.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisYear, parisYearBounds } from '#platform/french/time.ts';
import { sendPdf } from '#platform/pdf/send.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { sendZip } from '#platform/zip/stream.ts';
import { asValidator, profileOf } from '../profile.ts';

const PAGE = '/parcourspro/valideur/documents';
const PER_PAGE = 50;
const YEARS_BACK = 5;
const [FIRST_YEAR, LAST_YEAR] = [2000, 2100];

/** « Documents »: what was issued about the people of the structure, and in one archive, by year or session. */
export function documentRoutes(deps: Dependencies, site: GatedRouter): void {
  const counted = costlyPages(deps.config);

  /** The year and the session that the address, or the form, asks for. */
  const asked = (fields: Record<string, unknown>) => {
    const year = parseRowId(firstOf(fields.annee as string)) ?? 0;
    return {
      year: year >= FIRST_YEAR && year <= LAST_YEAR ? year : parisYear(deps.clock.now()),
      sessionId: parseRowId(firstOf(fields.seance as string)) ?? null,
    };
  };

  site.get(PAGE, asValidator, async (req, res) => {
    const { structureId } = profileOf(req);
    const { year, sessionId } = asked(req.query);
    const page = pageOf(req.query, PER_PAGE);
    const scope = { structureId, sessionId, ...parisYearBounds(year) };
    const { rows, total } = await findStandingDocuments(deps.db, scope, page);
    const present = parisYear(deps.clock.now());
    const years = new Set([year, ...Array.from({ length: YEARS_BACK + 2 }, (_, back) => present + 1 - back)]);
    render(res, 'spaces/employer/documents', {
      title: 'Documents – Valideur RH',
      section: 'hr',
      styles: ['css/spaces.css'],
      tab: 'documents',
      year,
      years: [...years].sort((a, b) => b - a),
      session: sessionId === null ? undefined : (rows[0] ?? { sessionId, actionTitle: 'cette session' }),
      rows,
      kindLabel,
      pagination: page.of(total),
    });
  });

  // A form, for the journal notes who took them away.
  site.post(`${PAGE}.zip`, asValidator, counted, async (req, res) => {
    const { structureId } = profileOf(req);
    const { year, sessionId } = asked(req.body);
    const { count, entries } = await dossierOf(deps.db, { structureId, sessionId, ...parisYearBounds(year) });
    await recordAudit(deps.db, {
      action: 'hr_documents.taken',
      at: deps.clock.now(),
      structureId,
      details: { documents: count },
    });
    await sendZip(
      res,
      sessionId ? `Documents de la session ${sessionId}.zip` : `Documents ${year}.zip`,
      entries,
    );
  });

  site.get(`${PAGE}/:number`, asValidator, counted, async (req, res) => {
    const number = String(req.params.number);
    const { title, content } = await getStructureDocument(deps, profileOf(req).structureId, number);
    sendPdf(res, content, `${title}.pdf`);
  });
}
