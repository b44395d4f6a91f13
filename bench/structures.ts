import {
  chains,
  companies,
  firstNames,
  heads,
  middles,
  organisations,
  places,
  saints,
  tails,
  towns,
  trades,
} from './words.ts';

/** An establishment as a benchmark makes it up. */
export interface Made {
  siret: string;
  name: string;
  acronym: string;
  brand: string;
  postcode: string;
  city: string;
  isHeadOffice: boolean;
  /** `YYYY-MM-DD`, or '' for an open one. */
  closedOn: string;
}

const CLOSED_SHARE = 0.04;
const BRANCH_SHARE = 0.3;
const CHAIN_SHARE = 0.02;
const ACCENTED_SHARE = 0.15;

/**
 * Makes up establishments, the same at each call: the first 100,000 of a million are those of 100,000. Names follow
 * the shapes of SIRENE (mostly capitals without accents), family names a long tail, SIRETs are valid (Luhn).
 */
export function* makeStructures(count: number): Generator<Made> {
  const random = randomNumbers(20261121);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  /** The first of a list more often than the last. */
  const usual = <T>(list: readonly T[]): T => list[Math.floor(random() ** 2 * list.length)] as T;
  const chainUnits = chains.map((name, index) => ({ name, siren: sirenOf(90_000_000 + index), nic: 0 }));
  let serial = 0;
  for (let made = 0; made < count; ) {
    if (random() < CHAIN_SHARE) {
      const chain = pick(chainUnits);
      chain.nic += 1;
      made += 1;
      const [city, postcode] = townOf(random, pick);
      const isFirst = chain.nic === 1;
      yield {
        siret: siretOf(chain.siren, chain.nic),
        name: chain.name.toUpperCase(),
        acronym: '',
        brand: isFirst ? '' : `${chain.name} ${city}`,
        ...{ postcode, city: spoken(city, false), isHeadOffice: isFirst, closedOn: '' },
      };
      continue;
    }
    serial += 1;
    const siren = sirenOf(serial);
    const isAccented = random() < ACCENTED_SHARE;
    let [city, postcode] = townOf(random, pick);
    const pattern = random() < 0.25 ? usual(organisations) : usual(companies);
    const plainName = pattern.replace(/\{(\w+)\}/g, (_, part: string) => {
      if (part === 'town') return city;
      if (part === 'place') return `${pick(['de la', 'du', 'des', 'en'])} ${pick(places)}`;
      if (part === 'trade') return usual(trades);
      if (part === 'first') return pick(firstNames);
      return capital(invented(random, pick));
    });
    const initials = plainName.split(/[\s’-]+/).filter((word) => word.length > 2);
    const acronym =
      initials.length > 2 && random() < 0.3 ? initials.map((word) => word[0]?.toUpperCase()).join('') : '';
    for (let nic = 1; made < count; nic += 1) {
      made += 1;
      yield {
        siret: siretOf(siren, nic),
        name: spoken(plainName, isAccented),
        acronym,
        brand:
          random() < 0.12
            ? spoken(`${pick(['Le', 'La', 'Chez', 'Atelier'])} ${invented(random, pick)}`, false)
            : '',
        ...{ postcode, city: spoken(city, isAccented), isHeadOffice: nic === 1 },
        closedOn: random() < CLOSED_SHARE ? '2024-06-30' : '',
      };
      if (random() > BRANCH_SHARE) break;
      [city, postcode] = townOf(random, pick);
    }
  }
}

/** A valid SIREN for a serial number below 100 million. */
export function sirenOf(serial: number): string {
  // Multiplying by a number prime to the modulus scatters them, each once.
  const body = String((serial * 48_271 + 12_345_678) % 100_000_000).padStart(8, '0');
  return `${body}${luhnDigit(body)}`;
}

/** A valid SIRET: the nth establishment of a SIREN. */
export function siretOf(siren: string, nth: number): string {
  const body = `${siren}${String(nth).padStart(4, '0')}`;
  return `${body}${luhnDigit(body)}`;
}

/** Random numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function luhnDigit(body: string): number {
  let sum = 0;
  for (let at = body.length - 1, isDoubled = true; at >= 0; at -= 1, isDoubled = !isDoubled) {
    const digit = body.charCodeAt(at) - 48;
    const value = isDoubled ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return (10 - (sum % 10)) % 10;
}

const capital = (word: string) => `${word[0]?.toUpperCase()}${word.slice(1)}`;
const spoken = (text: string, isAccented: boolean): string =>
  isAccented ? text : text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('’', ' ').toUpperCase();

type Pick = <T>(list: readonly T[]) => T;

// Squared: common names are very common, and there are always new ones.
function invented(random: () => number, pick: Pick): string {
  const at = (list: readonly string[]) => list[Math.floor(random() ** 2 * list.length)];
  const middle = random() < 0.55 ? '' : at(middles);
  return `${at(heads)}${at(middles)}${middle}${pick(tails)}`;
}

function townOf(random: () => number, pick: Pick): [string, string] {
  if (random() < 0.6) {
    const [name, postcode] = towns[Math.floor(random() ** 2 * towns.length)] as (typeof towns)[number];
    return [name, postcode];
  }
  const saint = pick(saints);
  const name = random() < 0.5 ? `Saint-${saint}` : `Saint-${saint}-sur-${pick(places)}`;
  return [name, `${pick(towns)[1].slice(0, 2)}${pick(['120', '240', '350', '460', '570', '680', '790'])}`];
}
