import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted } from '#audit/words.ts';

export const audit = {
  RafaelPro: {
    'offer.created': 'Formation ajoutée au catalogue',
    'offer.changed': 'Formation modifiée',
    'offer.published': 'Formation publiée',
    'offer.unpublished': 'Formation dépubliée',
    'offer.archived': 'Formation archivée',
    'offer.restored': 'Formation reprise en brouillon',
    'offer.deleted': 'Brouillon de formation supprimé',
    'offers.confirmed': { label: 'Formations confirmées', details: { formations: counted('formation') } },
    'offers.lapsed': {
      label: 'Formations dépubliées, faute d’être confirmées',
      details: { formations: counted('formation') },
    },
    'offer_action.archived': 'Action de formation archivée',
    'offer_session.cancelled': 'Session de formation annulée',
    'offer_session.restored': 'Session de formation rétablie',
    'offer_session.archived': 'Session de formation archivée',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
