import { Column, Lists } from './column.ts';

/** A day that nobody knows: after every other. */
export const NO_DAY = 1_000_000;

/** A formation that is published, as the database tells it; days are numbers since 1970. */
export interface ReadOffer {
  id: number;
  bodyId: number;
  /** From 1 to 8; 0 where none is told. */
  level: number;
  certifying: boolean;
  domains: string[];
  titleWords: string[];
  labelWords: string[];
  /** In their order; those without a session that may come have none. */
  actions: ReadAction[];
}

export type ReadAction = [
  city: string,
  key: string,
  department: string,
  latitude: number | null,
  longitude: number | null,
  isRemote: boolean,
  /** LHÉO « modalites-enseignement » and « modalites-entrees-sorties »; -1 where none is told. */
  mode: number,
  entry: number,
  programmeId: number | null,
  publics: string[],
  conventioned: boolean,
  sessions: ReadSession[],
];

export type ReadSession = [
  id: number,
  /** The first and the last day on which it may begin, and the last on which it may end. */
  startsOn: number | null,
  startsBy: number | null,
  endsBy: number | null,
  recruiting: number,
  hasPlace: boolean,
  /** Its last information meeting, in milliseconds since 1970. */
  lastMeeting: number | null,
];

/** A town in which actions take place. */
export interface Town {
  city: string;
  /** As it is looked for. */
  key: string;
  department: string;
}

/** A town as it is told from the others. */
export const townName = ({ key, department }: Pick<Town, 'key' | 'department'>): string =>
  `${department} ${key}`;

/** Texts, each once, by the number under which rows name them. */
export class Names {
  readonly texts: string[] = [];
  readonly #places = new Map<string, number>();

  /** The number of a text, which is added where it is new. */
  of(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.texts.length);
    this.texts.push(text);
    return this.texts.length - 1;
  }

  /** The number of a text; undefined for one that nobody has. */
  find(text: string): number | undefined {
    return this.#places.get(text);
  }
}

/**
 * Every formation that is published, as a search filters and counts it: numbers in columns. One that changes is added
 * again at the end, and its former row is left out.
 */
export class Stock {
  readonly domains = new Names();
  readonly publics = new Names();
  readonly words = new Names();
  readonly departments = new Names();
  readonly towns: Town[] = [];
  /** Where the main towns are, by their department and key. */
  readonly #positions: ReadonlyMap<string, readonly [latitude: number, longitude: number]>;
  readonly #townsByName = new Names();
  /** Numbers of bodies and programmes, by the number under which rows name them. */
  readonly bodies = new Names();
  readonly programmes = new Names();

  readonly offers = {
    id: new Column(Int32Array),
    /** 0 for a row that is left out. */
    isLive: new Column(Int32Array),
    body: new Column(Int32Array),
    level: new Column(Int32Array),
    certifying: new Column(Int32Array),
    domains: new Lists(),
    titleWords: new Lists(),
    labelWords: new Lists(),
    /** Where its actions begin: those of the next row follow. */
    actions: new Column(Int32Array),
  };

  readonly actions = {
    town: new Column(Int32Array),
    department: new Column(Int32Array),
    /** Its own, else that of its town; NaN where neither is known. */
    latitude: new Column(Float64Array),
    longitude: new Column(Float64Array),
    isRemote: new Column(Int32Array),
    mode: new Column(Int32Array),
    entry: new Column(Int32Array),
    /** -1 for none. */
    programme: new Column(Int32Array),
    publics: new Lists(),
    conventioned: new Column(Int32Array),
    sessions: new Column(Int32Array),
  };

  readonly sessions = {
    id: new Column(Int32Array),
    startsOn: new Column(Int32Array),
    startsBy: new Column(Int32Array),
    endsBy: new Column(Int32Array),
    recruiting: new Column(Int32Array),
    hasPlace: new Column(Int32Array),
    /** 0 for none. */
    lastMeeting: new Column(Float64Array),
  };

  /** By the number of the formation: its row and 1, 0 for none. */
  #rows = new Int32Array(1024);
  #live = 0;

  constructor(positions: ReadonlyMap<string, readonly [latitude: number, longitude: number]> = new Map()) {
    this.#positions = positions;
  }

  /** Rows, those that are left out among them. */
  get length(): number {
    return this.offers.id.length;
  }

  get live(): number {
    return this.#live;
  }

  /** Whether there is more that is left out than not: time to read everything anew. */
  get isWorn(): boolean {
    return this.length > 2 * this.#live + 1000;
  }

  /** Its row; -1 where it is not among them. */
  rowOf(offerId: number): number {
    return (this.#rows[offerId] ?? 0) - 1;
  }

  /** Leaves one out, if it is there. */
  remove(offerId: number): void {
    const row = this.rowOf(offerId);
    if (row < 0) return;
    this.offers.isLive.values[row] = 0;
    this.#rows[offerId] = 0;
    this.#live -= 1;
  }

  /** Adds one in the place of what was known of it. */
  put(offer: ReadOffer): void {
    this.remove(offer.id);
    if (offer.id >= this.#rows.length) {
      const larger = new Int32Array(Math.max(offer.id + 1, this.#rows.length * 2));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    const { offers } = this;
    this.#rows[offer.id] = offers.id.push(offer.id) + 1;
    this.#live += 1;
    offers.isLive.push(1);
    offers.body.push(this.bodies.of(String(offer.bodyId)));
    offers.level.push(offer.level);
    offers.certifying.push(Number(offer.certifying));
    offers.domains.add(offer.domains.map((domain) => this.domains.of(domain)));
    offers.titleWords.add(offer.titleWords.map((word) => this.words.of(word)));
    offers.labelWords.add(offer.labelWords.map((word) => this.words.of(word)));
    offers.actions.push(this.actions.town.length);
    for (const action of offer.actions) this.#putAction(action);
  }

  #putAction(action: ReadAction): void {
    const [city, key, department, latitude, longitude, isRemote, mode, entry, programmeId, publics] = action;
    const { actions, sessions } = this;
    actions.town.push(this.#townOf({ city, key, department }));
    actions.department.push(this.departments.of(department));
    const [north, east] = this.#positions.get(townName({ key, department })) ?? [Number.NaN, Number.NaN];
    const hasOwn = latitude !== null && longitude !== null;
    actions.latitude.push(hasOwn ? latitude : north);
    actions.longitude.push(hasOwn ? longitude : east);
    actions.isRemote.push(Number(isRemote));
    actions.mode.push(mode);
    actions.entry.push(entry);
    actions.programme.push(programmeId === null ? -1 : this.programmes.of(String(programmeId)));
    actions.publics.add(publics.map((one) => this.publics.of(one)));
    actions.conventioned.push(Number(action[10]));
    actions.sessions.push(sessions.id.length);
    for (const [id, startsOn, startsBy, endsBy, recruiting, hasPlace, lastMeeting] of action[11]) {
      sessions.id.push(id);
      sessions.startsOn.push(startsOn ?? NO_DAY);
      sessions.startsBy.push(startsBy ?? NO_DAY);
      sessions.endsBy.push(endsBy ?? NO_DAY);
      sessions.recruiting.push(recruiting);
      sessions.hasPlace.push(Number(hasPlace));
      sessions.lastMeeting.push(lastMeeting ?? 0);
    }
  }

  #townOf(town: Town): number {
    const before = this.towns.length;
    const number = this.#townsByName.of(townName(town));
    if (number === before) this.towns.push(town);
    return number;
  }
}
