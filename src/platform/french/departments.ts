import { plainText } from './text.ts';

/** The départements of the region, by code. */
export const departments: Readonly<Record<string, string>> = Object.freeze({
  '16': 'Charente',
  '17': 'Charente-Maritime',
  '19': 'Corrèze',
  '23': 'Creuse',
  '24': 'Dordogne',
  '33': 'Gironde',
  '40': 'Landes',
  '47': 'Lot-et-Garonne',
  '64': 'Pyrénées-Atlantiques',
  '79': 'Deux-Sèvres',
  '86': 'Vienne',
  '87': 'Haute-Vienne',
});

/** « Gironde (33) » */
export const departmentLabel = (code: string): string => `${departments[code] ?? code}\u00a0(${code})`;

/** Where something is, as far as it is known. */
export interface Situation {
  /** Five digits. */
  postcode?: string | null;
  /** The name of the commune, as people or files write it: « ST-EULIEN », « Paray-Vieille-Poste Cedex ». */
  city?: string | null;
  /** The INSEE code of the commune, where a file or a service gives it: it decides. */
  communeCode?: string | null;
}

/**
 * The département of a place, by the INSEE code of its commune. Where only its address is known, by its postcode,
 * save the communes that are served from the next département: post offices do not follow the borders of départements.
 * @returns two characters, three overseas and in Monaco; empty where nothing tells it
 */
export function departmentOf({ postcode, city, communeCode }: Situation): string {
  const known = ofCommune(communeCode?.trim() ?? '');
  if (known) return known;
  const code = postcode?.trim() ?? '';
  const elsewhere = own(SERVED_FROM_ELSEWHERE, code);
  if (typeof elsewhere === 'string') return elsewhere;
  return own(elsewhere ?? {}, communeKey(city ?? '')) ?? ofPostcode(code);
}

const own = <V>(record: Readonly<Record<string, V>>, key: string): V | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const CODES = /^(?:0[1-9]|[1-8]\d|9[0-5]|2[AB]|97\d|98\d)/;

function ofCommune(code: string): string {
  if (!/^(?:\d{2}|2[AB])\d{3}$/.test(code) || code.startsWith('20')) return '';
  return CODES.exec(code)?.[0] ?? '';
}

// Corsica kept the postcodes of the one département that it was.
function ofPostcode(code: string): string {
  if (!/^\d{5}$/.test(code)) return '';
  if (code.startsWith('20')) return code < '20200' ? '2A' : '2B';
  return CODES.exec(code)?.[0] ?? '';
}

/** « ST-PIERRE-LAVAL CEDEX 2 » → `saint pierre laval` */
const communeKey = (name: string): string =>
  plainText(name)
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
    .replace(/ cedex( \d+)?$/, '')
    .replace(/\bst(e?)\b/g, 'saint$1');

/**
 * The postcodes whose first digits are not the département of all their communes: the département of the whole
 * postcode, or that of the communes named, by {@link communeKey}. All there are in « Découpage administratif » of
 * 2026 (Etalab, from the INSEE « Code officiel géographique » and La Poste's « Base officielle des codes postaux »,
 * Licence Ouverte), for communes as they are now.
 */
const SERVED_FROM_ELSEWHERE: Readonly<Record<string, string | Readonly<Record<string, string>>>> = {
  '01200': { eloise: '74' },
  '01410': { lajoux: '39' },
  '01590': { chancia: '39', 'lavancia epercy': '39' },
  '05110': { claret: '04', curbans: '04' },
  '05130': { piegut: '04', venterol: '04' },
  '05160': { pontis: '04' },
  '05700': { 'villebois les pins': '26' },
  '06260': { 'la rochette': '04', 'saint pierre': '04' },
  '13780': { riboux: '83' },
  '21340': { change: '71' },
  // The second commune is mostly called by the first of the two that it was made of.
  '33220': { fougueyrolles: '24', 'port sainte foy et ponchapt': '24', 'port sainte foy': '24' },
  '37160': { buxeuil: '86' },
  '42620': { 'saint pierre laval': '03' },
  '43450': { leyvaux: '15' },
  '48250': { laveyrune: '07' },
  '52100': { 'saint eulien': '51', sapignicourt: '51' },
  '94390': '91',
  // Saint-Barthélemy and Saint-Martin left Guadeloupe with its postcodes.
  '97133': '977',
  '97150': '978',
  '98799': '989',
};
