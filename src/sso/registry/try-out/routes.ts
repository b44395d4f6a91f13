import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit } from '#platform/web/limits.ts';
import { addressOf } from '#platform/web/views/address.ts';
import { render } from '#platform/web/views/render.ts';
import { type Service, tryOutAddress } from '../../services/rules.ts';
import { getService } from '../service.ts';
import { type Heard, type Received, receive, tryLogout } from './service.ts';

const ONE = '/agence/services/:serviceId';
const deciding = recentlyConfirmed(agency);

/** « Essayer »: a real sign-in for a service, with the ticket taken here in its place, and a logout told to it. */
export function tryOutSite(dependencies: Dependencies): GatedRouter {
  const { config, pool } = dependencies;
  const site = gatedRouter();
  const tries = createLimit(pool, 'service-tries', 60, 60 * 60);
  const idOf = (req: Request) => idParam(req, 'serviceId');

  const showTryOut = (
    res: Response,
    service: Service,
    outcome: { received?: Received | undefined; heard?: Heard[] } = {},
  ) =>
    render(res.set('Cache-Control', 'no-store'), 'sso/registry/try-out', {
      title: `Essayer ${service.name}`,
      section: 'agency',
      service,
      entry: addressOf('/cas/login', { service: tryOutAddress(config, service.id) }),
      received: undefined,
      heard: undefined,
      ...outcome,
    });

  site.get(`${ONE}/essai`, agency, async (req, res) =>
    showTryOut(res, await getService(dependencies, idOf(req))),
  );

  site.get(`${ONE}/essai/retour`, agency, async (req, res) => {
    const service = await getService(dependencies, idOf(req));
    const ticket = firstOf(req.query.ticket as string);
    const received = ticket ? await receive(dependencies, service, actorOf(req).userId, ticket) : undefined;
    showTryOut(res, service, { received });
  });

  site.post(`${ONE}/essai`, deciding, async (req, res) => {
    await tries.consume(String(actorOf(req).userId));
    const service = await getService(dependencies, idOf(req));
    showTryOut(res, service, { heard: await tryLogout(dependencies, service) });
  });

  return site;
}
