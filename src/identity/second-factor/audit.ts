import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted } from '#audit/words.ts';

export const audit = {
  Compte: {
    'account.second_factor_enabled': 'Double authentification activée',
    'account.second_factor_disabled': 'Double authentification retirée',
    'account.recovery_codes_renewed': 'Codes de secours renouvelés',
    'account.recovery_code_used': {
      label: 'Code de secours utilisé',
      details: { left: counted('code restant', 'codes restants') },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
