import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { someOf } from '#audit/words.ts';
import { profileLabels } from './rules.ts';

export const audit = {
  Structures: {
    'training_body_profile.updated': {
      label: 'Profil d’organisme de formation modifié',
      details: { fields: someOf(profileLabels) },
    },
    'training_body_profile.stamp_saved': 'Image du cachet d’un organisme enregistrée',
    'training_body_profile.stamp_removed': 'Image du cachet d’un organisme retirée',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
