import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { applyTransition } from '#enrolment/apply.ts';
import type { Doer } from '#enrolment/doer.ts';
import { loadFacts } from '#enrolment/facts.ts';
import type { Told } from '#enrolment/notices/told.ts';
import type { EnrolmentFacts } from '#enrolment/rules.ts';
import { findEnrolment } from '#enrolment/service.ts';
import { findConcerned } from '#enrolment/session-changes/audience.ts';
import { changeSession } from '#enrolment/session-changes/change.ts';
import { attendanceNotice } from '#enrolment/session-changes/mails.ts';
import { tellTogether } from '#enrolment/session-changes/tell-together.ts';
import { chooseTransition } from '#enrolment/transitions/table.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import { formatDateTime } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { allowed } from '#platform/workflow/machine.ts';
import { lockChain } from '../signing/signatures/repository.ts';
import { lockChainFor } from '../signing/trainers/still-good.ts';
import {
  findRoster,
  findSheet,
  type RosterRow,
  recordSlot,
  type Sheet,
  writeClosing,
  writeMark,
} from './repository.ts';
import { derivedState, type Mark, presenceInWords, slotMinutes } from './rules.ts';

/** Somebody else recorded the same half-day since the form was opened; nothing was written. */
export class StaleSheet extends Conflict {
  override name = 'StaleSheet';
  readonly version: number;
  constructor({ recordedBy, recordedAt, version }: Sheet['slots'][0]) {
    super(
      `${recordedBy ?? 'Quelqu’un'} a enregistré cette demi-journée${recordedAt ? ` le ${formatDateTime(recordedAt)}` : ''}, après l’ouverture de votre page.`,
      'Demi-journée déjà enregistrée',
    );
    this.version = version;
  }
}

/** What a form says of one half-day. */
export interface HalfDay {
  slotId: number;
  /** As it was when the form was opened: 0 for one never recorded. */
  version: number;
  marks: readonly (Mark & { enrolmentId: number })[];
  /** The link by which a trainer without account records it, in the name of whoever gave it. */
  byLink?: number | null;
}

/**
 * Records who was there for one half-day that has begun; each person's state follows from all their half-days
 * (domain.md §7), and a correction changes it again. Nobody records their own presence.
 * By a link, only until the sheet is validated: what was validated is the body's to correct.
 * @throws StaleSheet when somebody recorded it meanwhile; Conflict when the half-day has not begun, the session is
 *   cancelled, or hours go beyond the half-day; NotFound for a half-day of another session
 */
export async function recordAttendance(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  { slotId, version, marks, byLink = null }: HalfDay,
): Promise<void> {
  await changeSession(deps, sessionId, by, async (trx, { actionId }) => {
    if (byLink !== null) await lockChainFor(trx, sessionId, byLink);
    const now = deps.clock.now();
    const sheet = (await findSheet(trx, sessionId)) as Sheet;
    const slot = sheet.slots.find(({ id }) => id === slotId);
    if (!slot) throw new NotFound();
    if (sheet.isCancelled) throw new Conflict('Cette session est annulée.');
    if (slot.startsAt > now) throw new Conflict('Cette demi-journée n’a pas commencé.');
    if (byLink !== null && sheet.closedAt) {
      throw new Conflict(
        'La feuille de présence est validée\u00a0: seul l’organisme de formation la corrige.',
      );
    }
    if (slot.version !== version) throw new StaleSheet(slot);

    const roster = new Map((await findRoster(trx, sessionId)).map((row) => [row.id, row]));
    await recordSlot(trx, { slotId, at: now, by: by.userId as number, byLink });
    // Whether presence may be recorded follows from the session alone: the same for everybody.
    const facts = (await loadFacts(trx, { actionId, sessionId, now })).get(sessionId) as EnrolmentFacts;
    for (const { enrolmentId, presence, minutes } of marks) {
      const row = roster.get(enrolmentId);
      // Withdrawn since the form was opened, or whoever fills it in: not theirs to record.
      if (!row || row.userId === by.userId) continue;
      if (minutes !== null && minutes >= slotMinutes(slot)) {
        throw new Conflict('La durée de présence dépasse la demi-journée.');
      }
      await writeMark(trx, { enrolmentId, slotId, presence, minutes, at: now });
      const others = row.marks.filter((mark) => mark.slotId !== slotId);
      row.marks = [...others, { slotId, presence, minutes }];
      await followMarks(deps, trx, sheet, row, by, facts);
    }
  });
}

async function followMarks(
  deps: Dependencies,
  trx: Knex.Transaction,
  sheet: Sheet,
  row: RosterRow,
  by: Doer,
  facts: EnrolmentFacts,
): Promise<void> {
  const to = derivedState(row.state, row.marks, sheet.slots.length);
  if (to === undefined || to === row.state) return;
  const enrolment = await findEnrolment(trx, row.id);
  if (!enrolment) throw new NotFound();
  const event = to === 'attended' ? 'attend' : 'miss';
  const transition = allowed(chooseTransition(event, row.state, by.role, facts));
  await applyTransition(deps, trx, enrolment, { transition, by, reason: null }, facts);
}

/** Why the sheet cannot be validated yet; undefined when it can. */
export function whyNotClosable(sheet: Sheet, now: Date): string | undefined {
  if (sheet.isCancelled) return 'Cette session est annulée.';
  if (sheet.people === 0) return 'Personne n’est inscrit à cette session.';
  if (sheet.slots.some((slot) => slot.startsAt > now)) return 'Toutes les demi-journées n’ont pas commencé.';
  if (sheet.marks < sheet.people * sheet.slots.length) {
    return 'Il manque des présences\u00a0: enregistrez chaque demi-journée pour chaque personne.';
  }
  if (sheet.unexplained > 0) {
    return `${plural(sheet.unexplained, 'présence diffère', 'présences diffèrent')} de ce qui a été signé\u00a0: donnez-en le motif.`;
  }
  return sheet.closedAt && !sheet.isCorrected
    ? `Cette feuille est validée depuis le ${formatDateTime(sheet.closedAt)}.`
    : undefined;
}

/**
 * « Valider la feuille de présence »: the validators hear once who was there, each of all their people. After a
 * correction the sheet is validated again, and only the people whose presence changed are told of.
 * @returns how many people were told of
 * @throws Conflict with the reason of {@link whyNotClosable}
 */
export async function closeAttendance(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
): Promise<{ people: number; told: Told }> {
  return changeSession(deps, sessionId, by, async (trx) => {
    // Nobody signs from here on: what the sheet bears is the end of the chain.
    await lockChain(trx, sessionId);
    const now = deps.clock.now();
    const sheet = (await findSheet(trx, sessionId)) as Sheet;
    const refusal = whyNotClosable(sheet, now);
    if (refusal) throw new Conflict(refusal);
    const { closedAt } = sheet;
    const roster = await findRoster(trx, sessionId);
    const news = new Map(
      roster
        .filter(({ changedAt }) => closedAt === null || (changedAt !== null && changedAt > closedAt))
        .map((row) => [row.id, row]),
    );
    await writeClosing(trx, { sessionId, at: now, by: by.userId as number });
    const concerned = await findConcerned(trx, sessionId, now, ['attended', 'absent']);
    const people = concerned.people.filter((one) => news.has(one.enrolmentId));
    const notice = attendanceNotice(by.role, closedAt !== null, ({ enrolmentId }) =>
      presenceInWords(news.get(enrolmentId)?.marks ?? [], sheet.slots),
    );
    const told = await tellTogether(deps, trx, { ...concerned, people }, by, notice);
    await emit(deps, trx, 'attendance.closed', { sessionId });
    await recordAudit(trx, {
      action: 'training_session.attendance_closed',
      at: now,
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
      details: { people: people.length, again: closedAt !== null },
    });
    return { people: people.length, told };
  });
}
