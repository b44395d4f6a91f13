import type { Request, Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { type PageOf, render } from '#platform/web/views/render.ts';
import type { RequestKind } from '../request.ts';
import { templateForm } from './schemas.ts';
import {
  addTemplate,
  editTemplate,
  getTemplate,
  listTemplates,
  moveTemplate,
  removeTemplate,
} from './service.ts';

const LIST = '/agence/modeles';
const ONE = `${LIST}/:templateId`;
const deciding = recentlyConfirmed(agency);

/** « Modèles de réponse »: the reasons that the agency writes once, inbox by inbox. */
export function replyTemplatesSite(dependencies: Dependencies, inboxes: readonly RequestKind[]): GatedRouter {
  const site = gatedRouter();
  const idOf = (req: Request) => idParam(req, 'templateId');
  const titleOf = (kind: string) => inboxes.find((inbox) => inbox.kind === kind)?.title ?? '';

  site.get(LIST, agency, async (_req, res) => {
    const templates = await listTemplates(dependencies);
    render(res, 'requests/reply-templates/list', {
      title: 'Modèles de réponse',
      section: 'agency',
      groups: inboxes.map(({ kind, title }) => ({
        kind,
        title,
        templates: templates.filter((one) => one.kind === kind),
      })),
    });
  });

  const showForm = (
    res: Response,
    page: Omit<PageOf<'requests/reply-templates/form'>, 'section' | 'list' | 'form'>,
    form: FormState,
  ) => render(res, 'requests/reply-templates/form', { section: 'agency', list: LIST, form, ...page });

  const inboxOf = (kind: string): RequestKind => {
    const inbox = inboxes.find((one) => one.kind === kind);
    if (!inbox) throw new NotFound();
    return inbox;
  };
  const showNew = (res: Response, { kind, title }: RequestKind, form: FormState) =>
    showForm(res, { title: 'Nouveau modèle', file: title, kind, action: LIST }, form);

  site.get(`${LIST}/nouveau`, agency, (req, res) =>
    showNew(res, inboxOf(firstOf(req.query.demandes as string)), emptyForm()),
  );

  site.post(LIST, deciding, async (req, res) => {
    const inbox = inboxOf(firstOf(req.body.demandes));
    const submitted = readForm(templateForm, req.body);
    if (!submitted.ok) return showNew(res.status(422), inbox, submitted.form);
    await addTemplate(dependencies, { kind: inbox.kind, ...submitted.data });
    res.flash(`Le modèle «\u00a0${submitted.data.title}\u00a0» est ajouté.`);
    res.redirect(303, LIST);
  });

  formPage(site, ONE, [agency, deciding], {
    load: (req) => getTemplate(dependencies, idOf(req)),
    read: ({ body }) => readForm(templateForm, body),
    show: ({ res, loaded: { id, kind, title, body }, form = emptyForm({ title, body }) }) =>
      showForm(
        res,
        { title: 'Modifier un modèle', file: titleOf(kind), kind, action: `${LIST}/${id}`, templateId: id },
        form,
      ),
    async submit({ loaded: { id }, data }) {
      await editTemplate(dependencies, id, data);
      return { to: LIST, flash: `Le modèle «\u00a0${data.title}\u00a0» est enregistré.` };
    },
  });

  for (const [step, by] of [['monter', -1] as const, ['descendre', 1] as const]) {
    site.post(`${ONE}/${step}`, deciding, async (req, res) => {
      const { id, title } = await moveTemplate(dependencies, idOf(req), by);
      res.flash(`Le modèle «\u00a0${title}\u00a0» est déplacé.`);
      res.redirect(303, `${LIST}#modele-${id}`);
    });
  }

  site.get(`${ONE}/supprimer`, agency, async (req, res) => {
    const { id, kind, title, body } = await getTemplate(dependencies, idOf(req));
    render(res, 'requests/reply-templates/remove', {
      title: `Supprimer le modèle «\u00a0${title}\u00a0»`,
      section: 'agency',
      file: titleOf(kind),
      body,
      page: `${LIST}/${id}`,
    });
  });

  site.post(`${ONE}/supprimer`, deciding, async (req, res) => {
    await removeTemplate(dependencies, idOf(req));
    res.flash('Le modèle est supprimé.');
    res.redirect(303, LIST);
  });

  return site;
}
