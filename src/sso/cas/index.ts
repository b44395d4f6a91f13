import { defineFeature } from '#platform/feature.ts';
import { fieldsOf } from '#platform/web/forms/body.ts';
import { findServiceAt } from '../services/service.ts';
import { casMachineSite } from './machine-routes.ts';
import { BASES, parameters } from './parameters.ts';
import { casSite } from './routes.ts';
import { forgetTickets } from './service.ts';

export default defineFeature({
  name: 'sso/cas',
  sites: [casSite],
  machineSites: [casMachineSite],
  forget: [forgetTickets],
  awaited: async (deps, { pathname, search }) => {
    if (!BASES.some((base) => pathname === `${base}/login`)) return undefined;
    const { service } = parameters({ query: fieldsOf(search) }, 'service') ?? {};
    const found = service && (await findServiceAt(deps, service));
    return found ? { name: found.service.name, origin: found.url.origin } : undefined;
  },
});
