import { z } from 'zod';
import { keepsCatalogue } from '#access/rafael.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { plural } from '#platform/french/words.ts';
import { Stale } from '#platform/versions.ts';
import { longText, parseRowId } from '#platform/web/forms/fields.ts';
import { FormRefused, formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import { addressesOf, periodAsTitle, placeInWords } from '../catalogue/presentation.ts';
import type { KeptAction, KeptSession } from '../catalogue/repository.ts';
import { changeOffer, withAction } from '../catalogue/service.ts';
import { sessionParts } from '../forms/levels/session.ts';
import { projectSession } from '../project/session.ts';
import { numberOf } from '../project/split.ts';
import {
  actionOf,
  archiveAction,
  archiveSession,
  cancelSession,
  mayGo,
  restoreSession,
  sessionOf,
} from './ending.ts';
import { levelPage } from './level-page.ts';
import { copyOfSession, freeNumber, newSession } from './levels.ts';
import { keeperOf, ourFormation, ours } from './ours.ts';
import { backTo, loaded } from './pages.ts';

const CATALOGUE = '/rafaelpro/catalogue';
const ONE = `${CATALOGUE}/sessions/:sessionId`;
const reasonForm = z.object({ motif: longText('Dites pourquoi la session est annulée.', 500) });

/** The forms of sessions, and what ends them. */
export function sessionFormsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const { db } = dependencies;

  levelPage(dependencies, site, `${CATALOGUE}/actions/:actionId/sessions/nouvelle`, {
    parts: sessionParts,
    async load(req) {
      const actionId = idParam(req, 'actionId');
      const formation = await ourFormation(dependencies, req, { actionId });
      const action = actionOf(formation, actionId);
      const copied = action.sessions.find(
        ({ id }) => id === parseRowId(firstOf(req.query.copie as string | undefined)),
      );
      return { ...loaded(formation), formation, action, level: begunSession(action, copied) };
    },
    page: ({ formation, action }) => ({
      title: 'Nouvelle session',
      about: placeInWords(action.lheo),
      back: backTo(formation),
      session: undefined,
    }),
    async save({ loaded: { formation, action, level }, keeper, version, change }) {
      await changeOffer(dependencies, keeper, {
        which: { actionId: action.id },
        version,
        change(levels, before) {
          if (actionOf(before, action.id).numbers.includes(numberOf(level))) throw new Stale();
          return withAction(levels, action.number, (one) => ({
            ...one,
            sessions: [...one.sessions, change(level)],
          }));
        },
      });
      return { to: addressesOf.offer(formation.id), flash: 'La session est ajoutée.' };
    },
  });

  levelPage(dependencies, site, ONE, {
    parts: sessionParts,
    async load(req) {
      const sessionId = idParam(req, 'sessionId');
      const formation = await ourFormation(dependencies, req, { sessionId });
      const found = sessionOf(formation, sessionId);
      return { ...loaded(formation), formation, ...found, level: found.session.lheo };
    },
    page: ({ formation, action, session }) => ({
      title: 'Modifier la session',
      about: `${periodAsTitle(session.lheo)}, ${placeInWords(action.lheo)}`,
      back: backTo(formation),
      session: {
        href: addressesOf.session(session.id),
        copyHref: `${addressesOf.newSession(action.id)}?copie=${session.id}`,
        isCancelled: session.state === 'cancelled',
        reason: session.cancelledReason ?? '',
        held: heldInWords(session),
        mayGo: mayGo(formation, action, session),
      },
    }),
    async save({ loaded: { formation, action, session }, keeper, version, change }) {
      await changeOffer(dependencies, keeper, {
        which: { sessionId: session.id },
        version,
        change: (levels, before) =>
          withAction(levels, action.number, (one) => ({
            ...one,
            sessions: one.sessions.map((level) =>
              numberOf(level) === session.number
                ? notBelow(sessionOf(before, session.id).session, change(level))
                : level,
            ),
          })),
      });
      return { to: addressesOf.offer(formation.id), flash: 'La session est enregistrée.' };
    },
  });

  formPage(site, `${ONE}/annuler`, keepsCatalogue, {
    async load(req) {
      const sessionId = idParam(req, 'sessionId');
      const formation = await ourFormation(dependencies, req, { sessionId });
      return { formation, ...sessionOf(formation, sessionId) };
    },
    read: ({ body }) => readForm(reasonForm, body),
    show: ({ res, loaded: { formation, session }, form = emptyForm() }) =>
      render(res, 'rafael/offers/cancel', {
        title: 'Annuler la session',
        section: 'rafael-catalogue',
        form,
        formation: formation.title || formation.number,
        period: periodAsTitle(session.lheo),
        held: heldInWords(session),
        back: addressesOf.session(session.id),
      }),
    async submit({ req, loaded: { session }, data }) {
      const offerId = await cancelSession(dependencies, keeperOf(req), session.id, data.motif);
      return { to: addressesOf.offer(offerId), flash: 'La session est annulée.' };
    },
  });

  const endings = [
    [`${ONE}/retablir`, 'sessionId', restoreSession, 'La session est rétablie, et son recrutement ouvert.'],
    [`${ONE}/archiver`, 'sessionId', archiveSession, 'La session n’est plus dans le catalogue.'],
    [
      `${CATALOGUE}/actions/:actionId/archiver`,
      'actionId',
      archiveAction,
      'L’action n’est plus dans le catalogue.',
    ],
  ] as const;
  for (const [path, name, end, flash] of endings) {
    site.post(path, keepsCatalogue, async (req, res) => {
      const id = idParam(req, name);
      const which = name === 'actionId' ? { actionId: id } : { sessionId: id };
      const offerId = await ours(db, req, which, () => end(dependencies, keeperOf(req), id));
      res.flash(flash);
      res.redirect(303, addressesOf.offer(offerId));
    });
  }

  return site;
}

function begunSession(action: KeptAction, copied: KeptSession | undefined): LheoElement {
  const number = freeNumber(action.number, action.numbers);
  return copied ? copyOfSession(copied.lheo, number) : newSession(number, action.lheo);
}

const heldInWords = ({ seatsHeld, waiting }: KeptSession): string =>
  [
    ...(seatsHeld > 0 ? [plural(seatsHeld, 'place est prise', 'places sont prises')] : []),
    ...(waiting > 0 ? [plural(waiting, 'personne attend', 'personnes attendent')] : []),
  ].join(', ');

/** @throws FormRefused for fewer places than are held */
function notBelow({ seatsHeld }: KeptSession, level: LheoElement): LheoElement {
  const { capacity } = projectSession(level);
  if (capacity === null || capacity >= seatsHeld) return level;
  throw new FormRefused(
    'places',
    `${plural(seatsHeld, 'place est prise', 'places sont prises')}\u00a0: il ne peut pas y en avoir moins.`,
  );
}
