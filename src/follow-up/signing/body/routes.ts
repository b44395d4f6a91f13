import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { actingAs, refuseOrOffer } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { formPage, saidAt } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { addressOf } from '#platform/web/views/address.ts';
import { render } from '#platform/web/views/render.ts';
import { type Running, roomRoutes } from '../room/pages.ts';
import { signingBadges } from '../room/presentation.ts';
import { findProgress, type SlotProgress } from '../room/repository.ts';
import { findChainEnd } from '../signatures/repository.ts';
import { findLinks, giveLink, revokeLink, slotOfSession } from '../trainers/service.ts';
import type { SigningSlot } from '../windows/repository.ts';
import { signingState } from '../windows/rules.ts';
import { linkForm } from './schemas.ts';

const SESSION = '/parcourspro/prestataire/seances/:sessionId';

/** « Signatures » of a session, for its training body: its half-days, their rooms, and the links of trainers. */
export function bodySigningSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const policy = actingAs('provider');
  const sessionPath = (sessionId: number) => SESSION.replace(':sessionId', String(sessionId));

  const refuseOthers = (req: Request, { providerId }: SigningSlot) => {
    if (providerId !== actorOf(req).profile?.structureId) refuseOrOffer(req, 'provider', providerId);
  };

  /** The half-days of the session of the address, when it is the body's. @throws NotFound for any other */
  async function slotsOf(req: Request): Promise<[SlotProgress, ...SlotProgress[]]> {
    const slots = await findProgress(deps.db, idParam(req, 'sessionId'));
    const [first, ...others] = slots;
    if (!first) throw new NotFound();
    refuseOthers(req, first);
    return [first, ...others];
  }

  async function runningOf(req: Request): Promise<Running> {
    const sessionId = idParam(req, 'sessionId');
    const slotId = idParam(req, 'slotId');
    const slot = await slotOfSession(deps, slotId, (found) => found.sessionId === sessionId);
    refuseOthers(req, slot);
    return {
      slot,
      by: { userId: actorOf(req).userId, link: null },
      base: `${sessionPath(sessionId)}/creneaux/${slotId}`,
      back: `${sessionPath(sessionId)}/signatures`,
      sheet: addressOf(`${sessionPath(sessionId)}/presence`, { 'demi-journee': slotId }),
    };
  }

  roomRoutes(deps, site, {
    path: `${SESSION}/creneaux/:slotId`,
    section: 'provider',
    policies: { read: policy, write: policy },
    runningOf,
  });

  formPage(site, `${SESSION}/signatures`, policy, {
    load: slotsOf,
    read: ({ body }, slots) => readForm(linkForm(slots), body),
    async show({ res, loaded: slots, form = emptyForm() }) {
      const now = deps.clock.now();
      const [{ sessionId, actionTitle }] = slots;
      const period = formatPeriod(slots[0].startsAt, (slots.at(-1) as SlotProgress).endsAt, now);
      render(res, 'follow-up/signing/session', {
        title: `Signatures\u00a0: ${actionTitle}, ${period}`,
        section: 'provider',
        styles: ['css/spaces.css'],
        actionTitle,
        period,
        base: sessionPath(sessionId),
        halfDays: slots.map((slot) => ({ ...slot, state: signingState(slot, now) })),
        links: await findLinks(deps.db, sessionId),
        chain: await findChainEnd(deps.db, sessionId),
        signingBadges,
        form,
      });
    },
    async submit({ req, res, loaded: slots, data: { nom: trainerName, demi_journees: slotIds } }) {
      const [session] = slots;
      const given = giveLink(deps, session, actorOf(req).userId, { trainerName, slotIds });
      const token = await given.catch(saidAt('nom', Conflict, 409));
      showLink(res, trainerName, token, session.sessionId);
      return undefined;
    },
  });

  // The address is in this answer and nowhere else: leading to another page would have to keep it.
  function showLink(res: Response, trainerName: string, token: string, sessionId: number): void {
    render(res.set('Cache-Control', 'no-store'), 'follow-up/signing/link', {
      title: 'Lien de l’intervenant',
      section: 'provider',
      styles: ['css/spaces.css'],
      trainerName,
      address: `${deps.config.publicUrl}/parcourspro/intervenant/${token}`,
      back: `${sessionPath(sessionId)}/signatures`,
    });
  }

  site.post(`${SESSION}/intervenants/:linkId/retirer`, policy, async (req, res) => {
    const [{ sessionId }] = await slotsOf(req);
    await revokeLink(deps, { sessionId, linkId: idParam(req, 'linkId'), userId: actorOf(req).userId });
    res.flash('Le lien est retiré\u00a0: il n’ouvre plus rien.');
    res.redirect(303, `${sessionPath(sessionId)}/signatures`);
  });

  return site;
}
