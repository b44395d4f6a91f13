import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit } from '#platform/web/limits.ts';
import { addressOf } from '#platform/web/views/address.ts';
import { render } from '#platform/web/views/render.ts';
import { keptInBrowser } from '../../kept-in-browser.ts';
import { type Service, tryOutAddress } from '../../services/rules.ts';
import { getService } from '../service.ts';
import { type Ended, endTrial, keptTrials, type Whose } from './ending.ts';
import { createTrialClient, type UnderWay } from './openid.ts';
import { exchange, type Heard, type Received, receive, tryLogout } from './service.ts';

const ONE = '/agence/services/:serviceId';
const deciding = recentlyConfirmed(agency);

/** « Essayer »: a real sign-in for a service, with the portal itself in its place, its end, and a logout told to the service. */
export function tryOutSite(dependencies: Dependencies): GatedRouter {
  const { config, clock, pool } = dependencies;
  const site = gatedRouter();
  const tries = createLimit(pool, 'service-tries', 60, 60 * 60);
  const client = createTrialClient(dependencies);
  const trials = keptTrials(dependencies);
  const kept = keptInBrowser<UnderWay>(config, 'service-try-out', 10 * 60_000);
  const idOf = (req: Request) => idParam(req, 'serviceId');
  const whose = (req: Request): Whose => ({
    serviceId: idOf(req),
    userId: actorOf(req).userId,
    signInId: req.session.signInId ?? '',
  });

  const showTryOut = (
    req: Request,
    res: Response,
    service: Service,
    outcome: { received?: Received; ended?: Ended[]; heard?: Heard[] } = {},
  ) =>
    render(res.set('Cache-Control', 'no-store'), 'sso/registry/try-out', {
      title: `Essayer ${service.name}`,
      section: 'agency',
      service,
      entries: [
        ...(service.speaksCas
          ? [{ protocol: 'CAS', href: casEntry(service), anew: `${casEntry(service)}&renew=true` }]
          : []),
        ...(service.speaksOidc
          ? [{ protocol: 'OpenID Connect', href: openIdEntry(service), anew: `${openIdEntry(service)}?preuve=1` }]
          : []),
      ],
      received: undefined,
      ended: undefined,
      heard: undefined,
      ...outcome,
      trial: outcome.received?.trial && trials.seal(outcome.received.trial, whose(req)),
    });
  const casEntry = ({ id }: Service) => addressOf('/cas/login', { service: tryOutAddress(config, id) });
  const openIdEntry = ({ id }: Service) => `/agence/services/${id}/essai/openid`;

  site.get(`${ONE}/essai`, agency, async (req, res) =>
    showTryOut(req, res, await getService(dependencies, idOf(req))),
  );

  site.get(`${ONE}/essai/retour`, agency, async (req, res) => {
    const service = await getService(dependencies, idOf(req));
    const ticket = firstOf(req.query.ticket as string);
    showTryOut(req, res, service, ticket ? { received: await receive(dependencies, service, ticket) } : {});
  });

  site.get(`${ONE}/essai/openid`, agency, async (req, res) => {
    const service = await getService(dependencies, idOf(req));
    const { url, underWay } = await client.begin(service, firstOf(req.query.preuve as string) === '1');
    kept.keep(res, underWay, clock.now());
    res.set('Cache-Control', 'no-store').redirect(303, url);
  });

  site.get(`${ONE}/essai/openid/retour`, agency, async (req, res) => {
    const service = await getService(dependencies, idOf(req));
    const underWay = kept.read(req, clock.now());
    // Once, whatever comes of it: the same answer brought again is none.
    kept.forget(res);
    if (underWay?.serviceId !== service.id) throw new Unasked(service.id);
    const { search } = new URL(req.originalUrl, config.publicUrl);
    showTryOut(req, res, service, { received: await exchange(client, service, search, underWay) });
  });

  site.post(`${ONE}/essai/fin`, deciding, async (req, res) => {
    const service = await getService(dependencies, idOf(req));
    const trial = trials.open(firstOf(req.body.essai), whose(req));
    if (!trial) throw new Unasked(service.id);
    showTryOut(req, res, service, {
      ended: await endTrial(dependencies, client, service, trial, whose(req)),
    });
  });

  site.post(`${ONE}/essai`, deciding, async (req, res) => {
    await tries.consume(String(actorOf(req).userId));
    const service = await getService(dependencies, idOf(req));
    showTryOut(req, res, service, { heard: await tryLogout(dependencies, service) });
  });

  return site;
}

/** What came back belongs to nothing that this browser has under way: it came twice, or too late. */
class Unasked extends Conflict {
  override name = 'Unasked';
  constructor(serviceId: number) {
    super('Cet essai a déjà servi, ou date de plus de dix minutes.', 'Recommencez l’essai');
    this.leadingTo(`/agence/services/${serviceId}/essai`, 'Essayer de nouveau');
  }
}
