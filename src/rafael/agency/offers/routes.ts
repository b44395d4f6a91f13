import { agency } from '#access/policies.ts';
import { type Cell, dayCell } from '#platform/csv/csv.ts';
import { type CsvParts, sendCsv } from '#platform/csv/send.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { departmentLabel, departments } from '#platform/french/departments.ts';
import { isoDay, parisDay } from '#platform/french/time.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { addressOf } from '#platform/web/views/address.ts';
import { render } from '#platform/web/views/render.ts';
import { ages, type OffersFilter, readFilter } from './filter.ts';
import { countOffers, findOffers, findOffersAfter, type ListedOffer } from './repository.ts';

/** Where the agency sees the offers of all bodies. */
export const OFFERS = '/agence/rafaelpro/offres';
const PER_PAGE = 25;
const DAY = 86_400_000;
/** When a body is reminded to confirm a formation, and when it is taken for stale. */
const STALE_DAYS = ages['180'];
/** Rows of the file read at once. */
const PART = 500;

const stateLabels = Object.freeze({ draft: 'Brouillon', published: 'Publiée', archived: 'Archivée' });
const stateBadges = Object.freeze({
  draft: { label: 'Brouillon', glyph: 'pencil', tone: 'neutral' },
  published: { label: 'Publiée', glyph: 'check-circle-fill', tone: 'success' },
  archived: { label: 'Archivée', glyph: 'archive', tone: 'neutral' },
});
const sourceLabels = Object.freeze({ entered: 'Saisie', import: 'Import LHÉO', agency: 'Agence' });

/** « Offres » of RafaelPro: the formations of all bodies, by state and age. */
export function agencyOffersSite(dependencies: Dependencies): GatedRouter {
  const { db, clock, config } = dependencies;
  const site = gatedRouter();
  const moment = () => {
    const now = clock.now();
    return { now, today: parisDay(now).toString() };
  };

  site.get(OFFERS, agency, costlyPages(config), async (req, res) => {
    const { form, filter } = readFilter(req.query as Fields);
    const page = pageOf(req.query, PER_PAGE);
    const at = moment();
    const stale = new Date(at.now.getTime() - STALE_DAYS * DAY);
    const { rows, total } = await findOffers(db, filter, at, page);
    const figures = await countOffers(db, stale, at.today);
    render(res, 'rafael/agency/offers', {
      title: 'Offres de formation',
      section: 'agency',
      list: OFFERS,
      form,
      isFiltered: Object.values(form.values).some(Boolean),
      figures: figuresOf(figures),
      ages: Object.keys(ages).map((value) => ({ value, label: `Il y a plus de ${value} jours, ou jamais` })),
      programmes: figures.programmes,
      departments: Object.keys(departments).map((value) => ({ value, label: departmentLabel(value) })),
      offers: rows.map((offer) => ({ ...offer, badge: stateBadges[offer.state], age: ageOf(offer, at.now) })),
      exportHref: addressOf(`${OFFERS}.csv`, form.values),
      pagination: page.of(total),
    });
  });

  site.get(`${OFFERS}.csv`, agency, costlyPages(config), async (req, res) => {
    const { filter } = readFilter(req.query as Fields);
    const at = moment();
    await sendCsv(res, `offres-${isoDay(at.now)}.csv`, COLUMNS, partsOf(db, filter, at));
  });

  return site;
}

const figuresOf = (figures: Awaited<ReturnType<typeof countOffers>>) => [
  {
    count: figures.published,
    label: ['formation publiée', 'formations publiées'],
    href: `${OFFERS}?etat=publiees`,
  },
  {
    count: figures.stale,
    label: ['publiée et non confirmée depuis 180 jours', 'publiées et non confirmées depuis 180 jours'],
    href: `${OFFERS}?etat=publiees&confirmee=180`,
  },
  {
    count: figures.withoutSession,
    label: ['publiée sans session à venir', 'publiées sans session à venir'],
    href: `${OFFERS}?etat=publiees&sans_session=1`,
  },
  { count: figures.drafts, label: ['brouillon', 'brouillons'], href: `${OFFERS}?etat=brouillons` },
];

/** Days since the body confirmed it. */
function ageOf({ confirmedAt }: ListedOffer, now: Date): { days: number; isStale: boolean } | undefined {
  if (!confirmedAt) return undefined;
  const days = Math.max(0, Math.floor((now.getTime() - confirmedAt.getTime()) / DAY));
  return { days, isStale: days >= STALE_DAYS };
}

const COLUMNS = [
  ...[
    'Organisme',
    'SIRET',
    'Numéro',
    'Formation',
    'État',
    'Origine',
    'Confirmée le',
    'Modifiée le',
    'Conventionnée',
  ],
  ...['Programmes', 'Départements', 'Sessions à venir', 'Places', 'Places prises'],
];

const lineOf = (offer: ListedOffer): Cell[] => [
  ...[
    offer.body,
    offer.siret,
    offer.number,
    offer.title,
    stateLabels[offer.state],
    sourceLabels[offer.source],
  ],
  ...[offer.confirmedAt ? dayCell(offer.confirmedAt) : '', dayCell(offer.updatedAt)],
  ...[offer.conventioned ? 'oui' : 'non', offer.programmes.join(', '), offer.departments.join(', ')],
  ...[offer.coming, offer.capacity, offer.held],
];

async function* partsOf(
  db: Dependencies['db'],
  filter: OffersFilter,
  at: { now: Date; today: string },
): CsvParts {
  for (let after = 0; ; ) {
    const rows = await findOffersAfter(db, filter, at, { after, limit: PART });
    if (rows.length > 0) yield rows.map(lineOf);
    if (rows.length < PART) return;
    after = rows.at(-1)?.id ?? after;
  }
}
