import type { NewSlot } from '#enrolment/session-changes/service.ts';
import type { ManagedSession } from './repository.ts';
import type { SessionDates } from './rules.ts';

/** The half-days as the enrolment's service takes them. */
export function newSlots({ slots, place }: SessionDates): NewSlot[] {
  const { link, ...there } = place;
  const nowhere = { place: '', address: '', postcode: '', city: '' };
  return slots.map(({ startsAt, endsAt, isRemote }) => ({
    startsAt,
    endsAt,
    modality: isRemote ? 'remote' : 'in_person',
    ...(isRemote ? { ...nowhere, link } : { ...there, link: '' }),
  }));
}

/** Whether these half-days are those that the session has: nobody is then to be told of anything. */
export function isSame({ slots }: Pick<ManagedSession, 'slots'>, wished: readonly NewSlot[]): boolean {
  const keyOf = (
    one: Omit<NewSlot, 'startsAt' | 'endsAt'> & { startsAt: Date | string; endsAt: Date | string },
  ) =>
    JSON.stringify([
      new Date(one.startsAt),
      new Date(one.endsAt),
      one.modality,
      one.place,
      one.address,
      one.postcode,
      one.city,
      one.link,
    ]);
  const present = slots.map(({ isRemote, ...slot }) =>
    keyOf({ ...slot, modality: isRemote ? 'remote' : 'in_person' }),
  );
  return JSON.stringify(present) === JSON.stringify(wished.map(keyOf));
}
