import { departmentOf } from '#platform/french/departments.ts';
import { siretInFile } from '#platform/french/siret.ts';
import { tidyLine } from '#platform/web/forms/fields.ts';

/** The sorts of files that can be read, told by their header. */
export type FileKind = 'establishments' | 'units' | 'simple';

/** Reads a cell by the name of its column, whatever the order; '' where the file lacks it or says « [ND] ». */
export type Cell = (cells: readonly string[], name: string) => string;

/** An establishment as a file tells it; `siren` joins it to its unit. */
export interface Establishment {
  siret: string;
  /** What a simple list calls it; '' in the official files, where the unit has the name. */
  name: string;
  /** The other names by which people know it, as {@link namesJoined}. */
  brand: string;
  ape: string;
  address: string;
  postcode: string;
  city: string;
  department: string;
  isHeadOffice: boolean;
  isTrainingBody: boolean;
  /** `YYYY-MM-DD`; '' for an open one. */
  closedOn: string;
}

/** What a « unité légale » adds to its establishments. */
export interface Unit {
  siren: string;
  name: string;
  acronym: string;
  /** Its other names, as {@link namesJoined}. */
  brand: string;
  kind: string;
}

/** The name of what SIRENE keeps to itself: the SIRET is still there to find it by. */
export const UNDISCLOSED = 'Nom non diffusé';

/** @returns undefined for a header that is none of the known ones */
export function kindOf(header: readonly string[]): FileKind | undefined {
  const names = new Set(header.map((name) => name.trim().toLowerCase()));
  if (names.has('siret') && names.has('etatadministratifetablissement')) return 'establishments';
  if (names.has('siren') && names.has('etatadministratifunitelegale')) return 'units';
  return names.has('siret') && names.has('raison_sociale') ? 'simple' : undefined;
}

/** Makes the reader of cells for a header; names are compared without regard to case. */
export function cellReader(header: readonly string[]): Cell {
  const places = new Map(header.map((name, index) => [name.trim().toLowerCase(), index] as const));
  const known = new Map<string, number>();
  return (cells, name) => {
    let at = known.get(name);
    if (at === undefined) {
      at = places.get(name.toLowerCase()) ?? -1;
      known.set(name, at);
    }
    const text = cells[at] ?? '';
    return text === '' || text === '[ND]' ? '' : tidy(text);
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: no column of PostgreSQL holds a NUL
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/;
const tidy = (text: string) =>
  tidyLine(CONTROLS.test(text) ? text.replace(/\p{Cc}+/gu, ' ') : text).slice(0, 300);

/** A row of StockEtablissement; the SIRET is not checked yet. */
export function establishmentOf(cell: Cell, cells: readonly string[]): Establishment {
  const read = (name: string) => cell(cells, name);
  const postcode = read('codePostalEtablissement');
  const city = read('libelleCommuneEtablissement') || read('libelleCommuneEtrangerEtablissement');
  const isClosed = read('etatAdministratifEtablissement') === 'F';
  const since = read('dateDebut');
  return {
    siret: read('siret'),
    name: '',
    brand: namesJoined([
      ...[1, 2, 3].map((number) => read(`enseigne${number}Etablissement`)),
      read('denominationUsuelleEtablissement'),
    ]),
    ape: read('activitePrincipaleEtablissement'),
    address: addressOf((part) => read(`${part}Etablissement`)),
    postcode,
    city,
    department: departmentOf({ postcode, city, communeCode: read('codeCommuneEtablissement') }),
    isHeadOffice: read('etablissementSiege') === 'true',
    isTrainingBody: false,
    // Closed at an unknown date is closed all the same.
    closedOn: isClosed ? (/^\d{4}-\d{2}-\d{2}$/.test(since) ? since : '1900-01-01') : '',
  };
}

/** What stands between two names of one structure. */
export const BETWEEN_NAMES = ' – ';
const namesJoined = (names: string[]) => joined(names, BETWEEN_NAMES);
const joined = (parts: string[], sign: string) => [...new Set(parts.filter(Boolean))].join(sign);

/** All that SIRENE says of where an establishment is, save its commune: some have only a « BP 12 » or « LE BOURG ». */
function addressOf(read: (part: string) => string): string {
  const words = (...parts: string[]) => parts.map(read).filter(Boolean).join(' ');
  const last = words('dernierNumeroVoie', 'indiceRepetitionDernierNumeroVoie');
  const number = [words('numeroVoie', 'indiceRepetition'), last].filter(Boolean).join('-');
  const street = [number, words('typeVoie', 'libelleVoie')].filter(Boolean).join(' ');
  return joined([...linesWith(street, read), read('libellePaysEtranger')], ', ');
}

function linesWith(street: string, read: (part: string) => string): string[] {
  const cedex = [read('codeCedex'), read('libelleCedex')].filter(Boolean).join(' ');
  return [read('complementAdresse'), street, read('distributionSpeciale'), cedex];
}

/** What each former release made of a row, where it was not as now; '' for nothing. */
export interface Former {
  brand: string[];
  address: string[];
}

/**
 * A row of StockEtablissement as former releases read it: the first enseigne, then all of them, or else the usual name;
 * the first number of the street alone, without the other lines of the address, then with them.
 */
export function formerOf(cell: Cell, cells: readonly string[]): Former {
  const read = (part: string) => cell(cells, `${part}Etablissement`);
  const signs = [1, 2, 3].map((number) => read(`enseigne${number}`));
  const usual = read('denominationUsuelle');
  const street = ['numeroVoie', 'indiceRepetition', 'typeVoie', 'libelleVoie']
    .map(read)
    .filter(Boolean)
    .join(' ');
  return {
    brand: [signs[0] || usual, namesJoined(signs) || usual],
    address: [street, joined(linesWith(street, read), ', ')],
  };
}

/** A row of StockUniteLegale: a company's name, or a person's. */
export function unitOf(cell: Cell, cells: readonly string[]): Unit {
  const read = (name: string) => cell(cells, `${name}UniteLegale`);
  const person = [read('prenomUsuel') || read('prenom1'), read('nomUsage') || read('nom')];
  // Of a person's two family names, the one in use alone: the other is nobody's business here.
  const names = [
    read('denomination'),
    ...[1, 2, 3].map((number) => read(`denominationUsuelle${number}`)),
    person.filter(Boolean).join(' '),
    read('pseudonyme'),
  ].filter(Boolean);
  const name = names[0] ?? '';
  return {
    siren: cell(cells, 'siren'),
    name: name || UNDISCLOSED,
    acronym: read('sigle'),
    brand: namesJoined(names.filter((one) => one !== name)),
    kind: structureKindOf(read('categorieJuridique'), name),
  };
}

/** A row of the simple list, as people make one: no address, and « QUALIOPI » for a certified training body. */
export function simpleOf(cell: Cell, cells: readonly string[]): Establishment {
  const siret = listedSiret(cell(cells, 'siret'));
  return {
    siret,
    name: cell(cells, 'raison_sociale'),
    brand: '',
    ape: '',
    address: '',
    postcode: '',
    city: '',
    department: '',
    isHeadOffice: listedSiret(cell(cells, 'siret_siege_social')) === siret,
    isTrainingBody: /^(qualiopi|oui|1|true)$/i.test(cell(cells, 'qualiopi')),
    closedOn: '',
  };
}

// People write these lists: a number stands there as they type it, or as a spreadsheet keeps it.
function listedSiret(typed: string): string {
  if (/^\d*$/.test(typed)) return typed;
  const read = siretInFile(typed);
  return 'siret' in read ? read.siret : typed;
}

/** What a structure most likely is; the agency corrects it where it matters. */
export function structureKindOf(legalCategory: string, name: string): string {
  if (/\bmission locale\b/i.test(name)) return 'local_mission';
  if (/\b(france travail|p[oô]le emploi)\b/i.test(name)) return 'job_centre';
  if (/^73[68]/.test(legalCategory) && /chambre/i.test(name)) return 'chamber';
  if (legalCategory.startsWith('92')) return 'association';
  if (legalCategory.startsWith('7')) return 'town_hall';
  return /^[156]/.test(legalCategory) ? 'company' : 'other';
}

/**
 * Why a row cannot go in, or undefined.
 * @param siret in 14 digits where the file has them: one of SIRENE that writes it otherwise would not join on siren
 */
export function faultOf(siret: string, columns: number, expected: number): string | undefined {
  if (columns !== expected) return `${columns} colonnes au lieu de ${expected}`;
  const read = siretInFile(siret);
  if (/^\d{14}$/.test(siret)) return 'problem' in read ? 'SIRET inexact' : undefined;
  return `SIRET illisible : ${'problem' in read ? read.problem : '14 chiffres attendus'}`;
}
