import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { whether } from '#audit/words.ts';

export const audit = {
  RafaelPro: {
    'rafael_settings.updated': {
      label: 'Réglages de RafaelPro modifiés',
      details: {
        publicFeed: whether('flux public ouvert', 'flux public fermé'),
        unpublishesUnconfirmed: whether(
          'formations non confirmées dépubliées',
          'formations non confirmées laissées',
        ),
      },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
