import { type Counts, FACETS, type Facet } from '../criteria.ts';
import type { Stock } from '../memory/stock.ts';
import { MISSED, NOTHING } from './filters.ts';
import type { Look } from './sessions.ts';

/** How well what is counted answers the words: it holds them, or resembles them closely, or a little. */
export const GROUPS = 3;

/** How many formations have each value of a filter, by how well they answer; each formation counts once for a value. */
class Values {
  readonly #counts: Int32Array;
  readonly #last: Int32Array;
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
    this.#counts = new Int32Array(size * GROUPS);
    this.#last = new Int32Array(size).fill(-1);
  }

  add(value: number, offer: number, group: number): void {
    if (this.#last[value] === offer) return;
    this.#last[value] = offer;
    this.#counts[group * this.#size + value] = (this.#counts[group * this.#size + value] as number) + 1;
  }

  /** The counts by the names of the values, those of none left out. */
  named(nameOf: (value: number) => string, groups: number): Record<string, number> {
    const named: Record<string, number> = {};
    for (let value = 0; value < this.#size; value += 1) {
      let count = 0;
      for (let group = 0; group < groups; group += 1)
        count += this.#counts[group * this.#size + value] as number;
      if (count > 0) named[nameOf(value)] = count;
    }
    return named;
  }
}

/** Levels from 1 to 8, and 0 for none. */
const LEVELS = 9;
/** What LHÉO numbers from 0. */
const CODES = 10;
const TICKED = 1;

/** The counts of all filters, while a search looks through the stock. */
export class Tally {
  readonly #values: Record<Facet, Values>;
  readonly #stock: Stock;

  constructor(stock: Stock) {
    this.#stock = stock;
    const sizes: Record<Facet, number> = {
      domains: stock.domains.texts.length,
      levels: LEVELS,
      bodies: stock.bodies.texts.length,
      departments: stock.departments.texts.length,
      modes: CODES,
      entries: CODES,
      programmes: stock.programmes.texts.length,
      publics: stock.publics.texts.length,
      certifying: TICKED,
      conventioned: TICKED,
      places: TICKED,
      meetings: TICKED,
    };
    this.#values = Object.fromEntries(FACETS.map((facet) => [facet, new Values(sizes[facet])])) as Record<
      Facet,
      Values
    >;
  }

  /** Counts an action among the values of the filters that its sessions leave it. @param seen what they miss */
  countAction(action: number, offer: number, group: number, seen: number): void {
    const { actions } = this.#stock;
    const values = this.#values;
    if (seen & (NOTHING | MISSED.departments))
      values.departments.add(actions.department.values[action] as number, offer, group);
    const mode = actions.mode.values[action] as number;
    if (mode >= 0 && seen & (NOTHING | MISSED.modes)) values.modes.add(mode, offer, group);
    const entry = actions.entry.values[action] as number;
    if (entry >= 0 && seen & (NOTHING | MISSED.entries)) values.entries.add(entry, offer, group);
    const programme = actions.programme.values[action] as number;
    if (programme >= 0 && seen & (NOTHING | MISSED.programmes))
      values.programmes.add(programme, offer, group);
    if (seen & (NOTHING | MISSED.publics)) {
      const end = actions.publics.start(action + 1);
      for (let at = actions.publics.start(action); at < end; at += 1)
        values.publics.add(actions.publics.values[at] as number, offer, group);
    }
    if (actions.conventioned.values[action] === 1 && seen & (NOTHING | MISSED.conventioned))
      values.conventioned.add(0, offer, group);
  }

  /** Counts a formation, whose actions are counted already. */
  countOffer(offer: number, group: number, { seen, hasPlaces, hasMeetings }: Look): void {
    const { offers } = this.#stock;
    const values = this.#values;
    if (seen & (NOTHING | MISSED.domains)) {
      const end = offers.domains.start(offer + 1);
      for (let at = offers.domains.start(offer); at < end; at += 1)
        values.domains.add(offers.domains.values[at] as number, offer, group);
    }
    if (seen & (NOTHING | MISSED.levels))
      values.levels.add(offers.level.values[offer] as number, offer, group);
    if (seen & (NOTHING | MISSED.bodies))
      values.bodies.add(offers.body.values[offer] as number, offer, group);
    if (offers.certifying.values[offer] === 1 && seen & (NOTHING | MISSED.certifying))
      values.certifying.add(0, offer, group);
    if (hasPlaces) values.places.add(0, offer, group);
    if (hasMeetings) values.meetings.add(0, offer, group);
  }

  /** The counts over the first groups. */
  counts(groups: number): Counts {
    const { domains, bodies, departments, programmes, publics } = this.#stock;
    const texts = { domains, bodies, departments, programmes, publics };
    const nameOf = (facet: Facet) => {
      const names = facet in texts ? texts[facet as keyof typeof texts].texts : undefined;
      if (names) return (value: number) => names[value] as string;
      return facet === 'levels' || facet === 'modes' || facet === 'entries' ? String : () => '1';
    };
    return Object.fromEntries(
      FACETS.map((facet) => [facet, this.#values[facet].named(nameOf(facet), groups)]),
    ) as Counts;
  }
}
