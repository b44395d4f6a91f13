import type { Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay } from '#platform/french/time.ts';
import { differences, versionOf } from '#platform/versions.ts';
import { formPage, saidAt } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { type PageOf, render } from '#platform/web/views/render.ts';
import { periodInWords, programmeFields, programmeForm, programmeLabels, programmeOf } from './schemas.ts';
import {
  addProgramme,
  CodeTaken,
  getProgramme,
  isOpenOn,
  listProgrammes,
  removeProgramme,
  saveProgramme,
} from './service.ts';

/** Where the agency keeps them. */
export const PROGRAMMES = '/agence/rafaelpro/programmes';
const ONE = `${PROGRAMMES}/:programmeId`;
const deciding = recentlyConfirmed(agency);

type FormPage = Pick<
  PageOf<'rafael/programmes/form'>,
  'title' | 'action' | 'version' | 'mayDelete' | 'isStale' | 'stale'
>;

/** « Programmes » of RafaelPro: what the agency buys or pays for, which training bodies choose for their actions. */
export function programmesSite(dependencies: Dependencies): GatedRouter {
  const { clock } = dependencies;
  const site = gatedRouter();

  site.get(PROGRAMMES, agency, async (_req, res) => {
    const today = parisDay(clock.now()).toString();
    const programmes = await listProgrammes(dependencies);
    render(res, 'rafael/programmes/list', {
      title: 'Programmes',
      section: 'agency',
      list: PROGRAMMES,
      programmes: programmes.map((one) => ({
        ...one,
        period: periodInWords(one),
        isOpen: isOpenOn(one, today),
      })),
    });
  });

  const showForm = (res: Response, form: FormState, page: FormPage) =>
    render(res, 'rafael/programmes/form', {
      section: 'agency',
      list: PROGRAMMES,
      form,
      labels: programmeLabels,
      ...page,
    });

  formPage(site, `${PROGRAMMES}/nouveau`, [agency, deciding], {
    read: ({ body }) => readForm(programmeForm, body),
    show: ({ res, form = emptyForm({ prescription: '1' }) }) =>
      showForm(res, form, {
        title: 'Nouveau programme',
        action: `${PROGRAMMES}/nouveau`,
        version: 0,
        mayDelete: false,
        isStale: false,
        stale: [],
      }),
    async submit({ data }) {
      await addProgramme(dependencies, programmeOf(data)).catch(saidAt('code', CodeTaken));
      return { to: PROGRAMMES, flash: `Le programme «\u00a0${data.nom}\u00a0» est ajouté.` };
    },
  });

  formPage(site, ONE, [agency, deciding], {
    load: (req) => getProgramme(dependencies, idParam(req, 'programmeId')),
    read: ({ body }) => readForm(programmeForm, body),
    show: ({ req, res, loaded: programme, form, isStale }) =>
      showForm(res, form ?? emptyForm(programmeFields(programme)), {
        title: 'Modifier un programme',
        action: `${PROGRAMMES}/${programme.id}`,
        version: form && !isStale ? versionOf(req.body) : programme.version,
        mayDelete: programme.actions === 0,
        isStale,
        stale:
          form && isStale
            ? differences(form, programmeFields(programme), programmeLabels, (name, value) =>
                name === 'prescription' ? (value ? 'Oui' : 'Non') : value,
              )
            : [],
      }),
    async submit({ req, loaded: { id }, data }) {
      const key = { id, version: versionOf(req.body) };
      await saveProgramme(dependencies, key, programmeOf(data)).catch(saidAt('code', CodeTaken));
      return { to: PROGRAMMES, flash: `Le programme «\u00a0${data.nom}\u00a0» est enregistré.` };
    },
  });

  site.post(`${ONE}/supprimer`, deciding, async (req, res) => {
    await removeProgramme(dependencies, idParam(req, 'programmeId'));
    res.flash('Le programme est supprimé.');
    res.redirect(303, PROGRAMMES);
  });

  return site;
}
