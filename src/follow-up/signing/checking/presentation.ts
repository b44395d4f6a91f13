import { plural } from '#platform/french/words.ts';
import type { Badge } from '#platform/web/views/badge.ts';
import { methodLabels } from '../room/presentation.ts';
import type { NamedSignature, Verdict } from './service.ts';

/** Whether a chain is as it was written, on a list. */
export const chainBadge = (brokenAt: number | null): Badge =>
  brokenAt === null
    ? { label: 'Vérifiée', glyph: 'check-circle-fill', tone: 'success' }
    : { label: `Rompue au n°\u00a0${brokenAt}`, glyph: 'exclamation-octagon-fill', tone: 'danger' };

/** What a check found, in words. */
export function verdictInWords(
  { brokenAt, changedAt }: Verdict,
  length: number,
): { kind: 'success' | 'danger' | 'info'; title: string; text: string } {
  if (brokenAt !== null) {
    return {
      kind: 'danger',
      title: `La chaîne est rompue à la signature n°\u00a0${brokenAt}`,
      text: 'Elle ne suit pas de celles d’avant, ou elle manque\u00a0: quelqu’un a changé la base hors de l’application. Gardez la preuve, et comparez avec la feuille émise et les e-mails.',
    };
  }
  if (changedAt !== null) {
    return {
      kind: 'danger',
      title: `Ce qui accompagne la signature n°\u00a0${changedAt} a changé`,
      text: 'Son texte, ou d’où elle est venue, n’est plus ce qui a été signé\u00a0: quelqu’un a changé la base hors de l’application. Gardez la preuve, et comparez avec la feuille émise et les e-mails.',
    };
  }
  if (length === 0) return { kind: 'info', title: 'Personne n’a signé', text: '' };
  return {
    kind: 'success',
    title:
      length === 1
        ? 'La signature est vérifiée'
        : `Les ${length.toLocaleString('fr-FR')} signatures sont vérifiées`,
    text: `Chacune suit de la précédente, et rien de ce qui a été signé n’a changé. ${plural(length, 'empreinte recalculée', 'empreintes recalculées')} à l’instant.`,
  };
}

const runnerMethods: Readonly<Record<string, string>> = {
  account: 'depuis son compte',
  link: 'par le lien de l’intervenant',
};

/** Who signed, as what, and how: the two lines of a signature on the list. */
export function signatureInWords({ kind, person, signer, method }: NamedSignature): {
  who: string;
  how: string;
} {
  if (kind === 'participant') return { who: signer, how: methodLabels[method as keyof typeof methodLabels] };
  const how = runnerMethods[method] ?? '';
  return kind === 'trainer'
    ? { who: signer, how: `contresigne, ${how}` }
    : { who: signer, how: `confirme le retard de ${person}, ${how}` };
}
