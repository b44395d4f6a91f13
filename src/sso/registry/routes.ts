import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { rightDefinitions } from '#access/rights.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatDateTime } from '#platform/french/time.ts';
import { differences, Stale, versionOf } from '#platform/versions.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { attributeLabels } from '../attributes/presentation.ts';
import { replaceNow, rotateNow } from '../keys/service.ts';
import { ATTRIBUTES, OPENS_TO } from '../services/rules.ts';
import { findServiceAt } from '../services/service.ts';
import { fieldInWords, fieldLabels, subjectLabels } from './fields.ts';
import { figuresOf } from './figures.ts';
import { iconLabels, opensToLabels, protocolsInWords, serviceBadge, snippetsFor } from './presentation.ts';
import { receivedSite } from './received-routes.ts';
import { type Draft, draftOf, fieldsOf, ICONS, NEW_SERVICE, SERVICE_RIGHTS, serviceForm } from './schemas.ts';
import {
  addService,
  endServiceSessions,
  FIGURE_DAYS,
  getService,
  getServicePage,
  listRegistry,
  OVERLAP_DAYS,
  overlapping,
  removeService,
  renewSecret,
  resumeService,
  saveService,
  secretsOf,
  suspendService,
} from './service.ts';
import { tryOutSite } from './try-out/routes.ts';

const LIST = '/agence/services';
const ONE = `${LIST}/:serviceId`;
const HOUR = 60 * 60;
const deciding = recentlyConfirmed(agency);

/** « Services »: who signs in through the portal, with what they are told, and what becomes of it. */
export function registrySite(dependencies: Dependencies): GatedRouter {
  const { config, clock, pool } = dependencies;
  const site = gatedRouter();
  const changes = createLimit(pool, 'service-registry', 60, HOUR);
  const form = serviceForm(config.environment === 'production');
  const idOf = (req: Request) => idParam(req, 'serviceId');
  const spend = (req: Request) => changes.consume(String(actorOf(req).userId));

  site.get(LIST, agency, async (_req, res) => {
    const services = await listRegistry(dependencies);
    render(res, 'sso/registry/list', {
      title: 'Services',
      section: 'agency',
      services: services.map((one) => ({
        ...one,
        badge: serviceBadge(one),
        protocols: protocolsInWords(one),
        door: opensToLabels[one.opensTo],
      })),
      days: FIGURE_DAYS,
    });
  });

  site.post(`${LIST}/cles`, deciding, async (req, res) => {
    await spend(req);
    const from = await rotateNow(dependencies);
    res.flash(`La prochaine clé est publiée\u00a0: elle signera à partir du ${formatDateTime(from)}.`);
    res.redirect(303, `${LIST}#cles`);
  });

  site.post(`${LIST}/cles/remplacer`, deciding, async (req, res) => {
    await spend(req);
    await replaceNow(dependencies);
    res.flash('La clé est remplacée. Un service qui refuse d’entrer doit relire nos clés.');
    res.redirect(303, `${LIST}#cles`);
  });

  const showForm = (
    res: Response,
    shown: FormState,
    page: {
      title: string;
      action: string;
      version: number;
      back: string;
      isStale?: boolean;
      stale?: object[];
    },
  ) =>
    render(res, 'sso/registry/form', {
      section: 'agency',
      form: shown,
      icons: ICONS.map((value) => ({ value, label: iconLabels[value] ?? value })),
      doors: OPENS_TO.map((value) => ({ value, label: opensToLabels[value] })),
      rights: SERVICE_RIGHTS.map((right) => ({
        name: `droit_${right}`,
        label: rightDefinitions[right].label,
      })),
      subjects: Object.entries(subjectLabels).map(([value, label]) => ({ value, label })),
      attributes: ATTRIBUTES.map((attribute) => ({ attribute, label: attributeLabels[attribute] })),
      isStale: false,
      stale: [],
      ...page,
    });

  formPage(site, `${LIST}/nouveau`, [agency, deciding], {
    read: ({ body }) => readForm(form, body),
    show: ({ res, form: typed }) =>
      showForm(res, typed ?? emptyForm(fieldsOf(NEW_SERVICE)), {
        title: 'Inscrire un service',
        action: `${LIST}/nouveau`,
        version: 0,
        back: LIST,
      }),
    async submit({ req, res, data }) {
      await spend(req);
      const draft = draftOf(data);
      const id = await addService(dependencies, actorOf(req).userId, draft);
      return saved(res, id, draft, 'Le service est inscrit.');
    },
  });

  formPage(site, `${ONE}/modifier`, [agency, deciding], {
    load: (req) => getService(dependencies, idOf(req)),
    read: ({ body }) => readForm(form, body),
    show: ({ req, res, loaded: service, form: typed, isStale }) =>
      showForm(res, typed ?? emptyForm(fieldsOf(service)), {
        title: `Modifier ${service.name}`,
        action: `${LIST}/${service.id}/modifier`,
        version: typed && !isStale ? versionOf(req.body) : service.version,
        back: `${LIST}/${service.id}`,
        isStale,
        stale: typed && isStale ? differences(typed, fieldsOf(service), fieldLabels, fieldInWords) : [],
      }),
    async submit({ req, res, loaded: { id, version }, data }) {
      await spend(req);
      if (versionOf(req.body) !== version) throw new Stale();
      const draft = draftOf(data);
      await saveService(dependencies, id, version, draft);
      return saved(res, id, draft, 'Le service est enregistré.');
    },
  });

  async function saved(res: Response, id: number, draft: Draft, words: string): Promise<{ to: string }> {
    const others = await overlapping(dependencies, draft, id);
    if (others.length === 0) res.flash(words);
    else
      res.flash(
        `${words} Une de ses adresses en couvre une autre, de\u00a0: ${others.join(', ')}. La plus longue l’emporte.`,
        'warning',
      );
    return { to: `${LIST}/${id}` };
  }

  /** @param secret just made: shown on this page alone */
  const showService = async (req: Request, res: Response, secret?: string) => {
    const { service, secrets, use, days } = await getServicePage(dependencies, idOf(req));
    const asked = firstOf(req.query.adresse as string).trim();
    const match = asked ? await findServiceAt(dependencies, asked) : undefined;
    render(res.set('Cache-Control', 'no-store'), 'sso/registry/service', {
      title: service.name,
      section: 'agency',
      styles: ['css/charts.css'],
      service,
      badge: serviceBadge(service),
      protocols: protocolsInWords(service),
      door: opensToLabels[service.opensTo],
      rights: service.rights.map((right) => rightDefinitions[right].label),
      subject: subjectLabels[service.subject],
      told: service.attributes.map(({ attribute, name }) => ({ label: attributeLabels[attribute], name })),
      addresses: {
        cas: `${config.publicUrl}/cas`,
        issuer: config.publicUrl,
      },
      snippets: snippetsFor(service, config.publicUrl),
      secrets: secretsOf(secrets),
      secret,
      overlapDays: OVERLAP_DAYS,
      form: emptyForm({ adresse: asked }),
      check: asked && checkInWords(match?.service, service.id),
      open: use?.open ?? 0,
      givenUp: use?.givenUp ?? 0,
      figures: figuresOf(service.name, days, clock.now()),
    });
  };

  site.get(ONE, agency, (req, res) => showService(req, res));

  // Answered with the page itself: a secret that is kept nowhere goes through no redirect.
  site.post(`${ONE}/secret`, deciding, async (req, res) => {
    await spend(req);
    const presentId = Number(firstOf(req.body.present)) || undefined;
    await showService(req, res, await renewSecret(dependencies, idOf(req), presentId));
  });

  /** What decides about a service, by its part of the address, and what is said once it is done. */
  const decisions: Record<string, (id: number) => Promise<string>> = {
    suspendre: async (id) => {
      const ended = await suspendService(dependencies, id);
      return `Le service est suspendu\u00a0: personne n’y entre plus${ended > 0 ? `, et ce qui était ouvert (${ended}) est fermé` : ''}.`;
    },
    reprendre: async (id) => {
      await resumeService(dependencies, id);
      return 'Le service est rouvert.';
    },
    'fermer-les-sessions': async (id) => {
      const ended = await endServiceSessions(dependencies, id);
      return ended > 0
        ? `Ce qui était ouvert (${ended}) est fermé\u00a0: le service en est prévenu.`
        : 'Rien n’était ouvert.';
    },
  };
  for (const [path, decide] of Object.entries(decisions)) {
    site.post(`${ONE}/${path}`, deciding, async (req, res) => {
      await spend(req);
      res.flash(await decide(idOf(req)));
      res.redirect(303, `${LIST}/${idOf(req)}`);
    });
  }

  site.get(`${ONE}/supprimer`, agency, async (req, res) => {
    const service = await getService(dependencies, idOf(req));
    render(res, 'sso/registry/delete', { title: `Supprimer ${service.name}`, section: 'agency', service });
  });

  site.post(`${ONE}/supprimer`, deciding, async (req, res) => {
    await spend(req);
    const { name } = await getService(dependencies, idOf(req));
    await removeService(dependencies, idOf(req));
    res.flash(`Le service «\u00a0${name}\u00a0» est supprimé.`);
    res.redirect(303, LIST);
  });

  site.use(receivedSite(dependencies), tryOutSite(dependencies));
  return site;
}

/** Whose an address is that somebody asks about, as seen from one service. */
function checkInWords(
  found: { id: number; name: string } | undefined,
  ownId: number,
): { text: string; isOwn: boolean } {
  if (!found) return { text: 'Cette adresse ne correspond à aucun service.', isOwn: false };
  return found.id === ownId
    ? { text: 'Cette adresse correspond à ce service.', isOwn: true }
    : { text: `Cette adresse correspond à un autre service\u00a0: ${found.name}.`, isOwn: false };
}
