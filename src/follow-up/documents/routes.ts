import { actorOf } from '#access/actor.ts';
import { actingAs } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { sendPdf } from '#platform/pdf/send.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { takeOwnDocument } from './issued/service.ts';
import { getOwnDocument } from './service.ts';

const REQUEST = '/parcourspro/mon-espace/demandes/:enrolmentId';

/** What somebody downloads from their own requests. */
export function documentsSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(deps.config);
  const policy = actingAs('beneficiary');

  site.get(`${REQUEST}/documents/:documentId`, policy, async (req, res) => {
    const own = {
      userId: actorOf(req).userId,
      enrolmentId: idParam(req, 'enrolmentId'),
      id: idParam(req, 'documentId'),
    };
    const { title, content } = await getOwnDocument(deps.db, own);
    sendPdf(res, content, `${title}.pdf`);
  });

  // A form, for that somebody has their document is noted.
  site.post('/parcourspro/mon-espace/documents/:number', policy, counted, async (req, res) => {
    const { title, content } = await takeOwnDocument(deps, actorOf(req).userId, String(req.params.number));
    sendPdf(res, content, `${title}.pdf`);
  });

  return site;
}
