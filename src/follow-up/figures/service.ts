import type { Dependencies } from '#platform/dependencies.ts';
import { departmentLabel } from '#platform/french/departments.ts';
import { parisYear, parisYearBounds } from '#platform/french/time.ts';
import * as repository from './repository.ts';
import { type Figures, figuresOf } from './rules.ts';
import type { FiguresQuery } from './schemas.ts';

export type { Owner } from './repository.ts';

/** A list of more would weigh more than the page; the others are reached from their own figures. */
const MOST_PROVIDERS = 300;

/** A year of figures, and what they can be limited to. */
export interface ShownFigures extends Figures {
  year: number;
  choices: repository.Choices;
  /** When they were counted; null: just now. */
  refreshedAt: Date | null;
}

/** Counts the region's figures again, all years; a scheduled job. */
export async function refreshFigures({ db, clock }: Pick<Dependencies, 'db' | 'clock'>): Promise<void> {
  await db.transaction((trx) => repository.refresh(trx, clock.now(), null));
}

/** The same for what still changes from hour to hour: sessions of last year and later. */
export async function refreshRecentFigures({ db, clock }: Pick<Dependencies, 'db' | 'clock'>): Promise<void> {
  const year = parisYear(clock.now()) - 1;
  await db.transaction((trx) =>
    repository.refresh(trx, clock.now(), { year, from: parisYearBounds(year).from }),
  );
}

/**
 * The figures of a civil year: of the whole region, as counted within the hour, or of one owner, as they are now.
 * A request counts in the month in which its session begins, and for the département of the person's structure.
 * Two statements, however many enrolments there are.
 */
export async function readFigures(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  query: FiguresQuery,
  owner: repository.Owner | 'region',
): Promise<ShownFigures> {
  const year = query.annee ?? parisYear(clock.now());
  const limits = { year, kindId: query.type, themeId: query.theme, department: query.departement };
  const whose = owner === 'region' && query.prestataire ? { providerId: query.prestataire } : owner;
  const [cells, choices] = await Promise.all([
    whose === 'region'
      ? repository.findRegionCells(db, limits)
      : repository.findOwnCells(db, whose, limits, parisYearBounds(year)),
    repository.findChoices(db, owner === 'region' ? MOST_PROVIDERS : 0),
  ]);
  const names = {
    kinds: new Map(choices.kinds.map((one) => [one.id, one.label])),
    themes: new Map(choices.themes.map((one) => [one.id, one.label])),
    departmentLabel,
  };
  const filtered =
    whose === 'region' ? (['kindId', 'themeId', 'department'] as const).filter((part) => limits[part]) : [];
  const [first] = cells;
  return {
    ...figuresOf(cells, names, filtered),
    year,
    choices,
    refreshedAt: first && 'refreshedAt' in first ? (first.refreshedAt as Date) : null,
  };
}
