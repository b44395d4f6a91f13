import type { Request, Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { modalityLabel, plural } from '#platform/french/words.ts';
import { differences, Stale, versionOf } from '#platform/versions.ts';
import { emptyForm, type FormState, firstOf, withError } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { findSelectableStructures } from '#structures/search/service.ts';
import { descriptionsOf } from '../descriptions.ts';
import { actionFields, readAction, withoutErrors } from './form.ts';
import { LONGEST_LEGAL, legalFields, legalLabels, NO_LEGAL, natureOptions } from './legal.ts';
import { stateBadges, stepsOf } from './presentation.ts';
import type { Step } from './rules.ts';
import { actionLabels, LONGEST_TEXT } from './schemas.ts';
import {
  BadChoice,
  changeState,
  copyAction,
  createAction,
  findProvider,
  getAction,
  type ProviderBody,
  readChoices,
  saveAction,
} from './service.ts';

const LIST = '/agence/catalogue';
const NEW = `${LIST}/actions/nouvelle`;
const ONE = `${LIST}/actions/:actionId`;
const deciding = recentlyConfirmed(agency);

const labels = { ...actionLabels, ...legalLabels };

/** What the page of a form shows beside it. */
interface FormPage {
  title: string;
  action: string;
  version: number;
  provider: ProviderBody | undefined;
  /** What to read before saving, when it was asked for. */
  preview?: boolean;
  stale?: ReturnType<typeof differences>;
  managed?: object;
}

/** An action of the catalogue: created, edited, read before it is saved, copied, published, archived. */
export function actionsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  // A provider is searched for by a button of the form.
  const counted = costlyPages(dependencies.config);
  const idOf = (req: Request) => idParam(req, 'actionId');

  const showForm = async (res: Response, form: FormState, page: FormPage, status = 200) => {
    const { kinds, themes } = await readChoices(dependencies);
    const options = (list: { id: number; label: string }[]) =>
      list.map(({ id, label }) => ({ value: id, label }));
    const q = form.values.q ?? '';
    const { values } = form;
    render(res.status(status), 'training/actions/form', {
      section: 'agency',
      styles: ['vendor/accessible-autocomplete.css', 'css/catalogue.css'],
      scripts: ['vendor/accessible-autocomplete.js', 'js/structure-search.js'],
      list: LIST,
      form,
      q,
      results: page.provider || q === '' ? undefined : await findSelectableStructures(dependencies, q),
      kinds: options(kinds),
      themes: options(themes),
      modalities: ['in_person', 'remote', 'mixed'].map((value) => ({ value, label: modalityLabel(value) })),
      labels,
      natures: natureOptions,
      longestLegal: LONGEST_LEGAL,
      longest: LONGEST_TEXT,
      managed: undefined,
      isStale: status === 409,
      stale: [],
      ...page,
      preview: page.preview
        ? descriptionsOf({
            objectives: values.objectifs ?? '',
            audience: values.public ?? '',
            prerequisites: values.prerequis ?? '',
            programme: values.programme ?? '',
          })
        : undefined,
    });
  };

  const chosenProvider = async (id: number | undefined) =>
    id === undefined ? undefined : findProvider(dependencies, id);

  /** What the form's buttons other than « Enregistrer » ask for; undefined for that one. */
  const asideStep = (req: Request) =>
    ({ apercu: 'preview', search: 'search', change: 'change' })[firstOf(req.body.step)];

  const newPage = { title: 'Nouvelle action', action: NEW, version: 0 };

  site.get(NEW, agency, (_req, res) =>
    showForm(res, emptyForm(legalFields(NO_LEGAL)), { ...newPage, provider: undefined }),
  );

  site.post(NEW, deciding, counted, async (req, res) => {
    const submitted = readAction(req.body);
    const provider = await chosenProvider(submitted.providerId);
    const step = asideStep(req);
    if (step) {
      const kept = step === 'change' ? undefined : provider;
      return showForm(res, withoutErrors(submitted.form), {
        ...newPage,
        provider: kept,
        preview: step === 'preview',
      });
    }
    if (!submitted.ok) return showForm(res, submitted.form, { ...newPage, provider }, 422);
    try {
      const id = await createAction(dependencies, submitted.content);
      res.flash(
        `L’action «\u00a0${submitted.content.title}\u00a0» est créée. C’est un brouillon\u00a0: publiez-la quand elle est prête.`,
      );
      res.redirect(303, `${LIST}/actions/${id}`);
    } catch (error) {
      if (!(error instanceof BadChoice)) throw error;
      const kept = error.field === 'q' ? undefined : provider;
      return showForm(
        res,
        withError(submitted.form, error.field, error.message),
        { ...newPage, provider: kept },
        422,
      );
    }
  });

  const showEdit = async (
    req: Request,
    res: Response,
    sent?: { form: FormState; provider: ProviderBody | undefined; preview?: boolean },
    status = 200,
  ) => {
    const action = await getAction(dependencies, idOf(req));
    const isStale = status === 409;
    await showForm(
      res,
      sent?.form ?? emptyForm(actionFields(action)),
      {
        title: action.title,
        action: `${LIST}/actions/${action.id}`,
        version: sent && !isStale ? versionOf(req.body) : action.version,
        provider: sent ? sent.provider : action.provider,
        preview: sent?.preview ?? false,
        stale: sent && isStale ? differences(sent.form, actionFields(action), labels) : [],
        managed: {
          ...action,
          badge: stateBadges[action.state],
          steps: stepsOf(action),
        },
      },
      status,
    );
  };

  site.get(ONE, agency, (req, res) => showEdit(req, res));

  site.post(ONE, deciding, counted, async (req, res) => {
    const id = idOf(req);
    const submitted = readAction(req.body);
    const { form } = submitted;
    const action = await getAction(dependencies, id);
    const provider =
      submitted.providerId === action.providerId
        ? action.provider
        : await chosenProvider(submitted.providerId);
    const step = asideStep(req);
    if (step) {
      const kept = step === 'change' ? undefined : provider;
      return showEdit(req, res, { form: withoutErrors(form), provider: kept, preview: step === 'preview' });
    }
    if (!submitted.ok) return showEdit(req, res, { form, provider }, 422);
    if (action.state === 'published' && submitted.content.objectives === '') {
      const faulty = withError(
        form,
        'objectifs',
        'L’action est publiée\u00a0: ses objectifs ne peuvent pas être vides.',
      );
      return showEdit(req, res, { form: faulty, provider }, 422);
    }
    try {
      await saveAction(dependencies, { id, version: versionOf(req.body) }, submitted.content);
    } catch (error) {
      if (error instanceof Stale) return showEdit(req, res, { form, provider }, 409);
      if (!(error instanceof BadChoice)) throw error;
      const kept = error.field === 'q' ? undefined : provider;
      return showEdit(req, res, { form: withError(form, error.field, error.message), provider: kept }, 422);
    }
    res.flash('L’action est enregistrée.');
    res.redirect(303, `${LIST}/actions/${id}`);
  });

  site.post(`${ONE}/copier`, deciding, async (req, res) => {
    const id = await copyAction(dependencies, idOf(req));
    res.flash('L’action est copiée, sans ses sessions ni ses documents. Cette copie est un brouillon.');
    res.redirect(303, `${LIST}/actions/${id}`);
  });

  const done: Readonly<Record<Step, string>> = {
    publier: 'L’action est publiée.',
    retirer: 'L’action n’est plus dans le catalogue. Elle redevient un brouillon.',
    archiver: 'L’action est archivée\u00a0: elle ne paraît plus que dans l’historique.',
    desarchiver: 'L’action sort des archives. C’est un brouillon\u00a0: publiez-la quand elle est prête.',
  };
  for (const step of Object.keys(done) as Step[]) {
    site.post(`${ONE}/${step}`, deciding, async (req, res) => {
      const { id, live } = await changeState(dependencies, idOf(req), step);
      const stay =
        step === 'retirer' && live > 0
          ? ` ${plural(live, 'demande reste', 'demandes restent')} en cours dans ses sessions.`
          : '';
      res.flash(done[step] + stay, stay ? 'warning' : 'success');
      res.redirect(303, `${LIST}/actions/${id}`);
    });
  }

  return site;
}
