/** A half-day or day of a session. */
export interface SlotPlan {
  /** Working days after the first day. */
  day: number;
  from: string;
  to: string;
  remote?: boolean;
  /** For what people do at their own pace: the slot ends that many days later. */
  lastsDays?: number;
}

export interface Timetable {
  modality: 'in_person' | 'remote' | 'mixed';
  durationDays: number;
  slots: readonly SlotPlan[];
}

const morning = { from: '09:00', to: '12:30' };
const afternoon = { from: '13:30', to: '17:00' };
const wholeDay = { from: '09:00', to: '17:00' };

const inPerson = (durationDays: number, slots: SlotPlan[]): Timetable => ({
  modality: 'in_person',
  durationDays,
  slots,
});
const remote = (durationDays: number, slots: SlotPlan[]): Timetable => ({
  modality: 'remote',
  durationDays,
  slots: slots.map((slot) => ({ ...slot, remote: true })),
});
const mixed = (durationDays: number, slots: SlotPlan[]): Timetable => ({
  modality: 'mixed',
  durationDays,
  slots,
});

/** The timetables that actions choose from. */
export const timetables = {
  /** « De 09:00 à 17:00 », as in guide 003. */
  twoDays: inPerson(2, [
    { day: 0, ...wholeDay },
    { day: 1, ...wholeDay },
  ]),
  twoDaysAWeekApart: inPerson(2, [
    { day: 0, ...morning },
    { day: 0, ...afternoon },
    { day: 5, ...morning },
    { day: 5, ...afternoon },
  ]),
  oneDay: inPerson(1, [
    { day: 0, ...morning },
    { day: 0, ...afternoon },
  ]),
  dayAndHalf: inPerson(1.5, [
    { day: 0, ...morning },
    { day: 0, ...afternoon },
    { day: 1, ...morning },
  ]),
  threeHalfDays: inPerson(1.5, [
    { day: 0, ...morning },
    { day: 5, ...morning },
    { day: 10, ...morning },
  ]),
  halfDay: inPerson(0.5, [{ day: 0, ...morning }]),
  shortMeeting: inPerson(0.2, [{ day: 0, from: '14:00', to: '15:30' }]),
  threeDaysRemote: remote(3, [
    { day: 0, ...wholeDay },
    { day: 1, ...wholeDay },
    { day: 2, ...wholeDay },
  ]),
  twoDaysRemote: remote(2, [
    { day: 0, ...morning },
    { day: 1, ...morning },
    { day: 5, ...morning },
    { day: 6, ...morning },
  ]),
  halfDaysRemote: remote(1, [
    { day: 0, ...afternoon },
    { day: 4, ...afternoon },
  ]),
  afternoonRemote: remote(0.5, [{ day: 0, ...afternoon }]),
  webinar: remote(0.2, [{ day: 0, from: '11:00', to: '12:30' }]),
  threeDaysMixed: mixed(3, [
    { day: 0, ...morning },
    { day: 0, ...afternoon },
    { day: 4, ...morning, remote: true },
    { day: 5, ...morning, remote: true },
    { day: 9, ...wholeDay },
  ]),
  dayAndHalfMixed: mixed(1.5, [
    { day: 0, ...morning },
    { day: 0, ...afternoon },
    { day: 5, ...morning, remote: true },
  ]),
  /** A course at one's own pace between two virtual classes. */
  pathway: remote(1.5, [
    { day: 0, ...morning },
    { day: 30, ...morning },
  ]),
  /** Open for months: « 1 sept. - 31 déc. », as in guide 003. */
  freeAccess: remote(0.2, [{ day: 0, from: '08:00', to: '18:00', lastsDays: 110 }]),
} as const satisfies Record<string, Timetable>;

export type TimetableName = keyof typeof timetables;
