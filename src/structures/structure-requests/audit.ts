import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Structures: {
    'structure_request.created': 'Référencement demandé',
    'structure_request.repeated': 'Référencement demandé de nouveau',
    'structure_request.accepted': 'Référencement accepté',
    'structure_request.linked': 'Référencement rattaché à une structure',
    'structure_request.refused': 'Référencement refusé',
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
