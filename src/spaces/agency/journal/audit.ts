import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted } from '#audit/words.ts';
import { formatDay } from '#platform/french/time.ts';

export const audit = {
  Agence: {
    'audit.exported': { label: 'Journal exporté', details: { entries: counted('entrée') } },
    'audit.purged': {
      label: 'Journal purgé',
      details: {
        entries: counted('entrée'),
        before: (moment: string) => `entrées d’avant le ${formatDay(moment)}`,
      },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
