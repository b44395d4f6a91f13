import type { RequestHandler } from 'express';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { findActor } from '#access/actor.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { ABSOLUTE_MS } from '#platform/web/session.ts';
import { verifyCredentials } from './service.ts';

/** Tells who makes the request: passport with the session, the actor loaded once. */
export function authentication(dependencies: Dependencies): RequestHandler[] {
  const authenticator = new passport.Passport();
  authenticator.use(
    new LocalStrategy(
      { usernameField: 'identifiant', passwordField: 'mot_de_passe' },
      (email, password, done) => {
        verifyCredentials(dependencies, email, password).then(
          (outcome) =>
            outcome === 'closed' ? done(null, false, { message: outcome }) : done(null, outcome ?? false),
          (error) => done(error),
        );
      },
    ),
  );
  authenticator.serializeUser((actor, done) => done(null, actor.userId));
  authenticator.deserializeUser(
    (
      req: Parameters<RequestHandler>[0],
      userId: number,
      done: (error: unknown, user?: Express.User | false) => void,
    ) => {
      const age = dependencies.clock.now().getTime() - (req.session.signedInAt ?? 0);
      if (age > ABSOLUTE_MS) return done(null, false);
      findActor(dependencies, userId, req.session.profile).then(
        (actor) => done(null, actor?.sessionGeneration === req.session.generation ? actor : false),
        (error) => done(error),
      );
    },
  );
  const keepAuthenticator: RequestHandler = (req, _res, next) => {
    req.authenticator = authenticator;
    next();
  };
  return [
    keepAuthenticator,
    authenticator.initialize() as RequestHandler,
    authenticator.session() as RequestHandler,
  ];
}

declare global {
  namespace Express {
    interface Request {
      /** The passport of this application: several can run in one process, as tests do. */
      authenticator: InstanceType<typeof passport.Passport>;
    }
  }
}
