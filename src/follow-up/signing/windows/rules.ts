import { formatDateTime, formatDay, formatTime, parisDay, parisMoment } from '#platform/french/time.ts';

const MINUTE = 60_000;
/** Signing begins before a half-day and ends after it, by so much, unless somebody opens or closes it by hand. */
const BEFORE_MS = 15 * MINUTE;
const AFTER_MS = 30 * MINUTE;
/** How long before its start a half-day can be opened by hand. */
const BY_HAND_BEFORE_MS = 2 * 60 * MINUTE;

/** A half-day, as far as signing is concerned. */
export interface SignedHalfDay {
  startsAt: Date;
  endsAt: Date;
  /** By hand; null where its hours say. */
  opensAt: Date | null;
  closesAt: Date | null;
  isCancelled: boolean;
  /** The sheet is validated, and was not corrected since. */
  isClosed: boolean;
}

/** When a half-day is signed: in the room from `opensAt` until `closesAt`, then with a reason until `lateUntil`. */
export interface SigningWindow {
  opensAt: Date;
  closesAt: Date;
  /** The end of the next day, as lived in Paris. */
  lateUntil: Date;
  /** That next day. */
  lateOn: Date;
}

/** When a half-day is signed, by its hours or by hand. */
export function windowOf(
  slot: Pick<SignedHalfDay, 'startsAt' | 'endsAt' | 'opensAt' | 'closesAt'>,
): SigningWindow {
  const lateUntil = parisMoment(parisDay(slot.endsAt).add({ days: 2 }), '00:00');
  return {
    opensAt: slot.opensAt ?? new Date(slot.startsAt.getTime() - BEFORE_MS),
    closesAt: slot.closesAt ?? scheduledEnd(slot),
    lateUntil,
    lateOn: new Date(lateUntil.getTime() - MINUTE),
  };
}

const scheduledEnd = ({ endsAt }: Pick<SignedHalfDay, 'endsAt'>) => new Date(endsAt.getTime() + AFTER_MS);

/** Where the signing of a half-day stands. `closed`: by hand, before the half-day ends; it can be opened again, and is signed late once it has ended. */
export type SigningState = 'before' | 'open' | 'closed' | 'late' | 'over' | 'validated' | 'cancelled';

/** Where the signing of a half-day stands at a moment of the server's. */
export function signingState(slot: SignedHalfDay, now: Date): SigningState {
  if (slot.isCancelled) return 'cancelled';
  if (slot.isClosed) return 'validated';
  const { opensAt, closesAt, lateUntil } = windowOf(slot);
  if (now < opensAt) return 'before';
  if (now < closesAt) return 'open';
  if (now < slot.endsAt) return 'closed';
  return now < lateUntil ? 'late' : 'over';
}

/** Why nobody signs this half-day in the room at this moment, in a sentence; undefined where one does. */
export function whyNotOpen(slot: SignedHalfDay, now: Date): string | undefined {
  const { opensAt, closesAt, lateOn } = windowOf(slot);
  switch (signingState(slot, now)) {
    case 'open':
      return undefined;
    case 'before':
      return `La signature n’est pas encore ouverte\u00a0: revenez le ${formatDateTime(opensAt)}.`;
    case 'closed':
      return `La signature est fermée depuis ${formatTime(closesAt)}. Si elle n’est pas rouverte, vous pourrez signer en retard, avec un motif, dès la fin de la demi-journée, à ${formatTime(slot.endsAt)}.`;
    case 'late':
      return `La signature dans la salle est fermée depuis ${formatTime(closesAt)}. Vous pouvez encore signer en retard, avec un motif, jusqu’à la fin du ${formatDay(lateOn)}.`;
    case 'over':
      return 'La signature de cette demi-journée est close. Adressez-vous à l’organisme de formation.';
    case 'validated':
      return 'La feuille de présence est validée\u00a0: elle ne se signe plus. Adressez-vous à l’organisme de formation.';
    case 'cancelled':
      return 'Cette session est annulée.';
  }
}

/** What somebody changes by hand. */
export type ByHand = 'open' | 'close';

/**
 * What a half-day becomes when its signing is opened or closed by hand.
 * @returns the moments to keep, null where the hours say; or why not, in a sentence
 */
export function changedByHand(
  slot: SignedHalfDay,
  change: ByHand,
  now: Date,
): { opensAt: Date | null; closesAt: Date | null } | string {
  const state = signingState(slot, now);
  if (state === 'cancelled' || state === 'validated') return whyNotOpen(slot, now) as string;
  if (change === 'close') {
    return state === 'open'
      ? { opensAt: slot.opensAt, closesAt: now }
      : 'La signature n’est pas ouverte\u00a0: il n’y a rien à fermer.';
  }
  if (state === 'open') return 'La signature est déjà ouverte.';
  if (now.getTime() < slot.startsAt.getTime() - BY_HAND_BEFORE_MS) {
    return 'La signature s’ouvre deux heures avant la demi-journée au plus tôt.';
  }
  if (now >= scheduledEnd(slot)) {
    return 'La demi-journée est finie depuis plus de 30 minutes\u00a0: chacun signe en retard, avec un motif.';
  }
  return { opensAt: state === 'before' ? now : slot.opensAt, closesAt: null };
}
