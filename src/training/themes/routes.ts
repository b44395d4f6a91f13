import type { Request, Response } from 'express';
import { z } from 'zod';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { plural } from '#platform/french/words.ts';
import { differences, LabelTaken, versionOf } from '#platform/versions.ts';
import { rowId, text } from '#platform/web/forms/fields.ts';
import { formPage, saidAt } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { addTheme, editTheme, getTheme, listThemes, mergeTheme, moveTheme, removeTheme } from './service.ts';

const LIST = '/agence/catalogue/themes';
const ONE = `${LIST}/:themeId`;
const deciding = recentlyConfirmed(agency);
const themeForm = z.object({ label: text('Donnez un nom au thème.', 80) });
const mergeForm = z.object({ vers: rowId('Choisissez le thème qui reste.') });

/** « Thèmes »: their names and their order; one that is used is not deleted but joined to another. */
export function themesSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const idOf = (req: Request) => idParam(req, 'themeId');

  formPage(site, LIST, [agency, deciding], {
    read: ({ body }) => readForm(themeForm, body),
    show: async ({ res, form = emptyForm() }) =>
      render(res, 'training/themes/list', {
        title: 'Thèmes',
        section: 'agency',
        list: LIST,
        form,
        themes: await listThemes(dependencies),
      }),
    async submit({ data: { label } }) {
      await addTheme(dependencies, label).catch(saidAt('label', LabelTaken));
      return { to: LIST, flash: `Le thème «\u00a0${label}\u00a0» est ajouté.` };
    },
  });

  const showEdit = async (req: Request, res: Response, form?: FormState, isStale = false) => {
    const id = idOf(req);
    const themes = await listThemes(dependencies);
    const theme = themes.find((one) => one.id === id) ?? (await getTheme(dependencies, id));
    render(res, 'training/themes/form', {
      title: `Thème «\u00a0${theme.label}\u00a0»`,
      section: 'agency',
      list: LIST,
      theme,
      others: themes.filter((one) => one.id !== id).map((one) => ({ value: one.id, label: one.label })),
      form: form ?? emptyForm({ label: theme.label }),
      version: form && !isStale ? versionOf(req.body) || theme.version : theme.version,
      isStale,
      stale: form && isStale ? differences(form, { label: theme.label }, { label: 'Nom' }) : [],
    });
  };

  formPage(site, ONE, [agency, deciding], {
    read: ({ body }) => readForm(themeForm, body),
    show: ({ req, res, form, isStale }) => showEdit(req, res, form, isStale),
    async submit({ req, data: { label } }) {
      const key = { id: idOf(req), version: versionOf(req.body) };
      await editTheme(dependencies, key, label).catch(saidAt('label', LabelTaken));
      return { to: LIST, flash: `Le thème «\u00a0${label}\u00a0» est enregistré.` };
    },
  });

  site.post(`${ONE}/reunir`, deciding, async (req, res) => {
    const submitted = readForm(mergeForm, req.body);
    const { label } = await getTheme(dependencies, idOf(req));
    if (!submitted.ok) {
      const { values, errors } = submitted.form;
      return showEdit(req, res.status(422), { values: { ...values, label }, errors });
    }
    const { into, actions } = await mergeTheme(dependencies, idOf(req), submitted.data.vers);
    res.flash(
      `«\u00a0${label}\u00a0» est réuni à «\u00a0${into.label}\u00a0», avec ${plural(actions, 'action')}.`,
    );
    res.redirect(303, LIST);
  });

  for (const [step, by] of [['monter', -1] as const, ['descendre', 1] as const]) {
    site.post(`${ONE}/${step}`, deciding, async (req, res) => {
      const id = idOf(req);
      await moveTheme(dependencies, id, by);
      res.flash('L’ordre des thèmes est enregistré.');
      res.redirect(303, `${LIST}#theme-${id}`);
    });
  }

  site.post(`${ONE}/supprimer`, deciding, async (req, res) => {
    await removeTheme(dependencies, idOf(req));
    res.flash('Le thème est supprimé.');
    res.redirect(303, LIST);
  });

  return site;
}
