declare module '#platform/events.ts' {
  interface DomainEvents {
    /** A training body describes itself otherwise: what its documents bear. */
    'training_body.changed': { structureId: number };
  }
}

export {};
