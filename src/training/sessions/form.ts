import { formatTime, isoDay, parisMoment } from '#platform/french/time.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { type FormState, readForm } from '#platform/web/forms/forms.ts';
import type { ManagedSession } from './repository.ts';
import { repetitionForm, sessionForm } from './schemas.ts';
import {
  isHoliday,
  isWeekend,
  lineOf,
  type Repetition,
  repeatSlots,
  repetitionFaults,
  type TypedSlot,
} from './slots.ts';

/** Everything that was typed, whichever of its two parts is then read. */
export function typedValues(body: Fields): Record<string, string> {
  return { ...readForm(repetitionForm, body).form.values, ...readForm(sessionForm, body).form.values };
}

/** « Calculer les dates »: the form with the half-days worked out, or with what is wrong with the repetition. */
export function withRepetition(body: Fields): FormState {
  const values = typedValues(body);
  const read = readForm(repetitionForm, body);
  if (!read.ok) return { values, errors: read.form.errors };
  const { data } = read;
  const errors: Record<string, string> = {};
  const times: { from: string; to: string }[] = [];
  for (const part of ['matin', 'apres_midi'] as const) {
    const [from, to] = [data[`${part}_de`], data[`${part}_a`]];
    if (from && to && from < to) times.push({ from, to });
    else if (from || to)
      errors[`${part}_a`] = from && to ? 'Cette heure vient avant le début.' : 'Indiquez les deux heures.';
  }
  const [morning, afternoon] = times;
  if (morning && afternoon && afternoon.from < morning.to)
    errors.apres_midi_de = 'L’après-midi commence avant la fin du matin.';
  if (!data.du) errors.du = 'Indiquez le premier jour.';
  if (!data.au) errors.au = 'Indiquez le dernier jour.';
  if (!data.du || !data.au || Object.keys(errors).length > 0) return { values, errors };
  const repetition: Repetition = {
    first: data.du,
    last: data.au,
    weekdays: ([1, 2, 3, 4, 5, 6, 7] as const).filter((day) => data[`jour_${day}`]),
    times,
    skipHolidays: data.feries,
  };
  const faults = repetitionFaults(repetition);
  if (Object.keys(faults).length > 0) return { values, errors: faults };
  const slots = repeatSlots(repetition);
  if (slots.length === 0) return { values, errors: { au: 'Aucun de ces jours ne tombe dans la période.' } };
  return { values: { ...values, creneaux: slots.map(lineOf).join('\n') }, errors: {} };
}

/** A new session's form. */
export const NEW_SESSION: Readonly<Record<string, string>> = Object.freeze({
  matin_de: '09:00',
  matin_a: '12:30',
  apres_midi_de: '13:30',
  apres_midi_a: '17:00',
  feries: '1',
  places: '12',
  attente: '6',
});

/** The fields that show a session; the day on which registrations close is the last that counts whole. */
export function sessionFields(
  session: Pick<ManagedSession, 'slots' | 'capacity' | 'waitingCapacity' | 'opensAt' | 'closesAt'> & {
    reference?: string | null;
  },
): Record<string, string> {
  const there = session.slots.find(({ isRemote }) => !isRemote);
  return {
    ...NEW_SESSION,
    creneaux: session.slots
      .map(({ startsAt, endsAt, isRemote }) =>
        lineOf({ day: isoDay(startsAt), from: formatTime(startsAt), to: formatTime(endsAt), isRemote }),
      )
      .join('\n'),
    places: String(session.capacity),
    attente: String(session.waitingCapacity),
    ouverture: isoDay(session.opensAt),
    cloture: isoDay(new Date(session.closesAt.getTime() - 1)),
    reference: session.reference ?? '',
    lieu: there?.place ?? '',
    adresse: there?.address ?? '',
    code_postal: there?.postcode ?? '',
    ville: there?.city ?? '',
    lien: session.slots.find(({ link }) => link !== '')?.link ?? '',
  };
}

/** A half-day as the preview shows it. */
export const previewOf = (slot: TypedSlot) => ({
  ...slot,
  startsAt: parisMoment(slot.day, slot.from),
  endsAt: parisMoment(slot.day, slot.to),
  warning: isHoliday(slot.day) ? 'Jour férié' : isWeekend(slot.day) ? 'Week-end' : '',
});
