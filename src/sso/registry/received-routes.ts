import type { Request } from 'express';
import { agency } from '#access/policies.ts';
import { searchAccounts } from '#identity/account-security/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { emptyForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { toldInWords } from '../attributes/presentation.ts';
import { mayOpen } from '../services/rules.ts';
import { findPeople } from '../services/service.ts';
import { findUndelivered, getService } from './service.ts';

const ONE = '/agence/services/:serviceId';
const PER_PAGE = 25;

/** Who enters a service, with what it receives of them; and the logouts that it has not received. */
export function receivedSite(dependencies: Dependencies): GatedRouter {
  const { config, db, clock } = dependencies;
  const site = gatedRouter();
  const counted = costlyPages(config);
  const idOf = (req: Request) => idParam(req, 'serviceId');

  const queryField = searchText(120);
  site.get(`${ONE}/personnes`, agency, counted, async (req, res) => {
    const service = await getService(dependencies, idOf(req));
    const q = queryField.parse(req.query.q);
    const page = pageOf(req.query, PER_PAGE);
    const accounts = q ? await searchAccounts(db, q, page) : undefined;
    render(res, 'sso/registry/people', {
      title: `Qui entre dans ${service.name}`,
      section: 'agency',
      service,
      accounts,
      q,
      form: emptyForm({ q }),
      pagination: page.of(accounts?.total ?? 0),
    });
  });

  site.get(`${ONE}/personnes/:accountId`, agency, async (req, res) => {
    const userId = idParam(req, 'accountId');
    const service = await getService(dependencies, idOf(req));
    const person = (await findPeople(db, [userId], clock.now())).get(userId);
    if (!person) throw new NotFound();
    render(res, 'sso/registry/person', {
      title: `Ce que ${service.name} reçoit`,
      section: 'agency',
      service,
      person,
      verdict: mayOpen(service, person),
      told: toldInWords(service, person),
      attributes: service.attributes,
    });
  });

  site.get(`${ONE}/deconnexions`, agency, async (req, res) => {
    const service = await getService(dependencies, idOf(req));
    const page = pageOf(req.query, PER_PAGE);
    const undelivered = await findUndelivered(db, service.id, page);
    render(res, 'sso/registry/undelivered', {
      title: `Déconnexions que ${service.name} n’a pas reçues`,
      section: 'agency',
      service,
      undelivered,
      pagination: page.of(undelivered.total),
    });
  });

  return site;
}
