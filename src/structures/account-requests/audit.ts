import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { plural } from '#platform/french/words.ts';

export const audit = {
  'Demandes de compte': {
    'account_request.created': 'Demande de compte envoyée',
    'account_request.turned_away': 'Demande de compte pour une adresse déjà connue',
    'account_request.confirmed': 'E-mail de la demande confirmé',
    'account_request.accepted': 'Demande de compte acceptée',
    'account_request.refused': 'Demande de compte refusée',
    'account_request.withdrawn': 'Demande de compte retirée',
    'account_request.expired': 'Demande de compte expirée',
    'account_request.reminded': {
      label: 'Rappel aux référents',
      details: { working_days: (days: number) => `après ${plural(days, 'jour ouvré', 'jours ouvrés')}` },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
