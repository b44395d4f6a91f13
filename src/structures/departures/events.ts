declare module '#platform/events.ts' {
  interface DomainEvents {
    /**
     * A person is about to leave a structure; told before the affiliation goes, under the locks of both. Counted:
     * `kept`, places that they keep; `withdrawn`, requests that end.
     */
    'affiliation.ending': { userId: number; structureId: number; byUserId: number };
  }
}

export {};
