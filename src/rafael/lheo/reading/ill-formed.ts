import { cutValue } from '../issues.ts';

/** What the parser has against a file, and what a person is told of it. */
const FAULTS: readonly (readonly [fault: RegExp, said: string])[] = [
  [/^unclosed tag: (.*)/s, 'la balise « $1 » n’est pas refermée ; il s’arrête peut-être trop tôt'],
  [/close tag|closing tag: (.*)/s, 'une balise se referme qui n’est pas celle qui a été ouverte en dernier'],
  [/^unexpected end/, 'il s’arrête au milieu d’une balise'],
  [/root element/, 'il ne contient aucune balise'],
  [/root/, 'il contient quelque chose hors de l’élément « lheo »'],
  [/undefined entity/, 'il contient une entité que XML ne connaît pas ; « & » s’écrit « &amp; »'],
  [/entity/, 'le signe « & » s’y trouve seul ; il s’écrit « &amp; »'],
  [/duplicate attribute/, 'une balise porte deux fois le même attribut'],
  [/namespace|prefix/, 'un préfixe de balise ou d’attribut n’y est pas déclaré'],
  [
    /XML declaration|version|standalone|expected|value (?:required|must be quoted)|name\/value/,
    'sa première ligne, <?xml … ?>, est inexacte',
  ],
  [/processing instruction/, 'une instruction <? … ?> est mal écrite'],
  [/comment/, 'un commentaire est mal écrit'],
  [/\]\]>/, 'un texte contient « ]]> »'],
  [/name|attribute|forward-slash|whitespace|incorrect syntax/, 'une balise est mal écrite'],
  [/^disallowed character/, 'il contient un caractère de contrôle, ou « < » dans un attribut'],
];

/** Says in French why a file is no XML. @param fault as the parser names it */
export function illFormed(fault: string): string {
  const [pattern, said] = FAULTS.find(([one]) => one.test(fault)) ?? [];
  const name = cutValue(pattern?.exec(fault)?.[1] ?? '');
  return said
    ? `Le fichier n’est pas du XML bien formé : ${said.replace('$1', () => name)}.`
    : 'Le fichier n’est pas du XML bien formé.';
}
