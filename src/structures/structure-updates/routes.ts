import { actorOf } from '#access/actor.ts';
import { referentOfStructure } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { FormRefused, formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, firstOf } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { structureKinds } from '../people/kinds.ts';
import { fieldLabels, fingerprintOf, inWords, type StructureValues } from './rules.ts';
import { readUpdate } from './schemas.ts';
import { getUpdatePage, requestUpdate, withdrawUpdate } from './service.ts';

const PAGE = '/mes-structures/:structureId/mise-a-jour';

/** « Demander une mise à jour » of a structure's data (domain.md §4). */
export function structureUpdatesSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  formPage(site, PAGE, referentOfStructure, {
    load: (req) => getUpdatePage(dependencies, idParam(req, 'structureId')),
    read: ({ body }, { structure }) => readUpdate(body, structure.values),
    show: ({ res, loaded: { structure, isClosed, pending }, form = emptyForm(filledIn(structure.values)) }) =>
      render(res, 'structures/structure-updates/request', {
        title: `Mise à jour\u00a0: ${structure.name}`,
        section: 'structures',
        structure,
        isClosed,
        pending,
        form,
        seen: fingerprintOf(structure.values),
        kinds: Object.entries(structureKinds).map(([value, label]) => ({ value, label })),
        fieldLabels,
        inWords,
      }),
    async submit({ req, loaded: { structure }, data }) {
      const outcome = await requestUpdate(dependencies, {
        structureId: idParam(req, 'structureId'),
        person: actorOf(req),
        ...data,
        seen: firstOf(req.body.seen),
      });
      if (outcome !== 'taken') throw new FormRefused('name', PROBLEMS[outcome]);
      return {
        to: '/mes-structures',
        flash: `La demande de mise à jour de ${structure.name} est envoyée. Vous recevrez la décision par e-mail.`,
      };
    },
  });

  site.post(`${PAGE}/:updateId/retirer`, referentOfStructure, async (req, res) => {
    const structureId = idParam(req, 'structureId');
    await withdrawUpdate(dependencies, {
      structureId,
      requestId: idParam(req, 'updateId'),
      person: actorOf(req),
    });
    res.flash('La demande de mise à jour est retirée. Rien n’a été changé.');
    res.redirect(303, `/mes-structures/${structureId}/mise-a-jour`);
  });

  return site;
}

const PROBLEMS = {
  nothing: 'Rien n’est différent de la liste\u00a0: modifiez au moins un renseignement.',
  outdated:
    'La liste a changé depuis l’ouverture de cette page\u00a0: comparez avec «\u00a0Aujourd’hui dans la liste\u00a0», puis envoyez de nouveau.',
} as const;

const filledIn = (values: StructureValues): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([field, value]) => [field, value ?? '']));
