import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { actingAs, anyone } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { FormRefused, formPage, saidOnForm } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { readRoomCode, roomKeys } from '../room/code.ts';
import { signingBadges } from '../room/presentation.ts';
import { giveTicket, takeTicket, ticketOf } from '../room/ticket.ts';
import { findSigningSlot } from '../windows/repository.ts';
import { signingState, whyNotOpen, windowOf } from '../windows/rules.ts';
import { fromOf } from './from.ts';
import { digitsReader, ownHalfDays } from './own.ts';
import { digitsForm, lateForm, signatureForm } from './schemas.ts';
import { SignatureRefused, signPresence } from './service.ts';
import { sentences } from './statements.ts';

const PAGE = '/parcourspro/mon-espace/emargement';
const SIGNED = 'Votre signature est enregistrée.';
const SIGNED_ALREADY = 'Vous aviez déjà signé cette demi-journée\u00a0: votre signature est gardée.';

/** Signing one's own half-days, with one's own account: from the code of the room, its digits, or late. */
export function signingSite(deps: Dependencies): GatedRouter {
  const { config, clock } = deps;
  const site = gatedRouter();
  const policy = actingAs('beneficiary');
  const keys = roomKeys(config.secrets);
  const readDigits = digitsReader(deps);

  // The address of a room: it writes nothing but the cookie of the ticket, which no address then bears.
  site.get('/e/:roomCode', anyone, async (req, res) => {
    const now = clock.now();
    const read = readRoomCode(keys, String(req.params.roomCode), now);
    const slot = read && read !== 'expired' ? await findSigningSlot(deps.db, read.slotId) : undefined;
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    if (slot && signingState(slot, now) === 'open') {
      giveTicket(res, config, { slotId: slot.id, method: 'qr', now });
      return res.redirect(303, PAGE);
    }
    render(res.status(slot || read === 'expired' ? 409 : 404), 'follow-up/signing/no-code', {
      title: 'Signer une demi-journée',
      section: '',
      slot,
      why: slot ? whyNotOpen(slot, now) : undefined,
      isExpired: read === 'expired',
    });
  });

  interface Shown {
    form?: FormState;
    digits?: FormState;
    status?: number;
    /** Why the signature that was sent is refused. */
    refused?: string;
  }

  async function show(req: Request, res: Response, shown: Shown = {}): Promise<void> {
    const now = clock.now();
    const { halfDays, former } = await ownHalfDays(deps, actorOf(req).userId);
    const ticket = ticketOf(req, config, now);
    const scanned = ticket && halfDays.find(({ id }) => id === ticket.slotId);
    render(res.status(shown.status ?? 200).set('Cache-Control', 'no-store'), 'follow-up/signing/own', {
      title: 'Signer ma présence',
      section: 'my-space',
      styles: ['css/spaces.css'],
      scripts: ['js/drawing.js'],
      halfDays: halfDays.map((one) => ({
        ...one,
        window: windowOf(one),
        state: signingState(one, now),
        isPast: one.endsAt <= now,
      })),
      former,
      // In the room, and not theirs: the page says so rather than show nothing.
      isElsewhere: ticket !== undefined && scanned === undefined,
      toSign: scanned?.signedAt === null ? scanned : undefined,
      sentence: sentences.participant,
      signingBadges,
      form: shown.form ?? emptyForm(),
      digits: shown.digits ?? emptyForm(),
      refused: shown.refused ?? '',
    });
  }

  site.get(PAGE, policy, async (req, res) => show(req, res));

  site.post(PAGE, policy, async (req, res) => {
    const submitted = readForm(signatureForm, req.body);
    if (!submitted.ok) return show(req, res, { form: submitted.form, status: 422 });
    const ticket = ticketOf(req, config, clock.now());
    if (!ticket) {
      const refused =
        'Votre passage par le code de la salle date de plus de dix minutes, ou manque\u00a0: scannez le code affiché, ou saisissez ses six chiffres.';
      return show(req, res, { refused, status: 409 });
    }
    try {
      const isNew = await signPresence(deps, {
        userId: actorOf(req).userId,
        slotId: ticket.slotId,
        shown: { ticket },
        strokes: submitted.data.dessin,
        from: fromOf(req),
      });
      takeTicket(res, config);
      res.flash(isNew ? SIGNED : SIGNED_ALREADY);
      res.redirect(303, PAGE);
    } catch (error) {
      if (!(error instanceof SignatureRefused)) throw error;
      takeTicket(res, config);
      return show(req, res, { refused: error.message, status: 409 });
    }
  });

  site.post(`${PAGE}/code`, policy, async (req, res) => {
    const { userId } = actorOf(req);
    const submitted = readForm(digitsForm, req.body);
    if (!submitted.ok) return show(req, res, { digits: submitted.form, status: 422 });
    const refuse = (message: string, status: number) =>
      show(req, res, { digits: { values: {}, errors: { chiffres: message } }, status });
    const { halfDays } = await ownHalfDays(deps, userId);
    const found = await readDigits(userId, halfDays, submitted.data.chiffres)
      .catch(saidOnForm)
      .catch((error) => {
        if (error instanceof FormRefused) return error;
        throw error;
      });
    if (found instanceof FormRefused) {
      if (found.retryAfter) res.set('Retry-After', String(Math.ceil(found.retryAfter)));
      return refuse(`${found.message} Le code à scanner reste possible.`, found.status);
    }
    if (found === 'none') return refuse('Vous n’avez aucune demi-journée à signer en ce moment.', 409);
    if (found === 'wrong') {
      return refuse(
        'Ces chiffres ne sont pas, ou plus, ceux de la salle. Ils changent toutes les 20 secondes.',
        422,
      );
    }
    giveTicket(res, config, { slotId: found.id, method: 'digits', now: clock.now() });
    res.redirect(303, PAGE);
  });

  formPage(site, `${PAGE}/:slotId/retard`, policy, {
    async load(req) {
      const { halfDays } = await ownHalfDays(deps, actorOf(req).userId);
      const halfDay = halfDays.find(({ id }) => id === idParam(req, 'slotId'));
      if (!halfDay) throw new NotFound();
      return halfDay;
    },
    read: ({ body }) => readForm(lateForm, body),
    show: ({ req, res, loaded: halfDay, form = emptyForm() }) => {
      const now = clock.now();
      const isLate = signingState(halfDay, now) === 'late';
      render(res, 'follow-up/signing/late', {
        title: 'Signer en retard',
        section: 'my-space',
        styles: ['css/spaces.css'],
        scripts: ['js/drawing.js'],
        halfDay,
        whyNot: halfDay.signedAt
          ? SIGNED_ALREADY
          : isLate
            ? ''
            : (whyNotOpen(halfDay, now) ??
              'La signature est ouverte dans la salle\u00a0: scannez le code affiché.'),
        sentence: sentences.late,
        action: req.path,
        back: PAGE,
        form,
      });
    },
    async submit({ req, loaded: { id: slotId }, data: { motif: reason, dessin: strokes } }) {
      const { userId } = actorOf(req);
      const own = { userId, slotId, shown: { reason }, strokes, from: fromOf(req) };
      const isNew = await signPresence(deps, own).catch((error) => {
        throw error instanceof SignatureRefused ? new FormRefused('', error.message, 409) : error;
      });
      return {
        to: PAGE,
        flash: isNew
          ? 'Votre signature en retard est enregistrée\u00a0: l’intervenant ou l’organisme la confirme.'
          : SIGNED_ALREADY,
      };
    },
  });

  return site;
}
