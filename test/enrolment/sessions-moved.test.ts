import { describe, expect, test } from 'vitest';
import type { Doer } from '#enrolment/doer.ts';
import { decideEnrolment, registrationOptions, requestEnrolment } from '#enrolment/service.ts';
import { changeCapacity, type NewSlot, rescheduleSession } from '#enrolment/session-changes/service.ts';
import { sessionOf, setDates, slotsOf } from '../support/catalogue.ts';
import { DAY, HOUR } from '../support/database.ts';
import { createFormation, enrolmentOf } from '../support/enrolments.ts';
import {
  accept,
  actionId,
  agency,
  approved,
  ask,
  asTrainer,
  db,
  deps,
  mailsTo,
  makeSessions,
  person,
  sessionId,
  site,
  start,
  states,
  teams,
} from './session-to-change.ts';

/** What becomes of everybody when the whole session changes (domain.md §7). */
makeSessions();

function slotIn(days: number, hours = 7): NewSlot {
  const startsAt = new Date(new Date(start).getTime() + days * DAY);
  const where = { place: 'Autre lieu', address: '', postcode: '87000', city: 'Limoges', link: '' };
  return { startsAt, endsAt: new Date(startsAt.getTime() + hours * HOUR), modality: 'in_person', ...where };
}

describe('a session moved', () => {
  test('is found in the département of its town, where the postcode is of the next one', async () => {
    await rescheduleSession(deps(), sessionId, agency, {
      slots: [{ ...slotIn(45), postcode: '37160', city: 'Buxeuil' }],
      reason: 'Salle prise',
    });
    const session = await sessionOf(db(), sessionId);
    expect(session).toMatchObject({ city: 'Buxeuil', department: '86' });
  });

  test('keeps every seat, tells old and new dates, and asks to confirm; overlaps are told', async () => {
    const [one, other] = teams;
    const id = await approved(one, 0);
    await accept(id);
    const waiting = await ask(other, 0);
    const clash = await createFormation(site, { capacity: 5, waitingCapacity: 5 });
    await requestEnrolment(deps(), person(one, 0), {
      ...clash,
      structureId: one.structureId,
      motivation: 'Autre',
    });
    await setDates(db(), clash.sessionId, [{ starts_at: slotIn(45).startsAt, ends_at: slotIn(45).endsAt }]);
    await site.runJobs();
    site.mailbox.clear();

    await rescheduleSession(deps(), sessionId, agency, {
      slots: [slotIn(45), slotIn(46)],
      reason: 'Salle prise',
    });
    await site.runJobs();
    expect(await states([id, waiting])).toEqual(['enrolled', 'requested']);
    const session = await sessionOf(db(), sessionId);
    expect(session).toMatchObject({ city: 'Limoges', department: '87', calendar_sequence: 1 });
    expect(session.starts_at).toEqual(slotIn(45).startsAt);
    const [mail] = await mailsTo(person(one, 0).userId);
    expect(mail?.text).toContain('mercredi 1\u00a0avr. 2026');
    expect(mail?.text).toContain('jeudi 16\u00a0avr. 2026');
    expect(mail?.text).toContain('une autre demande aux mêmes heures');
    const ics = String(mail?.attachments[0]?.content);
    expect(ics).toContain(`UID:session-${sessionId}-jour-1@`);
    expect(ics).toContain('SEQUENCE:1');
    expect((await mailsTo(person(other, 0).userId))[0]?.text).toContain(
      '«\u00a0Demande d’inscription\u00a0»',
    );

    // The person says yes once; a second click changes nothing.
    const by: Doer = { role: 'beneficiary', userId: person(one, 0).userId, way: 'page' };
    await decideEnrolment(deps(), id, { event: 'confirm', by });
    expect((await enrolmentOf(db(), id)).confirmed_at).not.toBeNull();
    await expect(decideEnrolment(deps(), id, { event: 'confirm', by })).rejects.toThrow('déjà confirmée');
    // Once confirmed, the notice period is back.
    site.clock.set(new Date(slotIn(44).startsAt));
    await decideEnrolment(deps(), id, { event: 'withdraw', by, reason: 'Empêchement' });
    expect((await enrolmentOf(db(), id)).withdrawn_late).toBe(true);
  });

  test('may have half-days back to back, in any order; one minute of both is refused', async () => {
    const morning = slotIn(45, 3.5);
    const afternoon = { ...slotIn(45, 7), startsAt: morning.endsAt };
    const move = (slots: NewSlot[]) =>
      rescheduleSession(deps(), sessionId, agency, { slots, reason: 'Salle prise' });
    const early = { ...afternoon, startsAt: new Date(+afternoon.startsAt - 60_000) };
    await expect(move([morning, early])).rejects.toThrow('Deux demi-journées se chevauchent.');
    await move([afternoon, morning]);
    const kept = await slotsOf(db(), sessionId);
    expect(kept.map(({ starts_at, ends_at }) => [starts_at, ends_at])).toEqual([
      [morning.startsAt, morning.endsAt],
      [afternoon.startsAt, afternoon.endsAt],
    ]);
  });

  test('refuses dates that cannot be, and keeps the registration window coherent', async () => {
    const move = (slots: NewSlot[], registration = {}) =>
      rescheduleSession(deps(), sessionId, agency, { slots, registration, reason: 'Motif' });
    await expect(move([])).rejects.toThrow('au moins une demi-journée');
    await expect(move([slotIn(45, -1)])).rejects.toThrow('finit avant de commencer');
    await expect(move([slotIn(45), slotIn(45.1)])).rejects.toThrow('se chevauchent');
    await expect(move([slotIn(-1), slotIn(45)])).rejects.toThrow('déjà passée');
    await expect(move([slotIn(45)], { closesAt: slotIn(46).startsAt })).rejects.toThrow('avant le début');
    await expect(move([slotIn(45)], { opensAt: slotIn(40).startsAt })).rejects.toThrow('s’ouvrir avant');
    await move([slotIn(10)]);
    const session = await sessionOf(db(), sessionId);
    expect(session.registration_closes_at).toEqual(slotIn(10).startsAt);
    site.clock.advance(11 * DAY);
    await expect(move([slotIn(45)])).rejects.toThrow('déjà commencé');
  });
});

describe('a capacity changed', () => {
  test('lowered, takes no seat and promotes nobody until it fits; raised, seats the queue in its order', async () => {
    const [one, other, third] = teams;
    const seats = [await approved(one, 0), await approved(other, 0)];
    const queue = [await approved(third, 0), await approved(third, 1), await approved(one, 1)];
    expect(await changeCapacity(deps(), sessionId, asTrainer(), { capacity: 1, waitingCapacity: 5 })).toEqual(
      {
        promoted: 0,
      },
    );
    expect(await states(seats)).toEqual(['preregistered', 'preregistered']);
    const option = (await registrationOptions(deps(), person(other, 1), actionId)).get(sessionId);
    expect(option?.waitingFor).toBe('Toutes les places sont prises.');
    await decideEnrolment(deps(), seats[0] as number, {
      event: 'withdraw',
      by: agency,
      reason: 'Demande de la personne',
    });
    expect(await states(queue)).toEqual(['waitlisted', 'waitlisted', 'waitlisted']);
    site.mailbox.clear();
    expect(await changeCapacity(deps(), sessionId, agency, { capacity: 3, waitingCapacity: 0 })).toEqual({
      promoted: 2,
    });
    expect(await states(queue)).toEqual(['preregistered', 'preregistered', 'waitlisted']);
    await site.runJobs();
    expect((await mailsTo(person(third, 0).userId)).map(({ subject }) => subject)).toContainEqual(
      expect.stringContaining('Préinscription'),
    );
    // The queue is over its own size: nobody leaves it, nobody joins it.
    const full = (await registrationOptions(deps(), person(other, 1), actionId)).get(sessionId);
    expect(full?.blockers.map(({ code }) => code)).toEqual(['full']);
  });

  test.each([[-1], [1.5], [10_001], [Number.NaN]])('%d places are refused', async (capacity) => {
    const change = changeCapacity(deps(), sessionId, agency, { capacity, waitingCapacity: 1 });
    await expect(change).rejects.toThrow('de 0 à 10 000');
  });
});
