import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted, whether } from '#audit/words.ts';

const byLink = { by_link: whether('par le lien de l’intervenant') };

export const audit = {
  Sessions: {
    'attendance.signed': {
      label: 'Demi-journée signée',
      details: { late: whether('en retard', 'dans la salle') },
    },
    'attendance.countersigned': { label: 'Demi-journée contresignée', details: byLink },
    'attendance.late_signature_confirmed': { label: 'Signature en retard confirmée', details: byLink },
    'attendance.signing_opened': { label: 'Signature ouverte à la main', details: byLink },
    'attendance.signing_closed': { label: 'Signature fermée à la main', details: byLink },
    'attendance.trainer_link_given': {
      label: 'Lien donné à un intervenant',
      details: { half_days: counted('demi-journée', 'demi-journées') },
    },
    'attendance.trainer_link_revoked': 'Lien d’un intervenant retiré',
    'attendance.discrepancies_explained': {
      label: 'Écarts entre présences et signatures expliqués',
      details: { explained: counted('écart') },
    },
    'attendance.proof_downloaded': 'Preuve des signatures téléchargée, avec les adresses IP',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
