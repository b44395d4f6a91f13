import type { Request, Response } from 'express';
import type { Doer } from '#enrolment/doer.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, DomainError, NotFound } from '#platform/errors.ts';
import { formatHours } from '#platform/french/words.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter, linkHolder } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { isTimed, slotMinutes } from '../../attendance/rules.ts';
import { attendanceForm, fieldNames, marksOf, peopleOf, versionOf } from '../../attendance/schemas.ts';
import { recordAttendance, StaleSheet } from '../../attendance/service.ts';
import { type Marking, type Running, roomRoutes } from '../room/pages.ts';
import { signingBadges } from '../room/presentation.ts';
import { findProgress, type RoomPerson } from '../room/repository.ts';
import { signingState } from '../windows/rules.ts';
import { type GoodLink, linkOf, slotOfSession } from './service.ts';

const HOME = '/parcourspro/intervenant/:token';

/** The link is wrong, revoked or over: the answer says the same of each. */
class DeadLink extends DomainError {
  override name = 'DeadLink';
  constructor() {
    super(
      404,
      'Ce lien n’est pas valable',
      'Il est incomplet, il a été retiré, ou la session est finie. Demandez un nouveau lien à l’organisme de formation.',
    );
  }
}

/** What a trainer without account does with a link: their half-days only, of one session. */
export function trainerSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();

  async function linkFor(req: Request, res: Response): Promise<GoodLink> {
    // The address is a secret: no other site is told where somebody comes from.
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    const link = await linkOf(deps, String(req.params.token));
    if (!link) throw new DeadLink();
    return link;
  }
  const homeOf = (req: Request) => HOME.replace(':token', String(req.params.token));

  async function runningOf(req: Request, res: Response): Promise<Running> {
    const link = await linkFor(req, res);
    const slotId = idParam(req, 'slotId');
    if (!link.slotIds.includes(slotId)) throw new NotFound();
    const slot = await slotOfSession(deps, slotId, ({ sessionId }) => sessionId === link.sessionId);
    return {
      slot,
      by: { userId: link.createdBy, link: { id: link.id, trainerName: link.trainerName } },
      base: `${homeOf(req)}/creneaux/${slotId}`,
      back: homeOf(req),
      sheet: null,
    };
  }

  site.get(HOME, linkHolder, async (req, res) => {
    const link = await linkFor(req, res);
    const now = deps.clock.now();
    const slots = await findProgress(deps.db, link.sessionId);
    render(res, 'follow-up/signing/trainer', {
      title: `Émargement\u00a0: ${link.actionTitle}`,
      section: '',
      styles: ['css/spaces.css'],
      link,
      base: homeOf(req),
      signingBadges,
      halfDays: slots
        .filter(({ id }) => link.slotIds.includes(id))
        .map((slot) => ({ ...slot, state: signingState(slot, now) })),
    });
  });

  const showHalfDay = roomRoutes(deps, site, {
    path: `${HOME}/creneaux/:slotId`,
    section: '',
    policies: { read: linkHolder, write: linkHolder },
    runningOf,
    marking: (slot, people, version) => ({
      form: emptyForm(valuesOf(people)),
      version,
      warning: '',
      isTimed: isTimed(slot),
      minutes: slotMinutes(slot),
    }),
  });

  site.post(`${HOME}/creneaux/:slotId/presences`, linkHolder, async (req, res) => {
    const running = await runningOf(req, res);
    const { slot, by, base } = running;
    const again = (status: number, marking: Partial<Marking>) =>
      showHalfDay(req, res, running, { status, marking });
    const ids = peopleOf(req.body);
    const { form, ...submitted } = readForm(attendanceForm(ids), req.body);
    const version = versionOf(req.body);
    if (!submitted.ok) return again(422, { form, version });
    const { marks, errors } = marksOf(
      submitted.data as Record<string, unknown>,
      ids,
      slot.id,
      slotMinutes(slot),
    );
    if (Object.keys(errors).length > 0) return again(422, { form: { ...form, errors }, version });
    if (marks.length === 0) throw new Conflict('Il n’y a personne à enregistrer.');
    try {
      const byLink = by.link?.id;
      const half = { slotId: slot.id, version, marks, byLink };
      await recordAttendance(deps, slot.sessionId, doerOf(running), half);
    } catch (error) {
      if (!(error instanceof StaleSheet)) throw error;
      return again(409, { form, version: error.version, warning: error.message });
    }
    res.flash('Les présences de la demi-journée sont enregistrées.');
    res.redirect(303, base);
  });

  return site;
}

/** A trainer notes marks in the name of whoever gave the link. */
const doerOf = ({ by }: Running): Doer => ({ role: 'provider', userId: by.userId, way: 'email_link' });

/** What the boxes show before anybody touches them: the mark, or else the signature. */
function valuesOf(people: readonly RoomPerson[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { enrolmentId, presence, minutes, signedAt } of people) {
    const names = fieldNames(enrolmentId);
    if (presence === 'present' || (presence === null && signedAt)) values[names.present] = '1';
    if (presence === 'partial' && minutes) values[names.hours] = formatHours(minutes);
    if (presence === 'excused') values[names.excused] = '1';
  }
  return values;
}
