import { formatSiret } from '#platform/french/words.ts';

/** What another one told of whoever asks for an account, as the request keeps it. */
export interface ToldOf {
  vouchedBy: string | null;
  vouchedName: string | null;
  vouchedSiret: string | null;
}

/** The same in words, and where it differs from what the person typed. */
export interface VouchedInWords {
  /** « ProConnect : Jean Dupont, SIRET 123 456 789 00012 » */
  told: string;
  differences: string[];
}

/**
 * Compares what another one told of somebody with what they typed: that they are known there says nothing of a name or a
 * structure of their own choice.
 * @returns undefined where nobody vouches for them
 */
export function vouchedInWords(
  { vouchedBy: by, vouchedName: name, vouchedSiret: siret }: ToldOf,
  typed: { firstName: string; lastName: string; siret: string },
): VouchedInWords | undefined {
  if (!by) return undefined;
  const facts = [name || 'sans nom', siret ? `SIRET ${formatSiret(siret)}` : 'sans SIRET'];
  const differences = [
    ...(name && isNamed(typed, name) ? [] : [`Le nom saisi n’est pas celui que donne ${by}.`]),
    ...(siret && siret !== typed.siret ? [otherStructure(siret, typed.siret, by)] : []),
  ];
  return { told: `${by}\u00a0: ${facts.join(', ')}`, differences };
}

/** Whether all that was typed of a name is in the one that was told, in whatever order, case and accents. */
function isNamed({ firstName, lastName }: { firstName: string; lastName: string }, told: string): boolean {
  const words = wordsOf(told);
  return wordsOf(`${firstName} ${lastName}`).every((word) => words.includes(word));
}

const wordsOf = (name: string): string[] =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const otherStructure = (told: string, chosen: string, by: string): string =>
  told.slice(0, 9) === chosen.slice(0, 9)
    ? `La structure choisie est un autre établissement que celui que donne ${by}.`
    : `La structure choisie n’est pas celle que donne ${by}.`;
