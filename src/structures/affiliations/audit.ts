import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  'Affiliations et droits': {
    'affiliation_request.created': 'Affiliation demandée',
    'affiliation_request.withdrawn': 'Demande d’affiliation annulée',
    'affiliation_request.accepted': 'Affiliation acceptée',
    'affiliation_request.refused': 'Affiliation refusée',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
