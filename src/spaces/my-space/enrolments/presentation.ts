import { formatDateTime } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import type { MyRequest } from './repository.ts';

/** What the person waits for, in a session to come; undefined where nothing is said of it. */
export function nextStepOf(request: MyRequest, now: Date): string | undefined {
  if (!request.isComing) return undefined;
  switch (request.state) {
    case 'requested':
      return `Votre Valideur RH doit répondre avant le ${formatDateTime(request.registrationClosesAt)}, fin des inscriptions.`;
    case 'waitlisted':
      return request.structureSeats
        ? `Vous attendez parce que votre structure a déjà ${plural(request.structureSeats, 'place')} dans cette formation.`
        : 'Une place vous revient à votre tour, dès qu’elle se libère\u00a0; un e-mail vous le dira.';
    case 'preregistered':
      return 'Une place vous est gardée\u00a0; le prestataire doit accepter votre demande.';
    case 'enrolled':
      return request.startsAt <= now ? 'La session est en cours.' : 'Votre place est confirmée.';
    default:
      return undefined;
  }
}

/** Who agrees to a request, by the kind of the action. */
export function approvalsInWords({ needsHrApproval, needsProviderApproval }: MyRequest): string {
  if (needsHrApproval) return 'Votre Valideur RH, puis le prestataire';
  return needsProviderApproval ? 'Le prestataire' : 'Aucune';
}
