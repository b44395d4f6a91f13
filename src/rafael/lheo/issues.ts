/** Where something begins in a file, both from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Something that is wrong with a formation of a file, or worth a look. */
export interface LheoIssue extends Position {
  code: IssueCode;
  /** `reject`: the formation is not taken. */
  severity: 'reject' | 'warning';
  /** `formation[3]/action[1]/session[2]/periode/debut`: the nth of its name, where its name may come several times. */
  path: string;
  /** In French, for the body. */
  message: string;
  /** What stands there, cut. */
  value?: string;
}

/** The codes of issues, by what they are about; a file as a whole is refused with E01 to E04. */
export const issueTitles = Object.freeze({
  E01: 'DOCTYPE refusé',
  E02: 'Fichier XML mal formé',
  E03: 'Fichier d’une autre sorte',
  E04: 'Fichier hors limites',
  E10: 'Élément ou attribut inattendu',
  E11: 'Élément mal placé',
  E12: 'Élément manquant',
  E13: 'Élément en trop',
  E14: 'Formation trop volumineuse',
  E20: 'Longueur de texte',
  E21: 'Code hors de la liste',
  E22: 'Nombre inexact',
  E23: 'Date inexacte',
  E24: 'Heure inexacte',
  E25: 'SIRET inexact',
  E26: 'Attribut inexact',
  E30: 'Autre organisme',
  E31: 'Numéro manquant',
  E32: 'Numéro en double',
  E33: 'Début après la fin',
  W40: 'Code non vérifié',
  W41: 'Certification échue',
  W42: 'Texte vide',
  W43: 'Ancien code de région',
  W44: 'Balises dans un texte',
  W45: 'Élément vide ignoré',
  W46: 'Session passée encore ouverte',
  W47: 'Fichier plus ancien que le catalogue',
  W48: 'Doublon possible',
  W49: 'Places déjà prises',
});
export type IssueCode = keyof typeof issueTitles;

/** Refused as a whole: nothing of the file is taken. */
export class LheoFileRefused extends Error {
  override name = 'LheoFileRefused';
  readonly code: IssueCode;
  readonly position: Position;
  constructor(code: IssueCode, message: string, position: Position) {
    super(message);
    this.code = code;
    this.position = position;
  }
}

const LONGEST_VALUE = 60;

/** What stands somewhere, as short as a report shows it. */
export const cutValue = (text: string): string => {
  const whole = text.replace(/\s+/g, ' ').trim();
  return [...whole].length > LONGEST_VALUE ? `${[...whole].slice(0, LONGEST_VALUE - 1).join('')}…` : whole;
};
