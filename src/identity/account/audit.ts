import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { countedIfAny, someOf, whether } from '#audit/words.ts';
import { plural } from '#platform/french/words.ts';
import { detailLabels } from './service.ts';

export const audit = {
  Connexion: {
    'session.closed': 'Déconnexion',
    'session.ended': {
      label: 'Session fermée à distance',
      details: { sessions: (count?: number) => (count === undefined ? '' : plural(count, 'session')) },
    },
  },
  Compte: {
    'account.updated': { label: 'Coordonnées modifiées', details: { fields: someOf(detailLabels) } },
    'account.password_changed': 'Mot de passe changé',
    'account.email_change_asked': 'Changement d’e-mail demandé',
    'account.email_change_cancelled': 'Changement d’e-mail abandonné',
    'account.email_changed': 'E-mail changé',
    'account.data_downloaded': 'Données personnelles téléchargées',
    'account.inactivity_warned': 'Inactivité annoncée',
    'account.closed_for_inactivity': {
      label: 'Compte fermé pour inactivité',
      details: {
        kept: countedIfAny('place conservée', 'places conservées'),
        withdrawn: countedIfAny('demande retirée', 'demandes retirées'),
        leaderless: countedIfAny('structure sans référent', 'structures sans référent'),
        wasManager: whether('gestionnaire de l’agence'),
      },
    },
    'account.reopened': 'Compte rouvert',
    'account.anonymised': {
      label: 'Compte anonymisé après inactivité',
      details: { nameKept: whether('nom gardé pour les formations suivies', 'nom effacé') },
    },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
