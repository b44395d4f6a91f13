import type { Request, Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { differences, LabelTaken, Stale, versionOf } from '#platform/versions.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { approvalChoices, approvalLabels } from './rules.ts';
import { kindFields, kindForm, kindLabels, kindRulesOf } from './schemas.ts';
import { addKind, getKind, listKinds, moveKind, previewKind, removeKind, saveKind } from './service.ts';

const LIST = '/agence/catalogue/types';
const ONE = `${LIST}/:typeId`;
const deciding = recentlyConfirmed(agency);

/** « Types d’action »: their names, their order and their rules (domain.md §6). */
export function kindsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const idOf = (req: Request) => idParam(req, 'typeId');

  site.get(LIST, agency, async (_req, res) => {
    res.render('training/kinds/list', {
      title: 'Types d’action',
      section: 'agency',
      list: LIST,
      kinds: await listKinds(dependencies),
      approvalLabels,
    });
  });

  const showForm = (res: Response, form: FormState, page: object, status = 200) =>
    res.status(status).render('training/kinds/form', {
      section: 'agency',
      list: LIST,
      form,
      stale: [],
      isStale: false,
      labels: kindLabels,
      approvals: approvalChoices.map((value) => ({ value, label: approvalLabels[value] })),
      ...page,
    });

  const showNew = (res: Response, form: FormState, status = 200) =>
    showForm(
      res,
      form,
      { title: 'Nouveau type d’action', action: LIST, version: 0, mayDelete: false },
      status,
    );

  site.get(`${LIST}/nouveau`, agency, (_req, res) =>
    showNew(res, emptyForm({ acces: 'reserve', total: '1', validations: 'employeur_et_prestataire' })),
  );

  site.post(LIST, deciding, async (req, res) => {
    const submitted = readForm(kindForm, req.body);
    if (!submitted.ok) return showNew(res, submitted.form, 422);
    try {
      await addKind(dependencies, { label: submitted.data.label, ...kindRulesOf(submitted.data) });
    } catch (error) {
      if (!(error instanceof LabelTaken)) throw error;
      return showNew(res, withError(submitted.form, 'label', error.message), 422);
    }
    res.flash(`Le type «\u00a0${submitted.data.label}\u00a0» est ajouté.`);
    res.redirect(303, LIST);
  });

  const showEdit = async (req: Request, res: Response, form?: FormState, status = 200) => {
    const kind = await getKind(dependencies, idOf(req));
    const isStale = status === 409;
    showForm(
      res,
      form ?? emptyForm(kindFields(kind)),
      {
        title: 'Modifier un type d’action',
        action: `${LIST}/${kind.id}`,
        version: form && !isStale ? versionOf(req.body) : kind.version,
        mayDelete: kind.actions === 0,
        isStale,
        stale: form && isStale ? differences(form, kindFields(kind), kindLabels) : [],
      },
      status,
    );
  };

  site.get(ONE, agency, (req, res) => showEdit(req, res));

  site.post(ONE, deciding, async (req, res) => {
    const id = idOf(req);
    const version = versionOf(req.body);
    const submitted = readForm(kindForm, req.body);
    const step = firstOf(req.body.etape);
    if (!submitted.ok) return showEdit(req, res, submitted.form, 422);
    if (step === 'modifier') return showEdit(req, res, emptyForm(submitted.form.values));
    const rules = kindRulesOf(submitted.data);
    if (version !== (await getKind(dependencies, id)).version) return showEdit(req, res, submitted.form, 409);
    if (step !== 'confirmer') {
      const changes = await previewKind(dependencies, id, rules);
      if (changes.length > 0) {
        return res.render('training/confirm', {
          title: `Vérifier «\u00a0${submitted.data.label}\u00a0»`,
          section: 'agency',
          form: submitted.form,
          version,
          action: `${LIST}/${id}`,
          changes,
          note: 'Les nouvelles règles valent dès l’enregistrement.',
        });
      }
    }
    try {
      await saveKind(dependencies, { id, version }, { label: submitted.data.label, ...rules });
    } catch (error) {
      if (error instanceof Stale) return showEdit(req, res, submitted.form, 409);
      if (!(error instanceof LabelTaken)) throw error;
      return showEdit(req, res, withError(submitted.form, 'label', error.message), 422);
    }
    res.flash(`Le type «\u00a0${submitted.data.label}\u00a0» est enregistré.`);
    res.redirect(303, LIST);
  });

  for (const [step, by] of [['monter', -1] as const, ['descendre', 1] as const]) {
    site.post(`${ONE}/${step}`, deciding, async (req, res) => {
      const id = idOf(req);
      await moveKind(dependencies, id, by);
      res.flash('L’ordre des types est enregistré.');
      res.redirect(303, `${LIST}#type-${id}`);
    });
  }

  site.post(`${ONE}/supprimer`, deciding, async (req, res) => {
    await removeKind(dependencies, idOf(req));
    res.flash('Le type d’action est supprimé.');
    res.redirect(303, LIST);
  });

  return site;
}
