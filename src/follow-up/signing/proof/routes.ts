import type { Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { actingAs, agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { noteDownload, type Proof, proofOf } from './service.ts';

/** The proof of a session's signatures, as a file: for its training body, and for the agency with the addresses in it. */
export function proofSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(deps.config);

  const send = (res: Response, sessionId: number, proof: Proof | undefined) => {
    if (!proof) throw new NotFound();
    res
      .set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
      .attachment(`preuve-session-${sessionId}.json`)
      .type('application/json')
      .send(`${JSON.stringify(proof, null, 1)}\n`);
  };

  const ofBody = '/parcourspro/prestataire/seances/:sessionId/preuve.json';
  site.get(ofBody, actingAs('provider'), counted, async (req, res) => {
    const sessionId = idParam(req, 'sessionId');
    const providerId = actorOf(req).profile?.structureId ?? 0;
    send(res, sessionId, await proofOf(deps, sessionId, { providerId, withEvidence: false }));
  });

  // Noted in the journal, and so no GET.
  const ofAgency = '/agence/sessions/:sessionId/preuve.json';
  site.post(ofAgency, recentlyConfirmed(agency), counted, async (req, res) => {
    const sessionId = idParam(req, 'sessionId');
    const proof = await proofOf(deps, sessionId, { withEvidence: true });
    if (proof) await noteDownload(deps, sessionId, actorOf(req).userId);
    send(res, sessionId, proof);
  });

  return site;
}
