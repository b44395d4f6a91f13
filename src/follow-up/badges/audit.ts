import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { oneOf } from '#audit/words.ts';
import { causeLabels } from './presentation.ts';

export const audit = {
  'Open badges': {
    'badge_request.created': 'Open badge demandé',
    'badge_request.withdrawn': 'Demande d’open badge retirée',
    'badge_request.accepted': 'Open badge délivré',
    'badge_request.refused': 'Demande d’open badge refusée',
    'badge.reissued': 'Open badge mis à jour avec une nouvelle adresse',
    'badge.revoked': {
      label: 'Open badge révoqué',
      details: { cause: oneOf(causeLabels) },
    },
    'badge.key_rotated': 'Clé des open badges renouvelée',
    'badge.kept_on_deletion': {
      label: 'Choix pour les open badges si le compte est supprimé',
      details: { choice: (choice: 'keep' | 'revoke') => (choice === 'keep' ? 'les garder' : 'les révoquer') },
    },
    'badge_model.created': 'Modèle d’open badge créé',
    'badge_model.updated': {
      label: 'Modèle d’open badge modifié',
      details: { version: (version: number) => `version ${version}` },
    },
    'badge_model.retired': 'Modèle d’open badge retiré',
    'badge_model.resumed': 'Modèle d’open badge rouvert aux demandes',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
