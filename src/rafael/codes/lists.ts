import { parseDay } from '#platform/french/time.ts';
import { tidyLine } from '#platform/web/forms/fields.ts';
import type { Fault } from '#training/import/plan.ts';

/** Which list of codes a file is of. */
export type CodeList = 'formacode' | 'certifications';

/** A code as the agency keeps it; texts alone, so that it is compared with what a file says. */
export interface CodeEntry {
  /** What tells it from the others: « V14 22454 », « RNCP 5907 ». */
  key: string;
  /** The version of the Formacode, or the kind of certification. */
  family: string;
  code: string;
  label: string;
  /** The domain of a Formacode. */
  domain: string;
  /** Of a certification: its level, and the last day (`YYYY-MM-DD`) of its registration; '' for none. */
  level: string;
  expires: string;
}

/** A column of a file, as the page explains it. */
export interface Column {
  name: string;
  isRequired?: boolean;
  help: string;
  example: string;
}

interface ListDefinition {
  list: CodeList;
  title: string;
  columns: readonly Column[];
  /** The names of what a line may change. */
  labels: Readonly<Partial<Record<keyof CodeEntry, string>>>;
  /** Reads a line. */
  read(cells: Readonly<Record<string, string>>, faults: Fault[]): CodeEntry;
}

const DEFAULT_VERSION = 'V14';
const required = (faults: Fault[], column: string, value: string, most: number): string => {
  if (value === '') faults.push({ column, problem: 'À remplir.' });
  else if ([...value].length > most)
    faults.push({ column, problem: `${most}\u00a0caractères au plus (${[...value].length} écrits).` });
  return value;
};
const cellOf = (cells: Readonly<Record<string, string>>, name: string) => tidyLine(cells[name] ?? '');

export const codeLists: Readonly<Record<CodeList, ListDefinition>> = Object.freeze({
  formacode: {
    list: 'formacode',
    title: 'Formacode',
    columns: [
      { name: 'code', isRequired: true, help: 'Cinq chiffres.', example: '22454' },
      { name: 'libelle', isRequired: true, help: '200 caractères au plus.', example: 'Maçonnerie' },
      {
        name: 'domaine',
        help: 'Ce que la recherche propose\u00a0: vide, le code n’y est pas proposé.',
        example: 'Bâtiment',
      },
      {
        name: 'version',
        help: `Celle du Formacode\u00a0; ${DEFAULT_VERSION} si la colonne est absente ou vide.`,
        example: DEFAULT_VERSION,
      },
    ],
    labels: { label: 'Libellé', domain: 'Domaine' },
    read(cells, faults) {
      const code = cellOf(cells, 'code').padStart(5, '0');
      if (!/^\d{5}$/.test(code)) faults.push({ column: 'code', problem: 'Un code de cinq chiffres.' });
      const family = (cellOf(cells, 'version') || DEFAULT_VERSION).toUpperCase();
      if (!/^V\d{2}$/.test(family)) faults.push({ column: 'version', problem: 'Une version comme V14.' });
      const domain = cellOf(cells, 'domaine');
      if ([...domain].length > 200)
        faults.push({ column: 'domaine', problem: '200\u00a0caractères au plus.' });
      const label = required(faults, 'libelle', cellOf(cells, 'libelle'), 200);
      return { key: `${family} ${code}`, family, code, label, domain, level: '', expires: '' };
    },
  },
  certifications: {
    list: 'certifications',
    title: 'Certifications (RNCP et RS)',
    columns: [
      {
        name: 'code',
        isRequired: true,
        help: 'Le numéro de la fiche, avec ou sans son type\u00a0: RNCP5907, RS123, 5907.',
        example: 'RNCP5907',
      },
      { name: 'type', help: 'RNCP ou RS, si le code ne le dit pas.', example: 'RNCP' },
      { name: 'libelle', isRequired: true, help: '400 caractères au plus.', example: 'Maçon' },
      { name: 'niveau', help: 'De 1 à 8\u00a0; vide pour aucun.', example: '3' },
      {
        name: 'fin',
        help: 'Le dernier jour de l’enregistrement\u00a0; vide s’il n’y en a pas.',
        example: '31/05/2028',
      },
    ],
    labels: { label: 'Libellé', level: 'Niveau', expires: 'Fin d’enregistrement' },
    read(cells, faults) {
      const [, prefix = '', code = ''] =
        /^(RNCP|RS)?\s*0*(\d{1,6})$/i.exec(cellOf(cells, 'code').replace(/\s/g, '')) ?? [];
      if (code === '') faults.push({ column: 'code', problem: 'Un numéro de six chiffres au plus.' });
      const family = (prefix || cellOf(cells, 'type')).toUpperCase();
      if (family !== 'RNCP' && family !== 'RS') faults.push({ column: 'type', problem: 'RNCP ou RS.' });
      const level = cellOf(cells, 'niveau');
      if (level !== '' && !/^[1-8]$/.test(level))
        faults.push({ column: 'niveau', problem: 'Un niveau de 1 à 8, ou rien.' });
      const written = cellOf(cells, 'fin');
      const day = written === '' ? undefined : parseDay(written);
      if (written !== '' && !day)
        faults.push({ column: 'fin', problem: 'Une date comme 31/05/2028, ou rien.' });
      const label = required(faults, 'libelle', cellOf(cells, 'libelle'), 400);
      return {
        ...{ key: `${family} ${code}`, family, code, label, domain: '', level },
        expires: day?.toString() ?? '',
      };
    },
  },
});
