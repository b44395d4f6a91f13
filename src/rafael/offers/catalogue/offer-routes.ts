import { keepsCatalogue, rafaelSeatOf } from '#access/rafael.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { departmentLabel } from '#platform/french/departments.ts';
import { parisDay } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { parseRowId, searchText } from '#platform/web/forms/fields.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { textAt } from '../../lheo/tree.ts';
import { mayGo } from '../editing/ending.ts';
import { copyOfOffer } from '../editing/levels.ts';
import { keeperOf, ourFormation, ours } from '../editing/ours.ts';
import { askedBefore } from '../freshness/rules.ts';
import { type Fault, faultsOf } from './faults.ts';
import {
  addressesOf,
  offerStates,
  periodAsTitle,
  placeInWords,
  type Step,
  sessionBadge,
  stepVerbs,
} from './presentation.ts';
import { confirmOffers, stepsOf, takeStep } from './publication.ts';
import type { CatalogueFilter, OfferState } from './repository.ts';
import { findCatalogue, findChoices } from './repository.ts';
import { addOffer, getFormation, splitOf } from './service.ts';

const CATALOGUE = '/rafaelpro/catalogue';
const ONE = `${CATALOGUE}/formations/:offerId`;
const PER_PAGE = 25;

/** The list of a body's formations, and the page of each. */
export function catalogueSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const { db, clock } = dependencies;
  const today = () => parisDay(clock.now()).toString();

  site.get(CATALOGUE, keepsCatalogue, async (req, res) => {
    const { structureId } = rafaelSeatOf(req);
    const filter = filterOf(req.query as Record<string, string | string[] | undefined>);
    const page = pageOf(req.query, PER_PAGE);
    const [{ rows, total }, choices] = await Promise.all([
      findCatalogue(
        db,
        structureId,
        filter,
        { today: today(), confirmedSince: askedBefore(clock.now()) },
        page,
      ),
      findChoices(db, structureId, today()),
    ]);
    render(res, 'rafael/offers/list', {
      title: 'Catalogue',
      section: 'rafael-catalogue',
      styles: ['css/rafael.css'],
      filter,
      isFiltered: Object.values(filter).some(Boolean),
      lines: rows,
      total,
      pagination: page.of(total),
      states: offerStates,
      departments: choices.departments.map((code) => ({ value: code, label: departmentLabel(code) })),
      programmes: choices.programmes.map(({ id, label }) => ({ value: id, label })),
    });
  });

  site.post(`${CATALOGUE}/confirmer`, keepsCatalogue, async (req, res) => {
    const ids = [req.body.formation ?? []].flat().flatMap((id) => parseRowId(id) ?? []);
    const confirmed = await confirmOffers(dependencies, keeperOf(req), ids);
    res.flash(
      confirmed > 0
        ? `${plural(confirmed, 'formation est confirmée', 'formations sont confirmées')}.`
        : 'Cochez au moins une formation publiée.',
      confirmed > 0 ? 'success' : 'warning',
    );
    res.redirect(303, CATALOGUE);
  });

  site.get(ONE, keepsCatalogue, async (req, res) => {
    const formation = await ourFormation(dependencies, req, { offerId: idParam(req, 'offerId') });
    const steps = stepsOf(formation);
    render(res, 'rafael/offers/formation', {
      title: formation.title || formation.number,
      section: 'rafael-catalogue',
      styles: ['css/rafael.css'],
      formation: {
        id: formation.id,
        number: formation.number,
        state: offerStates[formation.state],
        updatedAt: formation.updatedAt,
        confirmedAt: formation.confirmedAt,
        isPublished: formation.state === 'published',
        isArchived: formation.state === 'archived',
        objective: textAt(formation.lheo, 'objectif-formation') ?? '',
      },
      actions: formation.actions.map((action) => ({
        id: action.id,
        number: action.number,
        place: placeInWords(action.lheo),
        mayGo: mayGo(formation, action),
        isConventioned: textAt(action.lheo, 'conventionnement')?.trim() === '1',
        sessions: action.sessions.map((session) => ({
          id: session.id,
          number: session.number,
          period: periodAsTitle(session.lheo),
          badge: sessionBadge(session, today()),
          capacity: session.capacity,
          seatsHeld: session.seatsHeld,
          waiting: session.waiting,
        })),
      })),
      addresses: addressesOf,
      ...(formation.state === 'archived' ? { rejects: [], warnings: [] } : faultsOf(formation, today())),
      steps: steps.map((step) => ({ step, ...stepVerbs[step] })),
    });
  });

  for (const step of Object.keys(stepVerbs) as Step[]) {
    site.post(`${ONE}/${step}`, keepsCatalogue, async (req, res) => {
      const offerId = idParam(req, 'offerId');
      const faults: Fault[] = await ours(db, req, { offerId }, () =>
        takeStep(dependencies, keeperOf(req), offerId, step),
      );
      if (faults.length > 0) {
        res.flash(
          `La formation n’est pas publiée : ${plural(faults.length, 'point est à compléter', 'points sont à compléter')}.`,
          'warning',
        );
      } else res.flash(stepVerbs[step].done);
      res.redirect(303, step === 'supprimer' ? CATALOGUE : addressesOf.offer(offerId));
    });
  }

  site.post(`${ONE}/dupliquer`, keepsCatalogue, async (req, res) => {
    const offerId = idParam(req, 'offerId');
    const keeper = keeperOf(req);
    const copy = await ours(db, req, { offerId }, () =>
      addOffer(dependencies, keeper, async (trx, number) =>
        copyOfOffer(splitOf(await getFormation({ db: trx }, keeper.structureId, { offerId })), number),
      ),
    );
    res.flash('Voici la copie, en brouillon et sans session.');
    res.redirect(303, addressesOf.offerForm(copy));
  });

  return site;
}

const STATES: readonly OfferState[] = ['draft', 'published', 'archived'];
const NEEDS = ['confirmation', 'sessions', 'points'] as const;
const words = searchText(100);

function filterOf(query: Record<string, string | string[] | undefined>): CatalogueFilter {
  const given = (name: string) => firstOf(query[name]);
  const needs = given('a_faire');
  return {
    state: STATES.find((state) => state === given('etat')) ?? '',
    department: /^[\dAB]{2,3}$/.test(given('departement')) ? given('departement') : '',
    programmeId: parseRowId(given('programme')) ?? null,
    needs: NEEDS.find((one) => one === needs) ?? '',
    words: words.parse(query.q) as string,
  };
}
