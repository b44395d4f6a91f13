import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { oneOf } from '#audit/words.ts';
import { formatDay } from '#platform/french/time.ts';
import type { EndReason } from './rules.ts';

export const audit = {
  'Affiliations et droits': {
    'hr_delegation.created': {
      label: 'Délégation du Valideur RH donnée',
      details: {
        firstDay: (day: string) => `du ${formatDay(day)}`,
        lastDay: (day: string) => `au ${formatDay(day)}`,
      },
    },
    'hr_delegation.ended': {
      label: 'Délégation du Valideur RH terminée',
      details: {
        because: oneOf<EndReason>({
          revoked: 'arrêtée avant son terme',
          over: 'arrivée à son terme',
          left: 'départ de la structure',
          closed: 'compte fermé',
          right_taken: 'droit de Valideur RH retiré',
        }),
      },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
