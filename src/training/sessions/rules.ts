import type { z } from 'zod';
import { departmentOf } from '#platform/french/departments.ts';
import { isoDay, parisMoment } from '#platform/french/time.ts';
import type { SessionContent } from './repository.ts';
import type { datesForm, sessionForm } from './schemas.ts';
import { momentsOf, readLines, type TypedSlot } from './slots.ts';

/** A session made out of its form, or what is wrong, by field. */
export type BuiltSession =
  | { ok: true; content: SessionContent; slots: TypedSlot[] }
  | { ok: false; errors: Record<string, string> };

/** The dates and the place of a session. */
export type SessionDates = Omit<SessionContent, 'capacity' | 'waitingCapacity' | 'reference'>;
/** When one could ask for a place until now. */
export interface FormerWindow {
  opensAt: Date;
  closesAt?: Date;
}
/** Dates made out of their form, or what is wrong, by field. */
export type BuiltDates =
  | { ok: true; dates: SessionDates; slots: TypedSlot[] }
  | { ok: false; errors: Record<string, string> };

/** Makes a session out of what was typed: its dates, as {@link buildDates} does, and its seats. */
export function buildSession(
  form: z.output<typeof sessionForm>,
  modality: string,
  now: Date,
  former: FormerWindow = { opensAt: now },
): BuiltSession {
  const built = buildDates(form, modality, now, former);
  if (!built.ok) return built;
  const content = {
    ...built.dates,
    capacity: form.places,
    waitingCapacity: form.attente,
    reference: form.reference,
  };
  return { ok: true, slots: built.slots, content };
}

/**
 * Makes the dates of a session out of what was typed: the half-days in order, the place where somebody goes, the link
 * where nobody does, and the registration window, which ends when the session begins at the latest.
 * @param modality of the action: where it is not mixed, every half-day is alike
 * @param now a session is planned for days to come
 * @param former when one could ask for a place before; a new session opens now unless the form says otherwise
 */
export function buildDates(
  form: z.output<typeof datesForm>,
  modality: string,
  now: Date,
  former: FormerWindow = { opensAt: now },
): BuiltDates {
  const errors: Record<string, string> = {};
  const read = readLines(form.creneaux);
  if ('problem' in read) return { ok: false, errors: { creneaux: read.problem } };
  const slots = read.slots.map((slot) => ({
    ...slot,
    isRemote: modality === 'remote' || (modality === 'mixed' && slot.isRemote),
  }));
  const moments = slots.map((slot) => ({ ...momentsOf(slot), isRemote: slot.isRemote }));
  const startsAt = moments[0]?.startsAt as Date;
  if (startsAt <= now) errors.creneaux = 'La première demi-journée est déjà passée.';
  const goesThere = slots.some(({ isRemote }) => !isRemote);
  if (goesThere && !form.code_postal)
    errors.code_postal = 'Indiquez le code postal\u00a0: la recherche par département en dépend.';
  if (goesThere && !form.ville) errors.ville = 'Indiquez la ville où l’on se rend.';
  const window = windowOf(form, former, startsAt);
  if ('errors' in window) Object.assign(errors, window.errors);
  if ('errors' in window || Object.keys(errors).length > 0) return { ok: false, errors };
  return {
    ok: true,
    slots,
    dates: {
      slots: moments,
      place: {
        place: goesThere ? (form.lieu ?? '') : '',
        address: goesThere ? (form.adresse ?? '') : '',
        postcode: goesThere ? form.code_postal : '',
        city: goesThere ? (form.ville ?? '') : '',
        link: form.lien,
      },
      department: goesThere ? departmentOf({ postcode: form.code_postal, city: form.ville }) : '',
      ...window,
    },
  };
}

/**
 * When one may ask for a place, as it was typed: nothing typed is as before for the opening, and until the session
 * begins for the end.
 * @returns the window, or what is wrong with it, by field
 */
export function windowOf(
  { ouverture, cloture }: Pick<z.output<typeof datesForm>, 'ouverture' | 'cloture'>,
  former: FormerWindow,
  startsAt: Date,
): { opensAt: Date; closesAt: Date } | { errors: Record<string, string> } {
  // A day that shows the moment which is kept does not change it.
  const keeps = (typed: string, moment: Date | undefined) => moment !== undefined && isoDay(moment) === typed;
  const opensAt =
    ouverture && !keeps(ouverture, former.opensAt) ? parisMoment(ouverture, '00:00') : former.opensAt;
  const last = former.closesAt && new Date(former.closesAt.getTime() - 1);
  const closesAt = !cloture ? startsAt : keeps(cloture, last) ? (former.closesAt as Date) : endOfDay(cloture);
  if (closesAt.getTime() > endOfDay(isoDay(startsAt)).getTime())
    return { errors: { cloture: 'Les inscriptions se closent au plus tard le premier jour de la session.' } };
  if (opensAt >= startsAt)
    return { errors: { ouverture: 'Les inscriptions s’ouvrent avant le début de la session.' } };
  if (opensAt >= closesAt)
    return { errors: { cloture: 'Les inscriptions se closent après leur ouverture.' } };
  return { opensAt, closesAt: closesAt < startsAt ? closesAt : startsAt };
}

// The first moment of the next day: the last day of registrations counts whole.
const endOfDay = (day: string): Date => parisMoment(Temporal.PlainDate.from(day).add({ days: 1 }), '00:00');

/** What decides whether a session may still be written anew. */
export interface SessionFacts {
  isCancelled: boolean;
  startsAt: Date;
  enrolments: number;
}

/** Whether the agency may write a session anew or take it away: true, or the reason why not. */
export function mayRewrite({ isCancelled, startsAt, enrolments }: SessionFacts, now: Date): true | string {
  if (isCancelled) return 'Cette session est annulée.';
  if (startsAt <= now) return 'Cette session a déjà commencé.';
  return (
    enrolments === 0 ||
    'Des personnes ont demandé une place dans cette session\u00a0: ses dates et son lieu ne se réécrivent pas sans les prévenir.'
  );
}
