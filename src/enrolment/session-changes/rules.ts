import type { NewSlot } from './repository.ts';

/** The window in which a session takes requests. */
export interface RegistrationWindow {
  opensAt: Date;
  closesAt: Date;
}

/**
 * What is wrong with the half-days of a session, in words; undefined when nothing is.
 * @param now a session is moved to dates to come
 */
export function slotsFault(slots: readonly NewSlot[], now: Date): string | undefined {
  if (slots.length === 0) return 'Indiquez au moins une demi-journée.';
  const sorted = slots.toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  for (const [index, slot] of sorted.entries()) {
    if (slot.endsAt <= slot.startsAt) return 'Une demi-journée finit avant de commencer.';
    const next = sorted[index + 1];
    if (next && next.startsAt < slot.endsAt) return 'Deux demi-journées se chevauchent.';
  }
  const [first] = sorted as [NewSlot];
  return first.startsAt <= now ? 'La première demi-journée est déjà passée.' : undefined;
}

/**
 * The registration window of a session that moves: as asked for, else as it was, and never beyond the start.
 * @returns the window, or what is wrong with it
 */
export function windowAfterMove(
  former: RegistrationWindow,
  asked: Partial<RegistrationWindow>,
  startsAt: Date,
): RegistrationWindow | string {
  const opensAt = asked.opensAt ?? former.opensAt;
  const closesAt = asked.closesAt ?? (former.closesAt > startsAt ? startsAt : former.closesAt);
  if (closesAt > startsAt) return 'Les inscriptions doivent se clore avant le début de la session.';
  if (opensAt >= closesAt) return 'Les inscriptions doivent s’ouvrir avant de se clore.';
  return { opensAt, closesAt };
}
