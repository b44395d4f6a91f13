import { z } from 'zod';
import { keepsCatalogue, rafaelSeatOf } from '#access/rafael.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { longText } from '#platform/web/forms/fields.ts';
import { FormRefused, formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { actionForm, offerForm, sessionForm } from '../forms/levels.ts';
import { ownOfAction } from '../project/own.ts';
import { addressesOf, freeNumber, newLevel } from './formation.ts';
import { keeperOf, levelPage } from './level-page.ts';
import { periodOf } from './presentation.ts';
import { endSession, sessionOf } from './publication.ts';
import type { CatalogueFormation, KeptAction, KeptSession } from './repository.ts';
import { findChoices } from './repository.ts';
import { addOffer, beginOffer, changeOffer, getFormation, withLevel } from './service.ts';

const CATALOGUE = '/rafaelpro/catalogue';
const back = (formation: CatalogueFormation) => ({
  href: addressesOf.offer(formation.id),
  label: formation.title || formation.number,
});
const reasonForm = z.object({ motif: longText('Dites pourquoi la session est annulée.', 500) });

/** The forms of a formation, its actions and its sessions. */
export function levelsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const { db, clock } = dependencies;
  const plain = { programmes: undefined, session: undefined };

  levelPage(site, `${CATALOGUE}/formations/nouvelle`, {
    form: offerForm,
    load: (_req, { structureId }) => beginOffer(dependencies, structureId),
    level: (offer) => offer,
    version: () => 0,
    page: () => ({
      ...plain,
      title: 'Nouvelle formation',
      about:
        'Elle est d’abord un brouillon, que vous seul voyez. Ajoutez-lui ensuite une action et une session, puis publiez-la.',
      back: { href: CATALOGUE, label: 'Catalogue' },
    }),
    async save({ loaded, keeper, change }) {
      const id = await addOffer(dependencies, keeper, change(loaded));
      return { to: addressesOf.offer(id), flash: 'La formation est ajoutée, en brouillon.' };
    },
  });

  levelPage(site, `${CATALOGUE}/formations/:offerId/modifier`, {
    form: offerForm,
    load: (req, { structureId }) =>
      getFormation(dependencies, structureId, { offerId: idParam(req, 'offerId') }),
    level: ({ lheo }) => lheo,
    version: ({ version }) => version,
    page: (formation) => ({
      ...plain,
      title: 'Modifier la formation',
      about: formation.number,
      back: back(formation),
    }),
    async save({ loaded, keeper, version, change }) {
      await changeOffer(dependencies, keeper, {
        which: { offerId: loaded.id },
        version,
        change: (levels) => withLevel(levels, {}, change),
      });
      return { to: addressesOf.offer(loaded.id), flash: 'La formation est enregistrée.' };
    },
  });

  const programmesFor = async (structureId: number, chosen: string) => {
    const { programmes } = await findChoices(db, structureId, parisDay(clock.now()).toString());
    return programmes
      .filter(({ isOpen, code }) => isOpen || code === chosen)
      .map(({ code, label, isOpen }) => ({ value: code, label: isOpen ? label : `${label} (fermé)` }));
  };

  levelPage(site, `${CATALOGUE}/formations/:offerId/actions/nouvelle`, {
    form: actionForm,
    async load(req, { structureId }) {
      const formation = await getFormation(dependencies, structureId, { offerId: idParam(req, 'offerId') });
      const number = freeNumber(
        formation.number,
        formation.actions.map((one) => one.number),
      );
      return { formation, number, programmes: await programmesFor(structureId, '') };
    },
    level: ({ number }) => newLevel('action', number),
    version: ({ formation }) => formation.version,
    page: ({ formation, programmes }) => ({
      title: 'Nouvelle action',
      about: 'Une façon de suivre la formation : en un lieu, pour un public, avec un financement.',
      back: back(formation),
      programmes,
      session: undefined,
    }),
    async save({ loaded: { formation, number, programmes }, keeper, version, change, data }) {
      refuseUnknown(programmes, data.programme);
      await changeOffer(dependencies, keeper, {
        which: { offerId: formation.id },
        version,
        change: (levels) => withLevel(levels, { action: number }, change),
      });
      return { to: addressesOf.offer(formation.id), flash: 'L’action est ajoutée. Ajoutez-lui une session.' };
    },
  });

  levelPage(site, `${CATALOGUE}/actions/:actionId`, {
    form: actionForm,
    async load(req, { structureId }) {
      const actionId = idParam(req, 'actionId');
      const formation = await getFormation(dependencies, structureId, { actionId });
      const action = formation.actions.find(({ id }) => id === actionId) as KeptAction;
      return {
        formation,
        action,
        programmes: await programmesFor(structureId, ownOfAction(action.lheo).programme),
      };
    },
    level: ({ action }) => action.lheo,
    version: ({ formation }) => formation.version,
    page: ({ formation, action, programmes }) => ({
      title: 'Modifier l’action',
      about: action.number,
      back: back(formation),
      programmes,
      session: undefined,
    }),
    async save({ loaded: { formation, action, programmes }, keeper, version, change, data }) {
      refuseUnknown(programmes, data.programme);
      await changeOffer(dependencies, keeper, {
        which: { actionId: action.id },
        version,
        change: (levels) => withLevel(levels, { action: action.number }, change),
      });
      return { to: addressesOf.offer(formation.id), flash: 'L’action est enregistrée.' };
    },
  });

  levelPage(site, `${CATALOGUE}/actions/:actionId/sessions/nouvelle`, {
    form: sessionForm,
    hasMeetings: true,
    async load(req, { structureId }) {
      const actionId = idParam(req, 'actionId');
      const formation = await getFormation(dependencies, structureId, { actionId });
      const action = formation.actions.find(({ id }) => id === actionId) as KeptAction;
      return {
        formation,
        action,
        number: freeNumber(
          action.number,
          action.sessions.map((one) => one.number),
        ),
      };
    },
    level: ({ number }) => newLevel('session', number),
    version: ({ formation }) => formation.version,
    page: ({ formation }) => ({
      title: 'Nouvelle session',
      about: '',
      back: back(formation),
      programmes: undefined,
      session: { held: 0, mayEnd: false, href: '' },
    }),
    async save({ loaded: { formation, action, number }, keeper, version, change }) {
      await changeOffer(dependencies, keeper, {
        which: { actionId: action.id },
        version,
        change: (levels) => withLevel(levels, { action: action.number, session: number }, change),
      });
      return { to: addressesOf.offer(formation.id), flash: 'La session est ajoutée.' };
    },
  });

  const loadSession = async (structureId: number, sessionId: number) => {
    const formation = await getFormation(dependencies, structureId, { sessionId });
    const session: KeptSession = sessionOf(formation, sessionId);
    const action = formation.actions.find(({ sessions }) => sessions.includes(session)) as KeptAction;
    return { formation, action, session };
  };

  levelPage(site, `${CATALOGUE}/sessions/:sessionId`, {
    form: sessionForm,
    hasMeetings: true,
    load: (req, { structureId }) => loadSession(structureId, idParam(req, 'sessionId')),
    level: ({ session }) => session.lheo,
    version: ({ formation }) => formation.version,
    page: ({ formation, session }) => ({
      title: 'Modifier la session',
      about: session.number,
      back: back(formation),
      programmes: undefined,
      session: {
        held: session.seatsHeld,
        mayEnd: session.state === 'open',
        href: addressesOf.session(session.id),
      },
    }),
    async save({ loaded: { formation, action, session }, keeper, version, change, data }) {
      const places = data.places as number | null;
      if (places !== null && places < session.seatsHeld) {
        throw new FormRefused(
          'places',
          `${plural(session.seatsHeld, 'place est prise', 'places sont prises')}\u00a0: il ne peut pas y en avoir moins.`,
        );
      }
      await changeOffer(dependencies, keeper, {
        which: { sessionId: session.id },
        version,
        change: (levels) => withLevel(levels, { action: action.number, session: session.number }, change),
      });
      return { to: addressesOf.offer(formation.id), flash: 'La session est enregistrée.' };
    },
  });

  formPage(site, `${CATALOGUE}/sessions/:sessionId/annuler`, keepsCatalogue, {
    load: (req) => loadSession(rafaelSeatOf(req).structureId, idParam(req, 'sessionId')),
    read: ({ body }) => readForm(reasonForm, body),
    show: ({ res, loaded: { formation, session }, form = emptyForm() }) =>
      render(res, 'rafael/offers/cancel', {
        title: 'Annuler la session',
        section: 'rafael-catalogue',
        form,
        formation: formation.title,
        period: periodOf(session.lheo),
        held: session.seatsHeld + session.waiting,
        back: addressesOf.session(session.id),
      }),
    async submit({ req, loaded: { session }, data }) {
      const formation = await endSession(dependencies, keeperOf(req), { sessionId: session.id }, data.motif);
      return { to: addressesOf.offer(formation.id), flash: 'La session est annulée.' };
    },
  });

  site.post(`${CATALOGUE}/sessions/:sessionId/archiver`, keepsCatalogue, async (req, res) => {
    const formation = await endSession(
      dependencies,
      keeperOf(req),
      { sessionId: idParam(req, 'sessionId') },
      null,
    );
    res.flash('La session est archivée.');
    res.redirect(303, addressesOf.offer(formation.id));
  });

  return site;
}

function refuseUnknown(programmes: readonly { value: string }[], chosen: unknown): void {
  if (chosen && !programmes.some(({ value }) => value === chosen)) {
    throw new FormRefused('programme', 'Ce programme n’est pas, ou plus, dans la liste.');
  }
}
