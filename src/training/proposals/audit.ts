import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Sessions: {
    'session_proposal.created': 'Session ou changement proposé',
    'session_proposal.withdrawn': 'Proposition de session retirée',
    'session_proposal.accepted': 'Proposition de session acceptée',
    'session_proposal.refused': 'Proposition de session refusée',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
