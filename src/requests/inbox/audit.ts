import type { AuditDeclaration, Recorded, Told } from '#audit/declaration.ts';

/** In the words of its button. */
const decision = (name: string, { request }: Told): string =>
  request?.decisions[name]?.verb.toLowerCase() ?? name;

export const audit = {
  Agence: {
    'decision.scheduled': { label: 'Décision prise', details: { decision } },
    'decision.undone': { label: 'Décision annulée', details: { decision } },
  },
} satisfies AuditDeclaration;

declare module '#audit/declaration.ts' {
  interface AuditActions extends Recorded<typeof audit> {}
}
