import { ACCOUNT_CLOSED } from '#enrolment/notices/words.ts';
import { isApprovalWithdrawn, type Role, type State } from '#enrolment/states.ts';

/** A line of the history of a request, as it is kept. */
export interface KeptLine {
  at: Date;
  from: State | null;
  to: State;
  role: Role;
  way: 'page' | 'email_link' | 'system';
  reason: string | null;
  /** The line moves the person to another session of the action. */
  isMove: boolean;
  /** Whoever decided for the person's own structure; the names of other bodies' staff are theirs. */
  validatorName: string | null;
}

/** The same, in words for the person whose request it is. */
export interface HistoryLine {
  at: Date;
  /** « Accord de l’employeur » */
  what: string;
  /** « par Zoé Martin, Valideur RH, depuis le lien reçu par e-mail » */
  by: string;
  from: State | null;
  to: State;
  /** For `partials/state`: the refusal took an approval back. */
  approvalWithdrawn: boolean;
  reason: string | null;
}

/**
 * Puts a line into words for the person (domain.md §7, « history »).
 * @param providerName the training body that runs the action
 */
export function historyLine(line: KeptLine, providerName: string): HistoryLine {
  const { at, from, to } = line;
  return {
    at,
    what: whatHappened(line),
    by: [doer(line, providerName), line.way === 'email_link' ? 'depuis le lien reçu par e-mail' : '']
      .filter(Boolean)
      .join(', '),
    from,
    to,
    approvalWithdrawn: isApprovalWithdrawn(from, to),
    reason: reasonToTell(line),
  };
}

function doer({ role, validatorName }: KeptLine, providerName: string): string {
  switch (role) {
    case 'beneficiary':
      return 'par vous';
    case 'hr_validator':
      return validatorName ? `par ${validatorName}, Valideur RH` : 'par votre Valideur RH';
    case 'provider':
      return `par le prestataire, ${providerName}`;
    case 'agency':
      return 'par Cap Métiers';
    case 'system':
      return 'automatiquement';
  }
}

function whatHappened({ from, to, role, isMove, reason }: KeptLine): string {
  if (from === null) return role === 'agency' ? 'Inscription enregistrée' : 'Demande envoyée';
  if (isMove) return 'Changement de session';
  if (from === to) return role === 'beneficiary' ? 'Présence confirmée' : 'Nouvelles dates';
  if (from === 'session_cancelled') return 'Session rétablie';
  switch (to) {
    case 'requested':
      return 'Demande envoyée';
    case 'waitlisted':
      return 'Accord de l’employeur';
    case 'preregistered':
      return from === 'requested' ? 'Accord de l’employeur' : seatGiven(role);
    case 'enrolled':
      return from === 'preregistered' ? 'Accord du prestataire' : seatGiven(role);
    case 'attended':
      return from === 'absent' ? 'Présence corrigée' : 'Présence notée';
    case 'absent':
      return from === 'attended' ? 'Présence corrigée' : 'Absence notée';
    case 'refused_by_hr':
      return isApprovalWithdrawn(from, to) ? 'Accord retiré par l’employeur' : 'Refus de l’employeur';
    case 'refused_by_provider':
      return 'Refus du prestataire';
    case 'withdrawn':
      if (role !== 'system') return 'Demande annulée';
      return reason === ACCOUNT_CLOSED
        ? 'Demande annulée à la fermeture de votre compte'
        : 'Demande annulée à votre départ de la structure';
    case 'session_cancelled':
      return 'Session annulée';
    case 'expired':
      return 'Demande restée sans réponse';
  }
}

const seatGiven = (role: Role): string =>
  role === 'system' ? 'Une place s’est libérée' : 'Place donnée à titre exceptionnel';

/**
 * What was written for the person: with a refusal, a cancellation, a place or new dates, which e-mails tell them, or
 * by themself. Whatever another line may hold (a note on somebody's presence, the application's own words) is not
 * theirs to read.
 */
function reasonToTell({ from, to, role, reason }: KeptLine): string | null {
  const isForThem = role !== 'system' && (from === to || from === null || TOLD.includes(to));
  return isForThem ? reason : null;
}

const TOLD: readonly State[] = [
  'preregistered',
  'enrolled',
  'refused_by_hr',
  'refused_by_provider',
  'withdrawn',
  'session_cancelled',
];
