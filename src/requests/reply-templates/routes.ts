import type { Request, Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
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
    res.render('requests/reply-templates/list', {
      title: 'Modèles de réponse',
      section: 'agency',
      groups: inboxes.map(({ kind, title }) => ({
        kind,
        title,
        templates: templates.filter((one) => one.kind === kind),
      })),
    });
  });

  const showForm = (res: Response, page: object, form: FormState, status = 200) =>
    res
      .status(status)
      .render('requests/reply-templates/form', { section: 'agency', list: LIST, form, ...page });

  const inboxOf = (kind: string): RequestKind => {
    const inbox = inboxes.find((one) => one.kind === kind);
    if (!inbox) throw new NotFound();
    return inbox;
  };
  const showNew = (res: Response, { kind, title }: RequestKind, form: FormState, status = 200) =>
    showForm(
      res,
      { title: 'Nouveau modèle', file: title, kind, action: LIST, templateId: undefined },
      form,
      status,
    );

  site.get(`${LIST}/nouveau`, agency, (req, res) =>
    showNew(res, inboxOf(firstOf(req.query.demandes as string)), emptyForm()),
  );

  site.post(LIST, deciding, async (req, res) => {
    const inbox = inboxOf(firstOf(req.body.demandes));
    const submitted = readForm(templateForm, req.body);
    if (!submitted.ok) return showNew(res, inbox, submitted.form, 422);
    await addTemplate(dependencies, { kind: inbox.kind, ...submitted.data });
    res.flash(`Le modèle «\u00a0${submitted.data.title}\u00a0» est ajouté.`);
    res.redirect(303, LIST);
  });

  const showEdit = async (req: Request, res: Response, form?: FormState, status = 200) => {
    const { id, kind, title, body } = await getTemplate(dependencies, idOf(req));
    showForm(
      res,
      { title: 'Modifier un modèle', file: titleOf(kind), kind, action: `${LIST}/${id}`, templateId: id },
      form ?? emptyForm({ title, body }),
      status,
    );
  };

  site.get(ONE, agency, (req, res) => showEdit(req, res));

  site.post(ONE, deciding, async (req, res) => {
    const submitted = readForm(templateForm, req.body);
    if (!submitted.ok) return showEdit(req, res, submitted.form, 422);
    await editTemplate(dependencies, idOf(req), submitted.data);
    res.flash(`Le modèle «\u00a0${submitted.data.title}\u00a0» est enregistré.`);
    res.redirect(303, LIST);
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
    res.render('requests/reply-templates/remove', {
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
