declare module '#platform/events.ts' {
  interface DomainEvents {
    /** The agency has written an action otherwise: its title, its trainer, its training body… */
    'action.changed': { actionId: number };
  }
}

export {};
