import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { differences, versionOf } from '#platform/versions.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { checkbox, searchText } from '#platform/web/forms/fields.ts';
import { formPage, saidAt, saidOnForm } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, type ReadForm, readForm, withError } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPage, createLimit } from '#platform/web/limits.ts';
import { type PageOf, render } from '#platform/web/views/render.ts';
import { actionForm, fieldLabels, fieldsOf, kindField, modelForm } from './schemas.ts';
import {
  addModel,
  changeActions,
  findActions,
  findKinds,
  getModel,
  type Model,
  type ModelDraft,
  PICTURE,
  PictureRefused,
  retireModel,
  saveModel,
} from './service.ts';

const HOME = '/agence/badges';
const NEW = `${HOME}/modeles/nouveau`;
const ONE = `${HOME}/modeles/:badgeModelId`;
const deciding = recentlyConfirmed(agency);
/** Changes by one person in an hour. */
const MOST_PER_HOUR = 60;

/** Addresses to which pictures are sent. */
export const PICTURES_SENT: (string | RegExp)[] = [NEW, /^\/agence\/badges\/modeles\/\d+$/];

/** What the agency gives badges for. */
export function badgeModelsSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const perPerson = createLimit(deps.pool, 'badge-models', MOST_PER_HOUR, 60 * 60);
  const spend = (req: Request) => perPerson.consume(String(actorOf(req).userId)).catch(saidOnForm);
  const idOf = (req: Request) => idParam(req, 'badgeModelId');
  const searching = costlyPage(deps.config);

  const showForm = async (
    res: Response,
    form: FormState,
    page: Pick<
      PageOf<'follow-up/badges/models/form'>,
      'title' | 'action' | 'version' | 'isStale' | 'stale'
    > & { model: Model | null },
    search = '',
  ) =>
    render(res, 'follow-up/badges/models/form', {
      section: 'agency',
      form,
      kinds: (await findKinds(deps.db)).map(({ id, label }) => ({ name: kindField(id), label })),
      picture: PICTURE,
      search: emptyForm({ q: search }),
      found: search && page.model ? await findActions(deps.db, page.model.modelId, search) : null,
      ...page,
    });

  formPage(site, NEW, [agency, deciding], {
    read: (req) => readModel(req, true),
    show: ({ res, form = emptyForm() }) =>
      showForm(res, form, {
        title: 'Nouveau modèle de badge',
        action: NEW,
        version: 0,
        isStale: false,
        stale: [],
        model: null,
      }),
    async submit({ req, data }) {
      await spend(req);
      const { image = new Uint8Array(), ...draft } = data;
      const id = await addModel(deps, actorOf(req).userId, { ...draft, image }).catch(
        saidAt('image', PictureRefused),
      );
      return {
        to: `${HOME}/modeles/${id}`,
        flash:
          'Le modèle est créé\u00a0: ajoutez les actions concernées, si ce ne sont pas tous les types cochés.',
      };
    },
  });

  formPage(site, ONE, [agency, deciding], {
    async load(req) {
      // Its own search is a part of the page.
      if (req.method === 'GET') await searching(req);
      return getModel(deps.db, idOf(req));
    },
    read: (req) => readModel(req, false),
    show: ({ req, res, loaded: model, form, isStale }) =>
      showForm(
        res,
        form ?? emptyForm(fieldsOf(model)),
        {
          title: `Modèle\u00a0: ${model.name}`,
          action: `${HOME}/modeles/${model.modelId}`,
          version: form && !isStale ? versionOf(req.body) : model.lockVersion,
          isStale,
          stale: form && isStale ? differences(form, fieldsOf(model), fieldLabels) : [],
          model,
        },
        searchText(100).parse(req.query.q),
      ),
    async submit({ req, loaded: { modelId, version: before }, data }) {
      await spend(req);
      const edited = { id: modelId, lockVersion: versionOf(req.body) };
      const saved = saveModel(deps, actorOf(req).userId, edited, data);
      const version = await saved.catch(saidAt('image', PictureRefused));
      return {
        to: `${HOME}/modeles/${modelId}`,
        flash:
          version === before
            ? 'Le modèle est enregistré.'
            : `La version ${version} est publiée\u00a0: les badges à venir la portent, ceux d’avant gardent la leur.`,
      };
    },
  });

  for (const [path, isRetired, words] of [
    ['retirer', true, 'Personne ne peut plus demander ce badge. Ceux qui sont délivrés restent valides.'],
    ['rouvrir', false, 'Ce badge peut de nouveau être demandé.'],
  ] as const) {
    site.post(`${ONE}/${path}`, deciding, async (req, res) => {
      await retireModel(deps, idOf(req), isRetired);
      res.flash(words);
      res.redirect(303, `${HOME}/modeles/${idOf(req)}`);
    });
  }

  site.post(`${ONE}/actions`, deciding, async (req, res) => {
    const read = readForm(actionForm, req.body);
    if (!read.ok) throw new NotFound();
    await changeActions(deps, idOf(req), read.data.action, 'add');
    res.flash('L’action est ajoutée\u00a0: ses participants peuvent demander ce badge.');
    res.redirect(303, `${HOME}/modeles/${idOf(req)}#actions`);
  });

  site.post(`${ONE}/actions/:actionId/retirer`, deciding, async (req, res) => {
    await changeActions(deps, idOf(req), idParam(req, 'actionId'), 'remove');
    res.flash('L’action est retirée.');
    res.redirect(303, `${HOME}/modeles/${idOf(req)}#actions`);
  });

  return site;
}

/** @param needsPicture false where the present one is kept when none is sent */
function readModel(req: Request, needsPicture: boolean): ReadForm<ModelDraft> {
  const body = req.body as Fields;
  const ticked = Object.keys(body).filter((name) => /^type_\d+$/.test(name) && checkbox().parse(body[name]));
  const read = readForm(modelForm, body);
  const form = {
    ...read.form,
    values: { ...read.form.values, ...Object.fromEntries(ticked.map((name) => [name, '1'])) },
  };
  const [image, ...others] = req.sentFiles?.image ?? [];
  const fault =
    others.length > 0
      ? 'Envoyez une seule image.'
      : needsPicture && !image
        ? 'Choisissez l’image du badge.'
        : undefined;
  if (fault) return { ok: false, form: withError(form, 'image', fault) };
  if (!read.ok) return { ok: false, form };
  const { nom: name, description, criteres: criteria } = read.data;
  const kindIds = ticked.map((field) => Number(field.slice('type_'.length)));
  return { ok: true, form, data: { name, description, criteria, kindIds, image: image?.bytes } };
}
