/** What the words in braces of a template stand for. */
export interface Filling {
  prenom: string;
  structure: string;
}

/**
 * A template with its words in braces replaced, `{prenom}` and `{structure}`; any other is left as it is written, for
 * whoever sends it to see. The text is edited before it leaves.
 */
export function fillTemplate(body: string, filling: Filling): string {
  return body.replace(/\{(prenom|structure)\}/g, (_, word: keyof Filling) => filling[word] || '…');
}
