import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted, countedIfAny, oneOf, whether } from '#audit/words.ts';
import { type State, stateLabels } from './states.ts';

const state = oneOf(stateLabels);

export const audit = {
  Inscriptions: {
    'enrolment.changed': {
      label: 'Inscription',
      details: {
        from: (_from?: State) => '',
        to: (to: State, { details: { from } }) =>
          from === undefined ? state(to) : `${state(from as State)} → ${state(to)}`,
        standingIn: (_standing?: true) => 'à la place d’un Valideur RH absent',
      },
    },
  },
  Sessions: {
    'training_session.cancelled': { label: 'Session annulée', details: { people: counted('personne') } },
    'training_session.restored': {
      label: 'Session rétablie',
      details: {
        back: counted('inscription rétablie', 'inscriptions rétablies'),
        stayed: countedIfAny('restée annulée', 'restées annulées'),
      },
    },
    'training_session.rescheduled': { label: 'Session déplacée', details: { people: counted('personne') } },
    'training_session.capacity_changed': {
      label: 'Places de la session modifiées',
      details: { from: (_from: number) => '', to: (to: number, { details: { from } }) => `${from} → ${to}` },
    },
    'training_session.attendance_closed': {
      label: 'Feuille de présence validée',
      details: { people: counted('personne'), again: whether('close de nouveau') },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
