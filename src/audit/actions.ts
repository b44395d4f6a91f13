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
    'account.passkey_renamed': 'Clé d’accès renommée',
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
    'enrolment.kept': 'Place laissée après un départ',
  },
  Adhésions: {
    'membership_request.created': 'Adhésion demandée',
    'membership_request.accepted': 'Adhésion validée',
    'membership_request.refused': 'Adhésion refusée',
    'membership.imported': 'Adhésions importées',
  },
  Agence: {
    'decision.scheduled': 'Décision prise',
    'decision.undone': 'Décision annulée',
    'reply_template.created': 'Modèle de réponse ajouté',
    'reply_template.updated': 'Modèle de réponse modifié',
    'reply_template.moved': 'Modèle de réponse déplacé',
    'reply_template.deleted': 'Modèle de réponse supprimé',
    'email.sent_again': 'E-mail renvoyé',
    'audit.exported': 'Journal exporté',
    'audit.purged': 'Journal purgé',
  },
} as const);

type Groups = typeof auditActions;
/** The code of something that the audit journal tells of. */
export type AuditAction = { [Group in keyof Groups]: keyof Groups[Group] }[keyof Groups] & string;

/** The words for each {@link AuditAction}. */
export const auditLabels = Object.freeze(Object.assign({}, ...Object.values(auditActions))) as Readonly<
  Record<AuditAction, string>
>;

/** What an entry may tell besides its action; « Journal » has words for each. */
export const AUDIT_DETAILS = [
  'accepted',
  'added',
  'because',
  'before',
  'decision',
  'entries',
  'fields',
  'from',
  'kept',
  'leaderless',
  'left',
  'nameKept',
  'outside',
  'people',
  'read',
  'recorded',
  'rejected',
  'right',
  'second_factor',
  'sessions',
  'skipped',
  'to',
  'updated',
  'wasManager',
  'withdrawn',
  'working_days',
  'year',
] as const;
export type AuditDetail = (typeof AUDIT_DETAILS)[number];
