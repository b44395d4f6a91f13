import { childrenOf, elementsOf, type LheoElement } from '../../lheo/tree.ts';
import { tokenOf } from '../../lheo/values.ts';

/** A code that a list of the agency may explain. */
export interface UsedCode {
  list: 'FORMACODE' | 'RNCP' | 'RS';
  code: string;
  /** Of the Formacode: « V14 ». */
  version?: string;
  /** `domaine-formation/code-FORMACODE[1]` */
  path: string;
}

/** The Formacodes and certifications of a formation, as far as they are what the lists hold. */
export function codesIn(formation: LheoElement): UsedCode[] {
  const used: UsedCode[] = [];
  for (const domain of childrenOf(formation, 'domaine-formation'))
    for (const [at, { text = '', attributes }] of childrenOf(domain, 'code-FORMACODE').entries()) {
      const [code, version] = [tokenOf(text), attributes?.ref];
      if (version && /^\d{5}$/.test(code))
        used.push({ list: 'FORMACODE', code, version, path: `domaine-formation/code-FORMACODE[${at + 1}]` });
    }
  for (const [at, certification] of childrenOf(formation, 'certification').entries())
    for (const { name, text = '' } of elementsOf(certification)) {
      const list = name === 'code-RNCP' ? 'RNCP' : name === 'code-RS' ? 'RS' : undefined;
      const code = tokenOf(text).replace(/^(RNCP|RS)\s*/i, '');
      if (list && /^\d{1,6}$/.test(code)) used.push({ list, code, path: `certification[${at + 1}]/${name}` });
    }
  return used;
}

/** The lists that the agency imported, as far as they are asked. */
export interface CodeLists {
  /** Lists that hold something: « RNCP », « FORMACODE V14 ». */
  loaded: ReadonlySet<string>;
  /** What is known of the codes that were asked for: the last day of a certification, or null. */
  known: ReadonlyMap<string, string | null>;
}

/** The list that a code belongs to. */
export const listOf = ({ list, version }: Pick<UsedCode, 'list' | 'version'>): string =>
  list === 'FORMACODE' ? `FORMACODE ${version}` : list;
/** How a code is asked for. */
export const keyOf = (used: UsedCode): string => `${listOf(used)} ${used.code}`;

/** What the lists have against a code, if anything: a list that nobody imported says nothing. */
export function codeProblem(
  used: UsedCode,
  { loaded, known }: CodeLists,
  today: string,
): { code: 'W40' | 'W41'; message: string } | undefined {
  if (!loaded.has(listOf(used))) return undefined;
  const label = used.list === 'FORMACODE' ? `Formacode ${used.version}` : used.list;
  const until = known.get(keyOf(used));
  if (until === undefined)
    return {
      code: 'W40',
      message: `La liste ${label} de l’agence n’a pas ce code\u00a0: il est gardé tel quel.`,
    };
  if (until === null || until >= today) return undefined;
  const [year, month, day] = until.split('-');
  return {
    code: 'W41',
    message: `L’enregistrement de cette certification (${label}) a pris fin le ${day}/${month}/${year}.`,
  };
}
