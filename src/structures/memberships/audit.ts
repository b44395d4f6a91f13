import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

const year = (of: number) => `année ${of}`;

export const audit = {
  Adhésions: {
    'membership_request.created': { label: 'Adhésion demandée', details: { year } },
    'membership_request.accepted': { label: 'Adhésion validée', details: { year } },
    'membership_request.refused': { label: 'Adhésion refusée', details: { year } },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
