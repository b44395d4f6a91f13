/** Rights used in one civil year of sessions, and what part of them is used by requests that have no seat yet. */
export interface UsedRights {
  year: number;
  actions: number;
  formations: number;
  waitingActions: number;
  waitingFormations: number;
}

/** What `partials/rights` draws for one year, with what is left. */
export interface RightsOfYear extends UsedRights {
  maxActions: number;
  maxFormations: number;
  leftActions: number;
  /** Never more than the actions left: a formation is one of them. */
  leftFormations: number;
}

/**
 * Rights left for the present year, and for each later one in which something falls (domain.md §7, rule 1).
 * @param max the agency's settings: how many reserved actions a year, and formations among them
 */
export function rightsByYear(
  used: readonly UsedRights[],
  max: { actions: number; formations: number },
  thisYear: number,
): RightsOfYear[] {
  const nothing = { actions: 0, formations: 0, waitingActions: 0, waitingFormations: 0 };
  const later = used.filter(({ year }) => year > thisYear);
  const present = used.find(({ year }) => year === thisYear) ?? { ...nothing, year: thisYear };
  return [present, ...later.toSorted((one, other) => one.year - other.year)].map((inYear) => {
    const leftActions = Math.max(0, max.actions - inYear.actions);
    return {
      ...inYear,
      maxActions: max.actions,
      maxFormations: max.formations,
      leftActions,
      leftFormations: Math.min(leftActions, Math.max(0, max.formations - inYear.formations)),
    };
  });
}
