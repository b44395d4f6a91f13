import { describe, expect, test } from 'vitest';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { cancelSession, restoreSession } from '#enrolment/session-changes/service.ts';
import { LIVE_STATES } from '#enrolment/states.ts';
import { createSession, sessionOf, setSession } from '../support/catalogue.ts';
import { DAY } from '../support/database.ts';
import { createFormation, enrolmentOf, enrolmentsOf, setEnrolment, stateOf } from '../support/enrolments.ts';
import { mailsIn } from '../support/mails.ts';
import { createUser, joinStructure, leaveStructures, personOf } from '../support/people.ts';
import { setSettings } from '../support/settings.ts';
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
  states,
  teams,
  trainer,
} from './session-to-change.ts';

/** What becomes of everybody when the whole session changes (domain.md §7). */
makeSessions();

describe('a session cancelled', () => {
  test('ends every live request, gives the rights back, and tells each once', async () => {
    const [one, other] = teams;
    const ids = [
      await approved(one, 0),
      await approved(other, 0),
      await approved(one, 1),
      await ask(other, 1),
    ];
    await accept(ids[0] as number);
    await site.runJobs();
    site.mailbox.clear();

    const { people } = await cancelSession(deps(), sessionId, asTrainer(), 'La formatrice est malade.');
    await site.runJobs();

    expect(people).toBe(4);
    expect(await states(ids)).toEqual(Array(4).fill('session_cancelled'));
    const session = await sessionOf(db(), sessionId);
    expect(session).toMatchObject({ cancellation_reason: 'La formatrice est malade.', calendar_sequence: 1 });
    for (const [team, index] of [
      [one, 0],
      [other, 0],
      [one, 1],
      [other, 1],
    ] as const) {
      const [mail, ...more] = await mailsTo(person(team, index).userId);
      expect(more).toEqual([]);
      expect(mail?.text).toContain('La formatrice est malade.');
    }
    const ics = (await mailsTo(person(one, 0).userId))[0]?.attachments[0];
    expect(String(ics?.content)).toContain('METHOD:CANCEL');
    expect(String(ics?.content)).toContain('STATUS:CANCELLED');
    expect(String(ics?.content)).toContain('SEQUENCE:1');
    // Only those who had a file to add get one that takes it back.
    expect((await mailsTo(person(other, 0).userId))[0]?.attachments).toEqual([]);
    // One e-mail per validator, about all their people.
    const [grouped, ...others] = await mailsTo(one.validatorId);
    expect(others).toEqual([]);
    for (const index of [0, 1]) {
      expect(grouped?.text).toContain((await personOf(db(), person(one, index).userId)).last_name);
    }
    const left = await enrolmentsOf(db(), { user_id: person(one, 0).userId });
    expect(left.filter(({ state }) => LIVE_STATES.includes(state))).toEqual([]);
  });

  test('is told once to somebody who validates for the structure too: never as their own validator', async () => {
    const [one] = teams;
    const self = person(one, 0);
    await joinStructure(db(), self.userId, one.structureId, ['hr_validator']);
    await ask(one, 0);
    await site.runJobs();
    site.mailbox.clear();
    await cancelSession(deps(), sessionId, asTrainer(), 'La formatrice est malade.');
    await site.runJobs();
    const kinds = (await mailsIn(db(), { recipient: self.email })).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.endsWith('.validator'))).toEqual([]);
    expect(await mailsTo(self.userId)).toHaveLength(1);
    expect(await mailsTo(one.validatorId)).toHaveLength(1);
    // Of a colleague's request they do hear.
    const colleague = await createFormation(site, { capacity: 2, waitingCapacity: 5 });
    await requestEnrolment(deps(), person(one, 1), {
      ...colleague,
      structureId: one.structureId,
      motivation: 'Oui',
    });
    await site.runJobs();
    site.mailbox.clear();
    await cancelSession(deps(), colleague.sessionId, agency, 'Salle fermée');
    await site.runJobs();
    expect(await mailsTo(self.userId)).toHaveLength(1);
  });

  test('is refused twice, without a reason, to strangers, and once presence is recorded', async () => {
    const stranger = await createUser(db());
    const id = await approved(teams[0], 0);
    await expect(cancelSession(deps(), sessionId, asTrainer(), ' ')).rejects.toThrow('Indiquez un motif');
    await expect(
      cancelSession(deps(), sessionId, { role: 'provider', userId: stranger.id, way: 'page' }, 'Motif'),
    ).rejects.toThrow('Vous n’avez plus le droit');
    await expect(
      cancelSession(
        deps(),
        sessionId,
        { role: 'hr_validator', userId: teams[0].validatorId, way: 'page' },
        'Motif',
      ),
    ).rejects.toThrow('Vous n’avez plus le droit');
    await expect(cancelSession(deps(), 99_999_999, agency, 'Motif')).rejects.toThrow(
      'L’adresse est peut-être inexacte',
    );
    expect(await stateOf(db(), id)).toBe('preregistered');
    await setEnrolment(db(), id, { state: 'attended' });
    await expect(cancelSession(deps(), sessionId, agency, 'Motif')).rejects.toThrow('présences');
    await setEnrolment(db(), id, { state: 'preregistered' });
    await cancelSession(deps(), sessionId, agency, 'Motif');
    await expect(cancelSession(deps(), sessionId, agency, 'Motif')).rejects.toThrow('déjà annulée');
  });
});

describe('a session restored', () => {
  test('brings each back to their state, seats first, and asks those with a seat to confirm', async () => {
    const [one, other, third] = teams;
    const seat = await approved(one, 0);
    const confirmed = await approved(other, 0);
    await accept(confirmed);
    const rank1 = await approved(third, 0);
    const rank2 = await approved(third, 1);
    const asked = await ask(third, 2);
    await cancelSession(deps(), sessionId, agency, 'Salle fermée');
    await site.runJobs();
    // The provider reads of those it knows, not of a request that the employer has yet to approve.
    const lastName = async ({ userId }: { userId: number }) => (await personOf(db(), userId)).last_name;
    const told = (await mailsTo(trainer.id)).at(-1);
    expect(told?.text).toMatch(new RegExp(`${await lastName(person(third, 1))}\\s?: Action annulée`));
    expect(told?.text).not.toMatch(new RegExp(`${await lastName(person(third, 2))}\\s?:`));
    site.mailbox.clear();

    site.clock.advance(DAY);
    expect(await restoreSession(deps(), sessionId, agency)).toEqual({ back: 5, stayed: 0 });
    await site.runJobs();
    const ids = [seat, confirmed, rank1, rank2, asked];
    expect(await states(ids)).toEqual(['preregistered', 'enrolled', 'waitlisted', 'waitlisted', 'requested']);
    const rows = await Promise.all(ids.map((id) => enrolmentOf(db(), id)));
    expect(rows.map((row) => row.confirmation_asked_at !== null)).toEqual([true, true, false, false, false]);
    const [mail] = await mailsTo(person(other, 0).userId);
    expect(mail?.subject).toContain('Session rétablie');
    expect(String(mail?.attachments[0]?.content)).toContain('SEQUENCE:2');
    expect(String(mail?.attachments[0]?.content)).toContain('STATUS:CONFIRMED');
    expect((await mailsTo(person(third, 1).userId))[0]?.text).toContain('au rang 2');
    // Saying no is then never late, even the day before.
    site.clock.set('2026-03-31T09:00:00Z');
    await decideEnrolment(deps(), seat, {
      event: 'withdraw',
      by: { role: 'beneficiary', userId: person(one, 0).userId, way: 'page' },
      reason: 'Autre projet',
    });
    expect((await enrolmentOf(db(), seat)).withdrawn_late).toBe(false);
    expect(await stateOf(db(), rank1)).toBe('preregistered');
  });

  test('leaves out whoever has another request, left, used their rights, or finds no seat; tells each why', async () => {
    const [one, other, third] = teams;
    await setSession(db(), sessionId, { capacity: 5 });
    const elsewhere = await approved(one, 0);
    const left = await approved(other, 0);
    const spent = await approved(third, 0);
    const seated = await approved(one, 1);
    const unseated = await approved(other, 1);
    const waiting = await approved(other, 2);
    expect(await stateOf(db(), waiting)).toBe('waitlisted');
    await cancelSession(deps(), sessionId, asTrainer(), 'Salle fermée');
    const second = await createSession(db(), { actionId, now: site.clock.now(), startsInDays: 40 });
    await ask(one, 0, second);
    await leaveStructures(db(), person(other, 0).userId);
    await setSettings(db(), { yearly_formations: 1 });
    const formation = await createFormation(site, { capacity: 5, waitingCapacity: 5 });
    await requestEnrolment(deps(), person(third, 0), {
      ...formation,
      structureId: third.structureId,
      motivation: 'Autre',
    });
    // The form does not offer it while cancelled; the agency may have lowered it in the catalogue.
    await setSession(db(), sessionId, { capacity: 1 });
    await site.runJobs();
    site.mailbox.clear();

    expect(await restoreSession(deps(), sessionId, asTrainer())).toEqual({ back: 2, stayed: 4 });
    await site.runJobs();
    await setSettings(db(), { yearly_formations: 3 });
    expect(await states([elsewhere, left, spent, seated, unseated, waiting])).toEqual([
      'session_cancelled',
      'session_cancelled',
      'session_cancelled',
      'preregistered',
      'session_cancelled',
      'waitlisted',
    ]);
    for (const [team, index, why] of [
      [one, 0, 'une autre demande pour la même action'],
      [other, 0, 'plus rattaché à la structure'],
      [third, 0, 'droits à des formations'],
      [other, 1, 'toutes sont prises'],
    ] as const) {
      const [mail] = await mailsTo(person(team, index).userId);
      expect(mail?.subject).toContain('rétablie sans vous');
      expect(mail?.text).toContain(why);
    }
  });

  test('is refused once it should have begun, and when nothing was cancelled', async () => {
    await expect(restoreSession(deps(), sessionId, agency)).rejects.toThrow('n’est pas annulée');
    await cancelSession(deps(), sessionId, agency, 'Motif');
    site.clock.advance(31 * DAY);
    await expect(restoreSession(deps(), sessionId, agency)).rejects.toThrow('déjà commencé');
  });

  test('a second cancellation brings back only those it ended', async () => {
    const [one, other] = teams;
    const gone = await approved(one, 0);
    const stays = await approved(other, 0);
    await cancelSession(deps(), sessionId, agency, 'Motif');
    const { userId } = person(one, 0);
    await leaveStructures(db(), userId);
    site.clock.advance(1000);
    await restoreSession(deps(), sessionId, agency);
    await joinStructure(db(), userId, one.structureId);
    site.clock.advance(1000);
    await cancelSession(deps(), sessionId, agency, 'Motif');
    site.clock.advance(1000);
    expect(await restoreSession(deps(), sessionId, agency)).toEqual({ back: 1, stayed: 0 });
    expect(await states([gone, stays])).toEqual(['session_cancelled', 'preregistered']);
  });
});
