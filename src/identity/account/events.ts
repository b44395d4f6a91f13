declare module '#platform/events.ts' {
  interface DomainEvents {
    /** Somebody signs out of one browser: the session of that sign-in is gone. */
    'session.closed': { userId: number; signInId: string };
    /** Sessions of a person have been ended otherwise, all or some: those that are open still have their rows. */
    'sessions.ended': { userId: number };
    /** An account is about to be closed, as nobody uses it: told before its rights are set aside. */
    'account.closing': { userId: number };
    /** It is closed, and opens nothing any more; the affiliations stay. Counted: `withdrawn`, requests that end. */
    'account.closed': { userId: number };
    /** The agency ends every secret link of an account, and its owner stays. Counted: `links`, those that led somewhere. */
    'account.links_ending': { userId: number };
    /** The agency takes from an account the identities elsewhere that open it. Counted: `identities`. */
    'account.identities_ending': { userId: number; byUserId: number };
    /** A manager deletes an account at the person's wish: told while the person still has a name. */
    'account.erasing': { userId: number; byUserId: number };
  }
}

export {};
