import type { Right } from '#access/rights.ts';

declare module '#platform/events.ts' {
  interface DomainEvents {
    /** A right is about to be taken from somebody in a structure, which is locked. */
    'right.revoking': { userId: number; structureId: number; right: Right; byUserId: number };
  }
}
