import type { AuditDeclaration, Recorded } from '#audit/declaration.ts';

export const audit = {
  Inscriptions: { 'enrolment.kept': 'Place laissée après un départ' },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
