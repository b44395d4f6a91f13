import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay } from '#platform/french/time.ts';
import { Stale } from '#platform/versions.ts';
import type { Option } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { addressesOf, placeInWords } from '../catalogue/presentation.ts';
import { type CatalogueFormation, findBody, findChoices } from '../catalogue/repository.ts';
import { addOffer, changeOffer, withAction } from '../catalogue/service.ts';
import { actionParts } from '../forms/levels/action.ts';
import { formationParts } from '../forms/levels/formation.ts';
import { ownOfAction } from '../project/own.ts';
import { actionOf } from './ending.ts';
import { levelPage } from './level-page.ts';
import { freeNumber, newAction, newOffer } from './levels.ts';
import { ourFormation } from './ours.ts';

const CATALOGUE = '/rafaelpro/catalogue';

/** The way back to the page of a formation. */
export const backTo = ({ id, title, number }: CatalogueFormation) => ({
  href: addressesOf.offer(id),
  label: title || number,
});

/** The forms of a formation and of its actions. */
export function offerFormsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const { db, clock } = dependencies;

  levelPage(dependencies, site, `${CATALOGUE}/formations/nouvelle`, {
    parts: formationParts,
    load: async (_req, { structureId }) => ({
      level: newOffer('', await findBody(db, structureId)),
      version: 0,
      isPublished: false,
    }),
    page: () => ({
      title: 'Nouvelle formation',
      about:
        'Elle est d’abord un brouillon, que votre organisme seul voit. Ajoutez-lui ensuite une action et une session, puis publiez-la.',
      back: { href: CATALOGUE, label: 'Catalogue' },
      session: undefined,
    }),
    async save({ keeper, change }) {
      const id = await addOffer(dependencies, keeper, async (trx, number) =>
        change(newOffer(number, await findBody(trx, keeper.structureId))),
      );
      return {
        to: addressesOf.offer(id),
        flash: 'La formation est ajoutée, en brouillon. Ajoutez-lui une action.',
      };
    },
  });

  levelPage(dependencies, site, `${CATALOGUE}/formations/:offerId/modifier`, {
    parts: formationParts,
    async load(req) {
      const formation = await ourFormation(dependencies, req, { offerId: idParam(req, 'offerId') });
      return { ...loaded(formation), formation, level: formation.lheo };
    },
    page: ({ formation }) => ({
      title: 'Modifier la formation',
      about: `Numéro ${formation.number}`,
      back: backTo(formation),
      session: undefined,
    }),
    async save({ loaded: { formation }, keeper, version, change }) {
      await changeOffer(dependencies, keeper, {
        which: { offerId: formation.id },
        version,
        change: (levels) => ({ ...levels, offer: change(levels.offer) }),
      });
      return { to: addressesOf.offer(formation.id), flash: 'La formation est enregistrée.' };
    },
  });

  levelPage(dependencies, site, `${CATALOGUE}/formations/:offerId/actions/nouvelle`, {
    parts: actionParts,
    async load(req, { structureId }) {
      const formation = await ourFormation(dependencies, req, { offerId: idParam(req, 'offerId') });
      return {
        ...loaded(formation),
        formation,
        level: newAction(freeNumber(formation.number, formation.numbers), await findBody(db, structureId)),
        choices: { programme: await programmesFor(db, clock.now(), structureId, '') },
      };
    },
    page: ({ formation }) => ({
      title: 'Nouvelle action',
      about: 'Une façon de suivre la formation\u00a0: en un lieu, pour un public, avec un financement.',
      back: backTo(formation),
      session: undefined,
    }),
    async save({ loaded: { formation, level }, keeper, version, change }) {
      await changeOffer(dependencies, keeper, {
        which: { offerId: formation.id },
        version,
        change(levels, before) {
          // Two who add one at once would give it the same number.
          if (before.numbers.includes(level.attributes?.numero ?? '')) throw new Stale();
          return { ...levels, actions: [...levels.actions, { action: change(level), sessions: [] }] };
        },
      });
      return { to: addressesOf.offer(formation.id), flash: 'L’action est ajoutée. Ajoutez-lui une session.' };
    },
  });

  levelPage(dependencies, site, `${CATALOGUE}/actions/:actionId`, {
    parts: actionParts,
    async load(req, { structureId }) {
      const actionId = idParam(req, 'actionId');
      const formation = await ourFormation(dependencies, req, { actionId });
      const action = actionOf(formation, actionId);
      const { programme } = ownOfAction(action.lheo);
      return {
        ...loaded(formation),
        formation,
        action,
        level: action.lheo,
        choices: { programme: await programmesFor(db, clock.now(), structureId, programme) },
      };
    },
    page: ({ formation, action }) => ({
      title: 'Modifier l’action',
      about: `${placeInWords(action.lheo)}, numéro ${action.number}`,
      back: backTo(formation),
      session: undefined,
    }),
    async save({ loaded: { formation, action }, keeper, version, change }) {
      await changeOffer(dependencies, keeper, {
        which: { actionId: action.id },
        version,
        change: (levels) =>
          withAction(levels, action.number, (one) => ({ ...one, action: change(one.action) })),
      });
      return { to: addressesOf.offer(formation.id), flash: 'L’action est enregistrée.' };
    },
  });

  return site;
}

/** What every form of a formation loads of it. */
export const loaded = ({ version, state }: CatalogueFormation) => ({
  version,
  isPublished: state === 'published',
});

/** The programmes that are open, and the one that is chosen already. */
async function programmesFor(db: Knex, now: Date, structureId: number, chosen: string): Promise<Option[]> {
  const { programmes } = await findChoices(db, structureId, parisDay(now).toString());
  return programmes
    .filter(({ isOpen, code }) => isOpen || code === chosen)
    .map(({ code, label, isOpen }) => ({ value: code, label: isOpen ? label : `${label} (fermé)` }));
}
