import type { Request, Response } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { departmentLabel, departments } from '#platform/french/departments.ts';
import { parisYear } from '#platform/french/time.ts';
import { emptyForm } from '#platform/web/forms/forms.ts';
import { render } from '#platform/web/views/render.ts';
import { columnsOf, figuresCsv, sectionsOf, summariesOf } from './presentation.ts';
import { type FiguresQuery, readFiguresQuery } from './schemas.ts';
import { type Owner, readFigures } from './service.ts';

const YEARS_BACK = 5;

/** Whose figures a page shows, and the words for it. */
export interface FiguresPage {
  owner: Owner | 'region';
  path: string;
  section: string;
  lead: string;
  back: { href: string; label: string };
}

// Seats are offered to the whole region: their rate means nothing for one structure, nor for one département.
const hasSeats = ({ owner }: FiguresPage, { departement }: FiguresQuery) =>
  !departement && (owner === 'region' || 'providerId' in owner);

/** « Chiffres »: a year, limited as the address says. */
export async function showFigures(
  deps: Dependencies,
  req: Request,
  res: Response,
  page: FiguresPage,
): Promise<void> {
  const query = readFiguresQuery(req.query as never);
  const figures = await readFigures(deps, query, page.owner);
  const present = parisYear(deps.clock.now());
  const values = { ...query, annee: figures.year };
  render(res, 'follow-up/figures/figures', {
    title: 'Chiffres',
    section: page.section,
    styles: ['css/spaces.css', 'css/charts.css'],
    page,
    figures,
    form: emptyForm(
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value ?? '')])),
    ),
    years: Array.from({ length: YEARS_BACK + 2 }, (_, index) => present + 1 - index),
    departments: Object.keys(departments).map((code) => ({ value: code, label: departmentLabel(code) })),
    sections: sectionsOf(figures),
    columns: summariesOf(hasSeats(page, query)),
    csvHref: `${page.path}.csv?${addressOf(values)}`,
  });
}

/** The same figures as a file. */
export async function sendFigures(
  deps: Dependencies,
  req: Request,
  res: Response,
  page: FiguresPage,
): Promise<void> {
  const query = readFiguresQuery(req.query as never);
  const figures = await readFigures(deps, query, page.owner);
  res
    .attachment(`chiffres-${figures.year}.csv`)
    .type('text/csv')
    .send(figuresCsv(figures, figures.year, columnsOf(hasSeats(page, query))));
}

const addressOf = (values: FiguresQuery) =>
  new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
