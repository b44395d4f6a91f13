import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { counted, oneOf, whether } from '#audit/words.ts';
import { plural } from '#platform/french/words.ts';

const imported = {
  read: counted('ligne lue', 'lignes lues'),
  added: counted('ajoutée'),
  updated: counted('modifiée'),
};

export const audit = {
  ParcoursPro: {
    'settings.updated': {
      label: 'Règles d’inscription modifiées',
      details: {
        yearlyActions: (count: number) => `${plural(count, 'action')} par an`,
        yearlyFormations: (count: number) => `dont ${plural(count, 'formation')}`,
        structureSeats: (count: number) => `${plural(count, 'place')} par structure et formation`,
        lateDays: (days: number) => `annulation tardive à moins de ${plural(days, 'jour')}`,
        staggeredUntil: (day?: string) => `ouverture progressive jusqu’au ${day}`,
        staggeredRequests: (count?: number) => `${plural(count ?? 0, 'demande')} à la fois d’ici là`,
      },
    },
    'kind.created': 'Type d’action ajouté',
    'kind.updated': {
      label: 'Type d’action modifié',
      details: {
        reserved: whether('réservé aux adhérents', 'ouvert à tous'),
        countsAsFormation: whether('compte comme formation'),
        countsInYearlyTotal: whether('compte dans les droits de l’année'),
        isTraining: whether('donne un certificat de réalisation'),
        approvals: oneOf({
          aucune: 'sans approbation',
          prestataire: 'approbation du prestataire',
          employeur_et_prestataire: 'approbation de l’employeur puis du prestataire',
        }),
      },
    },
    'kind.deleted': 'Type d’action supprimé',
    'theme.created': 'Thème ajouté',
    'theme.updated': 'Thème renommé',
    'theme.merged': {
      label: 'Thème réuni à un autre',
      details: { into: (id: number) => `thème n°\u00a0${id}`, actions: counted('action') },
    },
    'theme.deleted': 'Thème supprimé',
    'action.created': 'Action créée',
    'action.copied': { label: 'Action copiée', details: { from: (_id: number) => '' } },
    'action.updated': 'Action modifiée',
    'action.published': 'Action publiée',
    'action.unpublished': 'Action retirée du catalogue',
    'action.archived': 'Action archivée',
    'action.unarchived': 'Action sortie des archives',
    'training_session.drafted': 'Brouillon de session gardé',
    'training_session.created': { label: 'Session créée', details: { slots: counted('demi-journée') } },
    'training_session.updated': { label: 'Session modifiée', details: { slots: counted('demi-journée') } },
    'training_session.deleted': 'Session supprimée',
    'action.document_added': 'Document ajouté à une action',
    'action.document_updated': 'Document d’une action renommé ou déplacé',
    'action.document_removed': 'Document d’une action supprimé',
    'action.imported': { label: 'Actions importées', details: imported },
    'training_session.imported': { label: 'Sessions importées', details: imported },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
