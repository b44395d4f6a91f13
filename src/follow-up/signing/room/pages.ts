import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatSlot } from '#platform/french/time.ts';
import { rowId } from '#platform/web/forms/fields.ts';
import { type FormState, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import type { GatedRouter, Policy } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { presenceLabels } from '../../attendance/rules.ts';
import { fieldNames, PEOPLE_PER_SHEET } from '../../attendance/schemas.ts';
import { fromOf } from '../signatures/from.ts';
import { confirmLate, countersign, whyNotCountersigned } from '../trainers/service.ts';
import { signingState, whyNotOpen, windowOf } from '../windows/rules.ts';
import { changeWindow, type Runner, type SigningSlot } from '../windows/service.ts';
import { roomCode, roomDigits, roomKeys, STEP_MS, stepAt } from './code.ts';
import { methodLabels, signingBadges } from './presentation.ts';
import { countRoom, findProgress, findRoom, type RoomPerson, type SlotProgress } from './repository.ts';

/** A half-day as somebody runs it: from the training body's pages, or by a trainer's link. */
export interface Running {
  slot: SigningSlot;
  by: Runner;
  /** The address of the half-day's page, filled in; what is done about it is below. */
  base: string;
  /** Where the list of half-days is. */
  back: string;
  /** Where the marks are noted, when that is another page. */
  sheet: string | null;
}

/** Who runs half-days, and where. */
export interface RoomSpace {
  /** The half-day's page, with its parameters. */
  path: string;
  section: string;
  policies: { read: Policy; write: Policy };
  /** What the address names. @throws NotFound for a half-day that is not theirs */
  runningOf(req: Request, res: Response): Promise<Running>;
  /** The marks, where they are noted on the half-day's page. */
  marking?(slot: SigningSlot, people: readonly RoomPerson[], version: number): Marking;
}

/** The form of the marks on the half-day's page. */
export interface Marking {
  form: FormState;
  /** Of the half-day, when the form was opened. */
  version: number;
  /** Somebody else noted the half-day meanwhile. */
  warning: string;
  isTimed: boolean;
  minutes: number;
}

const confirmationForm = z.object({ personne: rowId('Choisissez une personne de la liste.') });

/** Shows a half-day's page; `sent` is a form of marks that was refused. */
export type ShowHalfDay = (
  req: Request,
  res: Response,
  running: Running,
  sent?: { status: number; marking: Partial<Marking> },
) => Promise<void>;

/**
 * The half-day's page, its room with the code that changes, and what whoever runs it does.
 * @returns what shows the page again, for a form of it that is not read here
 */
export function roomRoutes(deps: Dependencies, site: GatedRouter, space: RoomSpace): ShowHalfDay {
  const { path, section, policies, runningOf } = space;
  const keys = roomKeys(deps.config.secrets);
  const addressOf = (slotId: number, step: number) =>
    `${deps.config.publicUrl}/e/${roomCode(keys, slotId, step)}`;

  /** What the room shows at this moment, and for how long. */
  async function shown(slot: SigningSlot) {
    const now = deps.clock.now();
    const step = stepAt(now);
    const count = await countRoom(deps.db, slot.id);
    const state = signingState(slot, now);
    const digits = roomDigits(keys, slot.id, step);
    return {
      state,
      stateLabel: signingBadges[state].label,
      isSigned: state === 'open' || state === 'before',
      closed: whyNotOpen(slot, now) ?? '',
      digits: `${digits.slice(0, 3)}\u00a0${digits.slice(3)}`,
      count: `${count.signed} sur ${count.expected} ont signé`,
      step,
      nextInMs: (step + 1) * STEP_MS - now.getTime(),
    };
  }

  const show: ShowHalfDay = async (req, res, { slot, by, base, back, sheet }, sent) => {
    const now = deps.clock.now();
    const page = pageOf(req.query, PEOPLE_PER_SHEET);
    const people = await findRoom(deps.db, slot.id, page);
    const progress = (await findProgress(deps.db, slot.sessionId, by.userId)).find(
      ({ id }) => id === slot.id,
    ) as SlotProgress;
    const isMarked = slot.startsAt <= now && !slot.isCancelled && !slot.wasValidated;
    const marking = isMarked ? space.marking?.(slot, people, progress.version) : undefined;
    render(res.status(sent?.status ?? 200), 'follow-up/signing/half-day', {
      title: `Signatures du ${formatSlot(slot.startsAt, slot.endsAt)}`,
      section,
      styles: ['css/spaces.css'],
      slot,
      window: windowOf(slot),
      state: signingState(slot, now),
      signingBadges,
      methodLabels,
      presenceLabels,
      fieldNames,
      people,
      progress,
      whyNotCountersigned:
        whyNotCountersigned(
          {
            ...slot,
            signed: progress.signed,
            isRecorded: progress.version > 0,
            isOwnSession: progress.isOwnSession,
          },
          now,
        ) ?? '',
      runner: by,
      base,
      back,
      sheet,
      marking: marking && { ...marking, ...sent?.marking },
      pagination: page.of(progress.expected),
    });
  };

  site.get(path, policies.read, async (req, res) => show(req, res, await runningOf(req, res)));

  site.get(`${path}/salle`, policies.read, async (req, res) => {
    const { slot, base } = await runningOf(req, res);
    render(res.set('Cache-Control', 'no-store'), 'follow-up/signing/room', {
      title: `Salle\u00a0: signer le ${formatSlot(slot.startsAt, slot.endsAt)}`,
      section,
      styles: ['css/spaces.css'],
      scripts: ['js/room.js'],
      slot,
      base,
      host: new URL(deps.config.publicUrl).host,
      ...(await shown(slot)),
    });
  });

  site.get(`${path}/salle/code.svg`, policies.read, async (req, res) => {
    const { slot } = await runningOf(req, res);
    const { default: QRCode } = await import('qrcode');
    const svg = await QRCode.toString(addressOf(slot.id, stepAt(deps.clock.now())), {
      type: 'svg',
      margin: 2,
      errorCorrectionLevel: 'M',
    });
    res.set('Cache-Control', 'no-store').type('image/svg+xml').send(svg);
  });

  site.get(`${path}/salle/etat.json`, policies.read, async (req, res) => {
    const { slot } = await runningOf(req, res);
    res.set('Cache-Control', 'no-store').json(await shown(slot));
  });

  for (const [name, change, said] of [
    ['ouvrir', 'open', 'La signature est ouverte.'],
    [
      'fermer',
      'close',
      'La signature est fermée. Une fois la demi-journée finie, chacun signe en retard, avec un motif.',
    ],
  ] as const) {
    site.post(`${path}/${name}`, policies.write, async (req, res) => {
      const { slot, by, base } = await runningOf(req, res);
      await changeWindow(deps, slot, change, by);
      res.flash(said);
      res.redirect(303, base);
    });
  }

  site.post(`${path}/contresigner`, policies.write, async (req, res) => {
    const { slot, by, base } = await runningOf(req, res);
    await countersign(deps, slot, by, fromOf(req));
    res.flash('La demi-journée est contresignée.');
    res.redirect(303, base);
  });

  site.post(`${path}/confirmer`, policies.write, async (req, res) => {
    const { slot, by, base } = await runningOf(req, res);
    const submitted = readForm(confirmationForm, req.body);
    if (!submitted.ok) return res.redirect(303, base);
    const { personne: enrolmentId } = submitted.data;
    await confirmLate(deps, { slot, enrolmentId, by, from: fromOf(req) });
    res.flash('La signature en retard est confirmée.');
    res.redirect(303, base);
  });

  return show;
}
