import type { Knex } from 'knex';
import { parisDay, parisMoment, parisYear } from '#platform/french/time.ts';
import type { ActionContent, KindCode, ThemeSlug } from './actions/content.ts';
import { formations } from './actions/formations.ts';
import { openEvents } from './actions/open-events.ts';
import { workshops } from './actions/workshops.ts';
import { addWorkingDays, daysAgo, workingDay } from './calendar.ts';
import { french } from './french.ts';
import { insertAll } from './insert.ts';
import { placeNamed } from './places.ts';
import { type SessionPlan, sessionPlans } from './sessions.ts';
import type { Structure } from './structures.ts';
import { type SlotPlan, type Timetable, timetables } from './timetables.ts';
import { venues } from './venues.ts';

/** A session of the demo, with what its enrolments depend on. */
export interface Session {
  id: number;
  actionId: number;
  /** `<slug of the action>#<rank of the session, from 0>` */
  key: string;
  provider: Structure;
  kind: Kind;
  plan: SessionPlan;
  dates: SessionDates;
  /** The civil year whose rights it counts in. */
  year: number;
}

/** What the kind of an action says of its enrolments. */
export interface Kind {
  id: number;
  code: KindCode;
  reserved: boolean;
  counts_as_formation: boolean;
  needs_hr_approval: boolean;
  needs_provider_approval: boolean;
}

/** The moments of a session. */
export interface SessionDates {
  opensAt: Date;
  closesAt: Date;
  startsAt: Date;
  endsAt: Date;
  cancelledAt: Date | null;
  slots: { startsAt: Date; endsAt: Date; remote: boolean }[];
}

/** Every action of the demo. */
export const catalogue: readonly ActionContent[] = [...formations, ...workshops, ...openEvents];

/** Inserts the actions with their sessions and slots. */
export async function insertCatalogue(
  trx: Knex.Transaction,
  structures: ReadonlyMap<string, Structure>,
  now: Date,
): Promise<Session[]> {
  const kinds: Kind[] = await trx('action_kinds').select();
  const themes: { id: number; slug: ThemeSlug }[] = await trx('themes').select('id', 'slug');
  const providerOf = ({ provider }: ActionContent) => structures.get(provider) as Structure;
  const kindOf = ({ kind }: ActionContent) => kinds.find(({ code }) => code === kind) as Kind;

  const actionIds = await insertAll(
    trx,
    'actions',
    catalogue.map((action, index) => ({
      ...actionRow(action, now),
      reference: referenceOf(index),
      kind_id: kindOf(action).id,
      theme_id: themes.find(({ slug }) => slug === action.theme)?.id,
      provider_id: providerOf(action).id,
    })),
  );

  const drafts = catalogue.flatMap((action, index) =>
    (sessionPlans[action.slug] ?? []).map((plan, rank) => ({
      action,
      actionId: actionIds[index] as number,
      key: `${action.slug}#${rank}`,
      reference: `${referenceOf(index)}-${rank + 1}`,
      plan,
      dates: datesOf(plan, timetables[action.timetable], now),
    })),
  );
  const sessionIds = await insertAll(
    trx,
    'sessions',
    drafts.map((draft) => ({ ...sessionRow(draft), reference: draft.reference })),
  );
  await trx('slots').insert(drafts.flatMap((draft, index) => slotRows(draft, sessionIds[index] as number)));

  return drafts.map(({ action, actionId, key, plan, dates }, index) => ({
    id: sessionIds[index] as number,
    actionId,
    key,
    provider: providerOf(action),
    kind: kindOf(action),
    plan,
    dates,
    year: parisYear(dates.startsAt),
  }));
}

/** The agency's own reference of an action of the demo, by its place: what an import recognises it by. */
const referenceOf = (index: number): string => `DEMO-${String(index + 1).padStart(3, '0')}`;

function actionRow(action: ActionContent, now: Date) {
  const timetable = timetables[action.timetable];
  const lines = (texts: readonly string[]) => french(texts.join('\n'));
  return {
    slug: action.slug,
    title: french(action.title),
    modality: timetable.modality,
    duration_days: timetable.durationDays,
    objectives: lines(action.objectives),
    audience: french(action.audience),
    prerequisites: french(action.prerequisites ?? 'Aucun.'),
    programme: lines(action.programme ?? []),
    trainer: french(action.trainer),
    published_at: action.status === 'draft' ? null : daysAgo(now, 400),
    archived_at: action.status === 'archived' ? daysAgo(now, 200) : null,
  };
}

/** When a planned session opens, closes and takes place, for a demo made at this moment. */
export function datesOf(plan: SessionPlan, timetable: Timetable, now: Date): SessionDates {
  const today = parisDay(now);
  const firstDay = firstDayOf(plan.starts, today);
  const daysAhead = today.until(firstDay, { largestUnit: 'days' }).days;
  const at = (days: number, time: string) => parisMoment(today.add({ days }), time);
  const slots = timetable.slots.map((slot) => slotDates(slot, firstDay));
  return {
    opensAt: at(plan.opens ?? (daysAhead < 0 ? daysAhead - 60 : -30), '09:00'),
    closesAt: at(plan.closes ?? daysAhead - 5, '18:00'),
    startsAt: new Date(Math.min(...slots.map((slot) => slot.startsAt.getTime()))),
    endsAt: new Date(Math.max(...slots.map((slot) => slot.endsAt.getTime()))),
    cancelledAt: plan.cancelledDaysAgo === undefined ? null : at(-plan.cancelledDaysAgo, '10:00'),
    slots,
  };
}

function firstDayOf(starts: SessionPlan['starts'], today: Temporal.PlainDate): Temporal.PlainDate {
  if (typeof starts !== 'number') {
    return workingDay(Temporal.PlainDate.from(`${today.year + 1}-${starts.nextYear}`), 1);
  }
  return workingDay(today.add({ days: starts }), starts < 0 ? -1 : 1);
}

function slotDates(slot: SlotPlan, firstDay: Temporal.PlainDate): SessionDates['slots'][number] {
  const day = addWorkingDays(firstDay, slot.day);
  return {
    startsAt: parisMoment(day, slot.from),
    endsAt: parisMoment(slot.lastsDays ? day.add({ days: slot.lastsDays }) : day, slot.to),
    remote: slot.remote ?? false,
  };
}

interface SessionDraft {
  action: ActionContent;
  actionId: number;
  plan: SessionPlan;
  dates: SessionDates;
}

const venueOf = ({ plan, action }: SessionDraft) => {
  if (!plan.venue && timetables[action.timetable].modality !== 'remote') {
    throw new Error(`A session of ${action.slug} takes place nowhere`);
  }
  const venue = plan.venue && venues[plan.venue];
  return venue && { ...venue, ...placeNamed(venue.city) };
};

function sessionRow(draft: SessionDraft) {
  const { actionId, plan, dates } = draft;
  const venue = venueOf(draft);
  return {
    action_id: actionId,
    capacity: plan.capacity,
    waiting_capacity: plan.waiting,
    registration_opens_at: dates.opensAt,
    registration_closes_at: dates.closesAt,
    starts_at: dates.startsAt,
    ends_at: dates.endsAt,
    city: venue?.city ?? null,
    department: venue?.department ?? null,
    cancelled_at: dates.cancelledAt,
    cancellation_reason: dates.cancelledAt
      ? 'La formatrice est indisponible ; une autre session est proposée.'
      : null,
    calendar_sequence: dates.cancelledAt || plan.moved ? 1 : 0,
  };
}

function slotRows(draft: SessionDraft, sessionId: number) {
  const venue = venueOf(draft);
  return draft.dates.slots.map(({ startsAt, endsAt, remote }) => ({
    session_id: sessionId,
    starts_at: startsAt,
    ends_at: endsAt,
    modality: remote ? 'remote' : 'in_person',
    place: remote ? '' : venue?.place,
    address: remote ? '' : venue?.address,
    postcode: remote ? '' : venue?.postcode,
    city: remote ? '' : venue?.city,
    link: remote ? `https://visio.demo.example/${draft.action.slug}` : '',
  }));
}
