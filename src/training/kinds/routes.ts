import type { Request, Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { differences, LabelTaken, Stale, versionOf } from '#platform/versions.ts';
import { formPage, saidAt } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { type PageOf, render } from '#platform/web/views/render.ts';
import { approvalChoices, approvalLabels, countInWords } from './rules.ts';
import { kindFields, kindForm, kindLabels, kindRulesOf } from './schemas.ts';
import { addKind, getKind, listKinds, moveKind, previewKind, removeKind, saveKind } from './service.ts';

const LIST = '/agence/catalogue/types';
const ONE = `${LIST}/:typeId`;
const deciding = recentlyConfirmed(agency);

type KindPage = Pick<
  PageOf<'training/kinds/form'>,
  'title' | 'action' | 'version' | 'mayDelete' | 'isStale' | 'stale'
>;

/** « Types d’action »: their names, their order and their rules (domain.md §6). */
export function kindsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const idOf = (req: Request) => idParam(req, 'typeId');

  site.get(LIST, agency, async (_req, res) => {
    render(res, 'training/kinds/list', {
      title: 'Types d’action',
      section: 'agency',
      list: LIST,
      kinds: await listKinds(dependencies),
      approvalLabels,
      countInWords,
    });
  });

  const showForm = (res: Response, form: FormState, page: KindPage) =>
    render(res, 'training/kinds/form', {
      section: 'agency',
      list: LIST,
      form,
      labels: kindLabels,
      approvals: approvalChoices.map((value) => ({ value, label: approvalLabels[value] })),
      ...page,
    });

  const showNew = (res: Response, form: FormState) =>
    showForm(res, form, {
      title: 'Nouveau type d’action',
      action: LIST,
      version: 0,
      mayDelete: false,
      isStale: false,
      stale: [],
    });

  site.get(`${LIST}/nouveau`, agency, (_req, res) =>
    showNew(res, emptyForm({ acces: 'reserve', total: '1', validations: 'employeur_et_prestataire' })),
  );

  site.post(LIST, deciding, async (req, res) => {
    const submitted = readForm(kindForm, req.body);
    if (!submitted.ok) return showNew(res.status(422), submitted.form);
    try {
      await addKind(dependencies, { label: submitted.data.label, ...kindRulesOf(submitted.data) });
    } catch (error) {
      if (!(error instanceof LabelTaken)) throw error;
      return showNew(res.status(422), withError(submitted.form, 'label', error.message));
    }
    res.flash(`Le type «\u00a0${submitted.data.label}\u00a0» est ajouté.`);
    res.redirect(303, LIST);
  });

  formPage(site, ONE, [agency, deciding], {
    load: (req) => getKind(dependencies, idOf(req)),
    read: ({ body }) => readForm(kindForm, body),
    show: ({ req, res, loaded: kind, form, isStale }) =>
      showForm(res, form ?? emptyForm(kindFields(kind)), {
        title: 'Modifier un type d’action',
        action: `${LIST}/${kind.id}`,
        version: form && !isStale ? versionOf(req.body) : kind.version,
        mayDelete: kind.actions === 0,
        isStale,
        stale: form && isStale ? differences(form, kindFields(kind), kindLabels) : [],
      }),
    async submit({ req, res, loaded: kind, data, form, again }) {
      const { id } = kind;
      const { label } = data;
      const version = versionOf(req.body);
      const step = firstOf(req.body.etape);
      if (step === 'modifier') return again();
      if (version !== kind.version) throw new Stale();
      const rules = kindRulesOf(data);
      const changes = step === 'confirmer' ? [] : await previewKind(dependencies, id, rules);
      if (changes.length > 0) {
        return render(res, 'training/confirm', {
          title: `Vérifier «\u00a0${label}\u00a0»`,
          section: 'agency',
          form,
          version,
          action: `${LIST}/${id}`,
          changes,
          note: 'Les nouvelles règles valent dès l’enregistrement.',
        });
      }
      await saveKind(dependencies, { id, version }, { label, ...rules }).catch(saidAt('label', LabelTaken));
      return { to: LIST, flash: `Le type «\u00a0${label}\u00a0» est enregistré.` };
    },
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
