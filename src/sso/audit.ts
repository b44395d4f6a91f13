import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';
import { oneOf } from '#audit/words.ts';
import { plural } from '#platform/french/words.ts';

export const protocolLabels = Object.freeze({ cas: 'CAS', oidc: 'OpenID Connect' });

export const audit = {
  Services: {
    'service.opened': { label: 'Service ouvert', details: { protocol: oneOf(protocolLabels) } },
    'service.refused': {
      label: 'Accès à un service refusé',
      details: {
        because: oneOf({
          suspended: 'service suspendu',
          account: 'compte fermé',
          right: 'droit manquant',
          membership: 'structure non adhérente',
          agency: 'réservé à l’agence',
          structure: 'sans structure',
          loop: 'tourne en boucle',
        }),
      },
    },
    'service.closed': 'Service fermé par la personne',
    'service.created': 'Service inscrit',
    'service.updated': 'Service modifié',
    'service.suspended': 'Service suspendu',
    'service.resumed': 'Service rouvert',
    'service.deleted': 'Service supprimé',
    'service.secret_renewed': 'Secret d’un service renouvelé',
    'service.sessions_ended': {
      label: 'Sessions d’un service fermées',
      details: { sessions: (count: number) => plural(count, 'session') },
    },
    'service.logout_failed': 'Déconnexion non reçue par un service',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
