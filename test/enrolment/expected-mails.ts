/** What each person hears of a transition: the beginning of the subject; left out, nothing. */
export interface Heard {
  person?: string;
  validator?: string;
  /** A colleague of whoever acts for the training body. */
  provider?: string;
  /** A colleague of whoever acts for the agency. */
  agency?: string;
}

const request = { person: 'Votre demande d’inscription', validator: 'Demande d’inscription à valider' };
const waiting = { person: 'Vous êtes sur liste d’attente' };
const toExamine = { person: 'Préinscription', provider: 'Demande à examiner' };
const lost = { validator: 'Annulation', provider: 'Annulation' };
const withdrawn: Record<string, Heard> = {
  beneficiary: { ...lost, person: 'Votre annulation est enregistrée' },
  agency: { ...lost, person: 'Votre inscription est annulée' },
};
const approvalLost = {
  person: 'Accord retiré par votre employeur',
  provider: 'Accord de l’employeur retiré',
};
const moved = {
  person: 'Changement de session',
  validator: 'Changement de session',
  provider: 'Changement de session',
};
const together = (title: string): Record<string, Heard> => ({
  provider: { person: title, validator: title, provider: title, agency: title },
  agency: { person: title, validator: title, provider: title },
});
const always = (heard: Heard): Record<string, Heard> => ({ any: heard });

/** For each row of the table, `event from→to`; by the role that acts where that makes a difference. */
export const expectedMails: Record<string, Record<string, Heard>> = {
  'request –→requested': always(request),
  'request –→preregistered': always(toExamine),
  'request –→enrolled': always({ person: 'Inscription confirmée' }),
  'request –→waitlisted': always(waiting),
  'approve requested→preregistered': always(toExamine),
  'approve requested→waitlisted': always(waiting),
  'refuse_by_hr requested→refused_by_hr': always({
    person: 'Votre demande n’est pas validée par votre structure',
  }),
  'promote waitlisted→preregistered': always({ ...toExamine, validator: 'Place obtenue' }),
  'promote waitlisted→enrolled': always({
    person: 'Inscription confirmée',
    validator: 'Inscription confirmée',
    provider: 'Nouvelle inscription',
  }),
  'accept preregistered→enrolled': always({
    person: 'Inscription confirmée',
    validator: 'Inscription confirmée',
  }),
  'refuse_by_provider preregistered→refused_by_provider': always({
    person: 'Votre demande n’est pas retenue',
    validator: 'Demande non retenue',
  }),
  'withdraw requested→withdrawn': withdrawn,
  'withdraw waitlisted→withdrawn': withdrawn,
  'withdraw preregistered→withdrawn': withdrawn,
  'withdraw enrolled→withdrawn': withdrawn,
  'leave requested→withdrawn': always({ person: 'Votre demande est annulée', validator: 'Annulation' }),
  'expire requested→expired': always({
    person: 'Votre demande est restée sans réponse',
    validator: 'Demande restée sans réponse',
  }),
  'expire waitlisted→expired': always({ person: 'Votre demande est restée sans réponse' }),
  'expire preregistered→expired': always({
    person: 'Votre demande est restée sans réponse',
    validator: 'Demande restée sans réponse',
    provider: 'Demande restée sans réponse',
  }),
  'withdraw_approval preregistered→refused_by_hr': always(approvalLost),
  'withdraw_approval enrolled→refused_by_hr': always(approvalLost),
  'seat waitlisted→enrolled': {
    provider: { person: 'Inscription confirmée', validator: 'Inscription confirmée' },
    agency: {
      person: 'Inscription confirmée',
      validator: 'Inscription confirmée',
      provider: 'Nouvelle inscription',
    },
  },
  'seat waitlisted→preregistered': always({ ...toExamine, validator: 'Place obtenue' }),
  'enrol –→enrolled': always({
    person: 'Inscription confirmée',
    validator: 'Inscription confirmée',
    provider: 'Nouvelle inscription',
  }),
  'move requested→requested': always({ person: moved.person, validator: moved.validator }),
  'move waitlisted→waitlisted': always({ person: moved.person, validator: moved.validator }),
  'move preregistered→preregistered': always(moved),
  'move enrolled→enrolled': always(moved),
  'confirm preregistered→preregistered': always({}),
  'confirm enrolled→enrolled': always({}),
  'attend enrolled→attended': always({ validator: 'Présences' }),
  'attend absent→attended': always({ validator: 'Présences' }),
  'miss enrolled→absent': always({ validator: 'Présences' }),
  'miss attended→absent': always({ validator: 'Présences' }),
  'cancel_session requested→session_cancelled': together('Session annulée'),
  'cancel_session waitlisted→session_cancelled': together('Session annulée'),
  'cancel_session preregistered→session_cancelled': together('Session annulée'),
  'cancel_session enrolled→session_cancelled': together('Session annulée'),
  'restore session_cancelled→requested': together('Session rétablie'),
  'restore session_cancelled→waitlisted': together('Session rétablie'),
  'restore session_cancelled→preregistered': together('Session rétablie'),
  'restore session_cancelled→enrolled': together('Session rétablie'),
  'reschedule requested→requested': together('Nouvelles dates'),
  'reschedule waitlisted→waitlisted': together('Nouvelles dates'),
  'reschedule preregistered→preregistered': together('Nouvelles dates'),
  'reschedule enrolled→enrolled': together('Nouvelles dates'),
};
