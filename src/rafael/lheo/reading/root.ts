import type { SaxesTagNS } from 'saxes';
import { LHEO_2_2, LHEO_2_3, shapes } from '../shape/shape.ts';

/** Why a file that begins so is none that is taken, in French; undefined where it is one. */
export function faultOfRoot({ local, uri }: SaxesTagNS): string | undefined {
  if (uri !== LHEO_2_3 && uri !== LHEO_2_2) {
    return `Ce n’est pas un fichier LHÉO 2.3 ou 2.2. ${whose(uri)} ; « ${LHEO_2_3} » est attendu.`;
  }
  if (local === 'lheo') return undefined;
  return shapes.has(local)
    ? `Un fichier « ${local} » n’est pas accepté : sa racine doit être « lheo ».`
    : 'La racine du fichier doit être « lheo ».';
}

function whose(namespace: string): string {
  if (/edof|moncompteformation/i.test(namespace)) return 'C’est le dialecte d’EDOF (Mon Compte Formation)';
  return namespace ? `Son espace de noms est « ${namespace.slice(0, 200)} »` : 'Il n’a pas d’espace de noms';
}
