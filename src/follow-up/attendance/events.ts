declare module '#platform/events.ts' {
  interface DomainEvents {
    /** The attendance sheet of a session is validated, for the first time or after a correction. */
    'attendance.closed': { sessionId: number };
  }
}

export {};
