import { describe, expect, test } from 'vitest';
import { ACCOUNT_CLOSED } from '#enrolment/notices/words.ts';
import type { Role, State } from '#enrolment/states.ts';
import { transitions } from '#enrolment/transitions/table.ts';
import { historyLine, type KeptLine } from '#spaces/my-space/enrolments/history.ts';

const line = (from: State | null, to: State, role: Role, more: Partial<KeptLine> = {}) =>
  historyLine(
    {
      at: new Date('2026-11-02T09:00:00Z'),
      from,
      to,
      role,
      way: role === 'system' ? 'system' : 'page',
      reason: null,
      isMove: false,
      validatorName: role === 'hr_validator' ? 'Zoé Martin' : null,
      ...more,
    },
    'Forge des métiers',
  );

test.each<[State | null, State, Role, Partial<KeptLine>, string, string]>([
  [null, 'requested', 'beneficiary', {}, 'Demande envoyée', 'par vous'],
  [null, 'waitlisted', 'beneficiary', {}, 'Demande envoyée', 'par vous'],
  [null, 'enrolled', 'agency', {}, 'Inscription enregistrée', 'par Cap Métiers'],
  [
    'requested',
    'preregistered',
    'hr_validator',
    { way: 'email_link' },
    'Accord de l’employeur',
    'par Zoé Martin, Valideur RH, depuis le lien reçu par e-mail',
  ],
  ['requested', 'waitlisted', 'agency', {}, 'Accord de l’employeur', 'par Cap Métiers'],
  ['requested', 'refused_by_hr', 'hr_validator', {}, 'Refus de l’employeur', 'par Zoé Martin, Valideur RH'],
  ['enrolled', 'refused_by_hr', 'agency', {}, 'Accord retiré par l’employeur', 'par Cap Métiers'],
  ['waitlisted', 'preregistered', 'system', {}, 'Une place s’est libérée', 'automatiquement'],
  [
    'waitlisted',
    'enrolled',
    'provider',
    {},
    'Place donnée à titre exceptionnel',
    'par le prestataire, Forge des métiers',
  ],
  [
    'preregistered',
    'enrolled',
    'provider',
    {},
    'Accord du prestataire',
    'par le prestataire, Forge des métiers',
  ],
  [
    'preregistered',
    'refused_by_provider',
    'provider',
    {},
    'Refus du prestataire',
    'par le prestataire, Forge des métiers',
  ],
  ['enrolled', 'enrolled', 'beneficiary', {}, 'Présence confirmée', 'par vous'],
  ['enrolled', 'enrolled', 'agency', {}, 'Nouvelles dates', 'par Cap Métiers'],
  ['enrolled', 'enrolled', 'agency', { isMove: true }, 'Changement de session', 'par Cap Métiers'],
  ['enrolled', 'session_cancelled', 'agency', {}, 'Session annulée', 'par Cap Métiers'],
  ['session_cancelled', 'enrolled', 'agency', {}, 'Session rétablie', 'par Cap Métiers'],
  ['enrolled', 'attended', 'provider', {}, 'Présence notée', 'par le prestataire, Forge des métiers'],
  ['attended', 'absent', 'provider', {}, 'Présence corrigée', 'par le prestataire, Forge des métiers'],
  ['requested', 'withdrawn', 'beneficiary', {}, 'Demande annulée', 'par vous'],
  [
    'requested',
    'withdrawn',
    'system',
    {},
    'Demande annulée à votre départ de la structure',
    'automatiquement',
  ],
  [
    'requested',
    'withdrawn',
    'system',
    { reason: ACCOUNT_CLOSED },
    'Demande annulée à la fermeture de votre compte',
    'automatiquement',
  ],
  ['requested', 'expired', 'system', {}, 'Demande restée sans réponse', 'automatiquement'],
])('%s → %s by %s %o', (from, to, role, more, what, by) => {
  expect(line(from, to, role, more)).toMatchObject({ what, by, from, to });
});

describe('every transition of the table', () => {
  const all = transitions.flatMap((one) => one.by.map((role) => ({ ...one, role })));
  test.each(all)(
    '$event, $from → $to by $role has words, and a reason only where the person is told',
    (one) => {
      const shown = line(one.from, one.to, one.role, { reason: 'Motif', isMove: one.event === 'move' });
      expect(shown.what).toMatch(/^[A-ZÉ]/);
      expect(shown.by).not.toBe('');
      const isTheirs = one.role === 'beneficiary' || (one.role !== 'system' && one.tell.includes('person'));
      if (one.needsReason && isTheirs) expect(shown.reason).toBe('Motif');
      // A note beside somebody's presence, the application's own words: not written for them.
      if (!isTheirs) expect(shown.reason).toBeNull();
    },
  );
});
