/** Everything that the audit journal can tell of, in the words of the agency's page, grouped as its filter is. */
export const auditActions = Object.freeze({
  Connexion: {
    'session.opened': 'Connexion',
    'session.refused': 'Connexion refusée',
    'session.closed': 'Déconnexion',
    'session.ended': 'Session fermée à distance',
  },
  Compte: {
    'account.updated': 'Coordonnées modifiées',
    'account.password_changed': 'Mot de passe changé',
    'account.password_reset_asked': 'Nouveau mot de passe demandé',
    'account.password_reset': 'Mot de passe réinitialisé',
    'account.email_change_asked': 'Changement d’e-mail demandé',
    'account.email_change_cancelled': 'Changement d’e-mail abandonné',
    'account.email_changed': 'E-mail changé',
    'account.second_factor_enabled': 'Double authentification activée',
    'account.second_factor_disabled': 'Double authentification retirée',
    'account.recovery_codes_renewed': 'Codes de secours renouvelés',
    'account.recovery_code_used': 'Code de secours utilisé',
    'account.passkey_added': 'Clé d’accès ajoutée',
    'account.passkey_removed': 'Clé d’accès retirée',
    'account.data_downloaded': 'Données personnelles téléchargées',
    'account.deletion_asked': 'Suppression du compte demandée',
    'account.deletion_withdrawn': 'Demande de suppression retirée',
    'account.deletion_refused': 'Suppression du compte refusée',
    'account.deleted': 'Compte supprimé',
    'account.inactivity_warned': 'Inactivité annoncée',
    'account.closed_for_inactivity': 'Compte fermé pour inactivité',
    'account.reopened': 'Compte rouvert',
    'account.anonymised': 'Compte anonymisé après inactivité',
  },
  'Demandes de compte': {
    'account_request.created': 'Demande de compte envoyée',
    'account_request.turned_away': 'Demande de compte pour une adresse déjà connue',
    'account_request.confirmed': 'E-mail de la demande confirmé',
    'account_request.accepted': 'Demande de compte acceptée',
    'account_request.refused': 'Demande de compte refusée',
    'account_request.withdrawn': 'Demande de compte retirée',
    'account_request.expired': 'Demande de compte expirée',
    'account_request.reminded': 'Rappel aux référents',
  },
  Structures: {
    'structure_request.created': 'Référencement demandé',
    'structure_request.repeated': 'Référencement demandé de nouveau',
    'structure_request.accepted': 'Référencement accepté',
    'structure_request.linked': 'Référencement rattaché à une structure',
    'structure_request.refused': 'Référencement refusé',
    'structure_update.created': 'Mise à jour demandée',
    'structure_update.withdrawn': 'Demande de mise à jour retirée',
    'structure_update.accepted': 'Mise à jour acceptée',
    'structure_update.refused': 'Mise à jour refusée',
    'structures.imported': 'Structures importées',
  },
  'Affiliations et droits': {
    'affiliation_request.created': 'Affiliation demandée',
    'affiliation_request.withdrawn': 'Demande d’affiliation annulée',
    'affiliation_request.accepted': 'Affiliation acceptée',
    'affiliation_request.refused': 'Affiliation refusée',
    'affiliation.detached': 'Personne détachée',
    'right.granted': 'Droit donné',
    'right.revoked': 'Droit retiré',
    'referent.handed_over': 'Rôle de référent transmis',
    'people.exported': 'Liste des personnes exportée',
  },
  Inscriptions: {
    'enrolment.changed': 'Inscription',
  },
  Adhésions: {
    'membership_request.created': 'Adhésion demandée',
    'membership_request.accepted': 'Adhésion validée',
    'membership_request.refused': 'Adhésion refusée',
    'membership.imported': 'Adhésions importées',
  },
  Sessions: {
    'training_session.cancelled': 'Session annulée',
    'training_session.restored': 'Session rétablie',
    'training_session.rescheduled': 'Session déplacée',
    'training_session.capacity_changed': 'Places de la session modifiées',
    'training_session.attendance_closed': 'Feuille de présence validée',
  },
  Agence: {
    'decision.scheduled': 'Décision prise',
    'decision.undone': 'Décision annulée',
    'news.created': 'Actualité publiée',
    'news.updated': 'Actualité modifiée',
    'news.deleted': 'Actualité supprimée',
    'email.sent_again': 'E-mail renvoyé',
    'audit.exported': 'Journal exporté',
    'audit.purged': 'Journal purgé',
  },
  ParcoursPro: {
    'questionnaire.published': 'Questionnaire de satisfaction publié',
  },
} as const);

type Groups = typeof auditActions;
/** The code of something that the audit journal tells of. */
export type AuditAction = { [Group in keyof Groups]: keyof Groups[Group] }[keyof Groups] & string;

/** The words for each {@link AuditAction}. */
export const auditLabels = Object.freeze(Object.assign({}, ...Object.values(auditActions))) as Readonly<
  Record<AuditAction, string>
>;
