import type { Actor } from '#access/actor.ts';
import { mapHrefOf, placeOf } from '#enrolment/calendar.ts';
import type { RegistrationOption } from '#enrolment/service.ts';
import type { State } from '#enrolment/states.ts';
import { pdfInWords } from '#platform/files/pdf.ts';
import { departmentLabel } from '#platform/french/departments.ts';
import { formatPeriod, formatSlot, isoDay } from '#platform/french/time.ts';
import { formatDuration, modalityLabel, plural } from '#platform/french/words.ts';
import { type Description, descriptionsOf } from '#training/descriptions.ts';
import { type Availability, availabilityOf, registrationPeriod, seatsLeft } from './availability.ts';
import type { ActionRow, SessionRow, SlotRow } from './repository.ts';
import type { FoundAction } from './search/criteria.ts';
import { type Blocker, withWayOut } from './ways-out.ts';

/** A session to come, with what « S'inscrire » says of it. */
type ComingSession = ActionRow['coming'][number] & { option: RegistrationOption };

/** An action as its page shows it. */
export type ActionPage = Omit<ActionRow, 'coming'> & { coming: ComingSession[] };

/** An action on a card of a list. */
export interface ActionCard {
  href: string;
  title: string;
  kind: string;
  theme: string;
  duration: string;
  reserved: boolean;
  /** « 1 sept. - 31 déc. », with the day for machines; undefined where nothing is to come. */
  when: { text: string; datetime: string } | undefined;
  /** Empty where there is nowhere to go. */
  place: string;
  availability: Availability | undefined;
  /** « + 2 autres sessions » */
  more: string;
}

/** What a card says of an action. */
export function cardOf(action: FoundAction, now: Date): ActionCard {
  const { session } = action;
  const others = action.sessionCount - 1;
  return {
    href: `/parcourspro/actions/${action.slug}`,
    title: action.title,
    kind: action.kind,
    theme: action.theme,
    duration: formatDuration(action.durationDays, action.modality),
    reserved: action.reserved,
    when: session
      ? { text: formatPeriod(session.startsAt, session.endsAt, now), datetime: isoDay(session.startsAt) }
      : undefined,
    place: session && action.modality !== 'remote' ? townOf(session) : '',
    availability: session ? availabilityOf(session, now) : undefined,
    more: others > 0 ? `+\u00a0${plural(others, 'autre session', 'autres sessions')}` : '',
  };
}

/** « Pessac (33) », « Gironde (33) » or « À distance ». */
function townOf({ city, department }: Pick<SessionRow, 'city' | 'department'>): string {
  if (city) return department ? `${city}\u00a0(${department})` : city;
  return department ? departmentLabel(department) : 'À distance';
}

/** The half-days of one day in one place, on the action's page. */
export interface SlotView {
  /** « jeudi 20 nov. 2026, 09:00 – 17:00 », with the day for machines. */
  times: { text: string; datetime: string }[];
  modality: string;
  place: string;
  /** Where a map shows the place; undefined for what is followed from afar. */
  mapHref: string | undefined;
}

/** A session to come on the action's page. */
export interface SessionView {
  id: number;
  heading: string;
  town: string;
  availability: Availability;
  seats: string;
  queue: string;
  registration: string;
  slots: SlotView[];
  calendarHref: string;
  /** « Me prévenir quand une place se libère »: offered on a full session; undefined elsewhere. */
  watch: { isOn: boolean; href: string } | undefined;
  registerHref: string;
  option: Omit<ComingSession['option'], 'blockers'> & { blockers: Blocker[] };
}

/** What the page says of a session to come. */
export function sessionView(
  session: ComingSession,
  slug: string,
  now: Date,
  { actor, isWatched }: { actor: Actor | undefined; isWatched: boolean },
): SessionView {
  const availability = availabilityOf(session, now);
  const actionPath = `/parcourspro/actions/${slug}`;
  return {
    id: session.id,
    heading: formatPeriod(session.startsAt, session.endsAt, now),
    town: townOf(session),
    availability,
    seats: seatsSentence(session),
    queue: queueSentence(session),
    registration: registrationPeriod(session),
    slots: slotViews(session.slots),
    calendarHref: `${actionPath}/seances/${session.id}.ics`,
    watch:
      availability.code === 'full' || isWatched
        ? {
            isOn: isWatched,
            href: `${actionPath}/seances/${session.id}/${isWatched ? 'ne-plus-' : ''}prevenir`,
          }
        : undefined,
    registerHref: `${actionPath}/inscription?session=${session.id}`,
    option: {
      ...session.option,
      blockers: session.option.blockers.map((blocker) => withWayOut(blocker, actor, actionPath)),
    },
  };
}

// Morning and afternoon in the same room need not repeat where it is.
function slotViews(slots: SlotRow[]): SlotView[] {
  const views: SlotView[] = [];
  for (const view of slots.map(slotView)) {
    const last = views.at(-1);
    const sameDay = last?.times[0]?.datetime === view.times[0]?.datetime;
    if (last && sameDay && last.modality === view.modality && last.place === view.place)
      last.times.push(...view.times);
    else views.push(view);
  }
  return views;
}

function slotView(slot: SlotRow): SlotView {
  return {
    times: [{ text: formatSlot(slot.startsAt, slot.endsAt), datetime: isoDay(slot.startsAt) }],
    modality: slot.modality === 'remote' ? 'Distanciel' : 'Présentiel',
    place: placeOf(slot),
    mapHref: mapHrefOf(slot),
  };
}

function seatsSentence(session: SessionRow): string {
  const over = session.seatsHeld - session.capacity;
  if (over > 0) return `${plural(session.capacity, 'place')}, toutes prises`;
  return `${plural(seatsLeft(session), 'place restante', 'places restantes')} sur ${session.capacity}`;
}

function queueSentence({ waitlisted, waitingCapacity }: SessionRow): string {
  if (waitingCapacity === 0) return 'Pas de liste d’attente';
  if (waitlisted === 0) return `Vide (${plural(waitingCapacity, 'place')})`;
  return `${plural(waitlisted, 'personne')} (${plural(waitingCapacity, 'place')} en tout)`;
}

/** The visitor's own request for the action. */
export interface OwnRequest {
  state: State;
  period: string;
}

/** Everything that the page of an action shows. */
export interface ActionView {
  title: string;
  kind: string;
  reserved: boolean;
  theme: string;
  themeHref: string;
  modality: string;
  /** « 2 jours (présentiel) » */
  duration: string;
  /** « 2 jours » */
  days: string;
  provider: string;
  providerHref: string;
  trainer: string;
  approvals: string;
  descriptions: Description[];
  documents: { title: string; detail: string; href: string }[];
  sessions: SessionView[];
  /** The session whose places are told of at the top: the first with a place, else the first. */
  lead: SessionView | undefined;
  /** The session to come, where there is exactly one: « S'inscrire » at the top is then its own. */
  onlySession: SessionView | undefined;
  past: { period: string; town: string; text: string }[];
  ownRequest: OwnRequest | undefined;
  href: string;
  isFavourite: boolean;
}

/**
 * What the page says of an action.
 * @param actor who looks at it; undefined for a visitor
 */
export function actionView(action: ActionPage, actor: Actor | undefined, now: Date): ActionView {
  const { liveEnrolment, durationDays } = action;
  const sessions = action.coming.map((session) =>
    sessionView(session, action.slug, now, {
      actor,
      isWatched: action.watchedSessions.includes(session.id),
    }),
  );
  return {
    title: action.title,
    href: `/parcourspro/actions/${action.slug}`,
    isFavourite: action.isFavourite,
    kind: action.kind,
    reserved: action.reserved,
    theme: action.theme,
    themeHref: `/parcourspro/actions?theme=${encodeURIComponent(action.themeSlug)}`,
    modality: modalityLabel(action.modality),
    duration: formatDuration(durationDays, action.modality),
    days: `${durationDays}\u00a0${durationDays > 1 ? 'jours' : 'jour'}`,
    provider: action.provider,
    providerHref: `/parcourspro/actions?organisme=${action.providerId}`,
    trainer: action.trainer,
    approvals: approvalsSentence(action),
    descriptions: descriptionsOf(action),
    documents: action.documents.map(({ id, title, bytes }) => ({
      title,
      detail: pdfInWords(bytes),
      href: `/parcourspro/actions/${action.slug}/documents/${id}`,
    })),
    sessions,
    lead: sessions.find(({ availability }) => availability.code === 'seats_left') ?? sessions[0],
    onlySession: sessions.length === 1 ? sessions[0] : undefined,
    past: action.past.map((session) => ({
      period: formatPeriod(session.startsAt, session.endsAt, now),
      town: townOf(session),
      text: availabilityOf(session, now).text,
    })),
    ownRequest: liveEnrolment
      ? {
          state: liveEnrolment.state,
          period: formatPeriod(liveEnrolment.startsAt, liveEnrolment.endsAt, now),
        }
      : undefined,
  };
}

function approvalsSentence({ needsHrApproval, needsProviderApproval }: ActionPage): string {
  if (needsHrApproval) return 'Validation de votre Valideur RH, puis du prestataire';
  return needsProviderApproval ? 'Validation du prestataire' : 'Inscription immédiate, sans validation';
}
