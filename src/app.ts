import compression from 'compression';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { assurance } from '#access/assurance.ts';
import { profileOfPage } from '#access/spaces.ts';
import { rememberOrigin } from '#audit/origin.ts';
import { enrolmentBadge } from '#enrolment/presentation.ts';
import { authentication } from '#identity/sign-in/authentication.ts';
import { pointlessSignIn } from '#identity/sign-in/pointless.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { requestLog } from '#platform/log.ts';
import { stopLinksSite, unsubscribingSite } from '#platform/mail/stop-links.ts';
import { deriveKeys } from '#platform/security/secrets.ts';
import { compressedPages } from '#platform/web/compression/compressed-pages.ts';
import { cookies } from '#platform/web/cookies.ts';
import { csrfProtection } from '#platform/web/csrf.ts';
import { errorPages, unknownPage } from '#platform/web/errors.ts';
import { flashMessages } from '#platform/web/flash.ts';
import { fieldsOf, formBody } from '#platform/web/forms/body.ts';
import { policyAt, refuseUngatedRoutes } from '#platform/web/gate.ts';
import { linksWithSignsAfter } from '#platform/web/links.ts';
import { keepFromRobots } from '#platform/web/robots.ts';
import { formKeys, sentOnce } from '#platform/web/sent-once.ts';
import { sessions } from '#platform/web/session.ts';
import { createAssets } from '#platform/web/views/assets.ts';
import { pageContext } from '#platform/web/views/page-context.ts';
import { setUpViews } from '#platform/web/views/views.ts';
import { siteLayout } from '#spaces/layout.ts';
import { healthSite } from '#spaces/public/health/routes.ts';
import { discoverySite } from '#spaces/public/routes.ts';
import { awaitedService } from '#sso/waiting.ts';

/**
 * The whole application, read from top to bottom as a request goes through it.
 * @throws Error when a route has no gate: better no site than an open door
 */
export function createApp(dependencies: Dependencies): Express {
  const { config, pool, log, features } = dependencies;
  const secure = config.publicUrl.startsWith('https:');
  const assets = createAssets();
  const sessionKeys = deriveKeys(config.secrets, 'sessions');
  const stoppable = features.flatMap((feature) => feature.stoppable ?? []);
  const app = express();
  const opens = (path: string) => policyAt(app, 'get', path) !== undefined;

  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', fieldsOf);
  setUpViews(app, assets, { config, profileOfPage, enrolmentBadge, section: '', title: '' });

  app.use(requestLog(log));
  app.use(helmet(securityHeaders(secure)));
  app.use(compression());
  app.use(compressedPages);
  app.use(assets.serve);
  app.use(healthSite(dependencies).router);
  app.use(linksWithSignsAfter(opens));
  app.use(keepFromRobots);
  app.use(discoverySite(dependencies).router);
  for (const site of features.flatMap(({ machineSites = [] }) => machineSites))
    app.use(site(dependencies).router);

  app.use(cookies());
  app.use(formBody());
  app.use(sessions({ pool, secrets: sessionKeys.map((key) => key.toString('base64')), secure }));
  app.use(authentication(dependencies));
  app.use(assurance(dependencies));
  app.use(flashMessages(deriveKeys(config.secrets, 'flash'), secure, dependencies.clock));
  app.use(pageContext(dependencies));
  app.use(awaitedService(dependencies));
  for (const { path, read } of features.flatMap(({ uploads = [] }) => uploads)) app.use(path, read);
  // Last of those that wait for the network: what they are called back from knows nothing of the request.
  app.use(rememberOrigin());
  app.use(unsubscribingSite(dependencies, stoppable).router);
  app.use(formKeys());
  app.use(
    csrfProtection(config.secrets, secure, {
      leadOn: pointlessSignIn,
      isForVisitors: ({ path }) => ['anyone', 'linkHolder'].includes(policyAt(app, 'post', path) ?? ''),
    }),
  );
  app.use(sentOnce(dependencies, opens));

  app.use(siteLayout(dependencies));
  for (const site of features.flatMap(({ sites = [] }) => sites)) app.use(site(dependencies).router);
  app.use(stopLinksSite(dependencies, stoppable).router);

  app.use(unknownPage);
  app.use(errorPages(log, opens));
  refuseUngatedRoutes(app);
  return app;
}

function securityHeaders(secure: boolean): Parameters<typeof helmet>[0] {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // Bootstrap draws its arrows and ticks as data: images in its style sheet.
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: secure ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'same-origin' },
  };
}
