/** A client of CAS that has no types of its own, as far as tests use it. */
declare module 'passport-cas' {
  import { Strategy as Base } from 'passport';

  /** What it hands on by 3.0: the answer, its names in lower case. */
  interface Profile {
    user: string;
    attributes: Record<string, string | string[]>;
  }
  export class Strategy extends Base {
    constructor(
      options: { version: 'CAS1.0' | 'CAS3.0'; ssoBaseURL: string; serverBaseURL: string },
      verify: (profile: string | Profile, done: (error: unknown, user?: object) => void) => void,
    );
  }
}
