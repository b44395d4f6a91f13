import type { Dependencies } from '#platform/dependencies.ts';
import { formatDateTime, formatSlot } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { isSame, newSlots } from '../sessions/moves.ts';
import { buildSession } from '../sessions/rules.ts';
import type { ManagedSession, SessionContent } from '../sessions/service.ts';
import type { TypedSlot } from '../sessions/slots.ts';
import { proposedSession } from './schemas.ts';

/** The session that a proposal describes, or what is wrong with it today, by field. */
export type Proposed =
  | { ok: true; content: SessionContent; slots: TypedSlot[] }
  | { ok: false; errors: Record<string, string> };

/**
 * Reads the fields of a proposal by the very rules of the agency's own form: when it is made, and again when it is
 * decided, for days go by.
 * @param values the fields as typed
 * @param session the one to change, as it is
 */
export function readProposed(
  values: Readonly<Record<string, string>>,
  modality: string,
  { clock }: Pick<Dependencies, 'clock'>,
  session?: Pick<ManagedSession, 'opensAt' | 'closesAt'>,
): Proposed {
  const read = proposedSession.safeParse(values);
  if (!read.success) {
    return {
      ok: false,
      errors: Object.fromEntries(read.error.issues.map(({ path, message }) => [String(path[0]), message])),
    };
  }
  const now = clock.now();
  const former = session ? { opensAt: session.opensAt, closesAt: session.closesAt } : { opensAt: now };
  return buildSession({ ...read.data, reference: null }, modality, now, former);
}

/** What a proposal changes in a session. */
export interface SessionChanges {
  /** Half-days, place or connection link: people are told and asked to confirm. */
  dates: boolean;
  capacity: boolean;
  registration: boolean;
}

/** Compares a session with what is proposed for it. */
export function changesOf(session: ManagedSession, wanted: SessionContent): SessionChanges {
  return {
    dates: !isSame(session, newSlots(wanted)),
    capacity: session.capacity !== wanted.capacity || session.waitingCapacity !== wanted.waitingCapacity,
    registration:
      session.opensAt.getTime() !== wanted.opensAt.getTime() ||
      session.closesAt.getTime() !== wanted.closesAt.getTime(),
  };
}

export const changesSomething = ({ dates, capacity, registration }: SessionChanges): boolean =>
  dates || capacity || registration;

/** A line of a comparison. */
export interface ComparedLine {
  label: string;
  before: string[];
  after: string[];
}

interface Shown {
  slots: readonly { startsAt: Date | string; endsAt: Date | string; isRemote: boolean }[];
  place: { place: string; address: string; postcode: string; city: string; link: string };
  capacity: number;
  waitingCapacity: number;
  opensAt: Date;
  closesAt: Date;
}

const placeInWords = ({ place }: Shown): string =>
  [place.place, place.address, `${place.postcode} ${place.city}`.trim()].filter(Boolean).join(', ') ||
  'À distance';

/** A session in words, field by field. */
export function sessionInWords(session: Shown): [label: string, lines: string[]][] {
  return [
    [
      'Demi-journées',
      session.slots.map(
        ({ startsAt, endsAt, isRemote }) =>
          `${formatSlot(startsAt, endsAt)}${isRemote ? ', à distance' : ''}`,
      ),
    ],
    ['Lieu', [placeInWords(session)]],
    ['Lien de connexion', [session.place.link || 'aucun']],
    ['Places', [String(session.capacity)]],
    ['Liste d’attente', [plural(session.waitingCapacity, 'personne')]],
    ['Inscriptions', [`du ${formatDateTime(session.opensAt)} au ${formatDateTime(session.closesAt)}`]],
  ];
}

/** A managed session as {@link sessionInWords} takes it. */
export function shownSession(session: ManagedSession): Shown {
  const there = session.slots.find(({ isRemote }) => !isRemote);
  const link = session.slots.find((slot) => slot.link !== '')?.link ?? '';
  const { place = '', address = '', postcode = '', city = '' } = there ?? {};
  return { ...session, place: { place, address, postcode, city, link } };
}

/** The lines that a change touches. */
export function compared(before: Shown, after: Shown): ComparedLine[] {
  const wanted = new Map(sessionInWords(after));
  return sessionInWords(before)
    .map(([label, lines]) => ({ label, before: lines, after: wanted.get(label) ?? [] }))
    .filter((line) => line.before.join('\n') !== line.after.join('\n'));
}
