import { plural } from '#platform/french/words.ts';
import type { Applied } from '../apply/service.ts';
import type { ImportState, View } from './repository.ts';

/** The words for each state of an import, with the tone and the glyph of its badge. */
export const stateLabels: Readonly<Record<ImportState, { label: string; tone: string; glyph: string }>> =
  Object.freeze({
    planned: { label: 'À appliquer', tone: 'info', glyph: 'hourglass-split' },
    applied: { label: 'Appliqué', tone: 'success', glyph: 'check-circle-fill' },
    stale: { label: 'Plus à jour', tone: 'neutral', glyph: 'clock' },
    failed: { label: 'Échoué', tone: 'danger', glyph: 'x-circle-fill' },
  });

/** What the lines of a plan are called, in the order in which one reads them. */
export const viewLabels: Readonly<Record<View, { one: string; many: string; about: string }>> = Object.freeze(
  {
    rejected: {
      one: 'Rejetée',
      many: 'Rejetées',
      about:
        'Ces formations ne sont pas prises. Corrigez-les dans votre logiciel, puis importez de nouveau le fichier.',
    },
    changed: {
      one: 'Modifiée',
      many: 'Modifiées',
      about: 'Ce que le fichier change aux formations du catalogue.',
    },
    new: {
      one: 'Nouvelle',
      many: 'Nouvelles',
      about: 'Ces formations ne sont pas encore dans le catalogue.',
    },
    missing: {
      one: 'Absente du fichier',
      many: 'Absentes du fichier',
      about: 'Ces formations sont dans le catalogue, et pas dans le fichier.',
    },
    warned: {
      one: 'À vérifier',
      many: 'À vérifier',
      about: 'Ces formations sont prises\u00a0; un point est à vérifier.',
    },
    unchanged: {
      one: 'Inchangée',
      many: 'Inchangées',
      about: 'Le catalogue dit déjà ce que dit le fichier.',
    },
  },
);

/** What applying a plan did, in a sentence. */
export function appliedInWords({ added, changed, archived, left }: Applied): string {
  const done = [
    added > 0 ? plural(added, 'formation ajoutée', 'formations ajoutées') : '',
    changed > 0 ? plural(changed, 'modifiée', 'modifiées') : '',
    archived > 0 ? plural(archived, 'archivée', 'archivées') : '',
  ].filter(Boolean);
  const kept =
    left > 0
      ? ` ${plural(left, 'absente du fichier est gardée', 'absentes du fichier sont gardées')}\u00a0: des candidatures y sont en cours.`
      : '';
  return `L’import est appliqué\u00a0: ${done.join(', ') || 'rien n’a changé'}.${kept}`;
}

/** « 3,2 Mo », « 12 ko » */
export const sizeInWords = (bytes: number): string =>
  bytes >= 1_000_000
    ? `${(bytes / 1_000_000).toLocaleString('fr-FR', { maximumFractionDigits: 1 })}\u00a0Mo`
    : `${Math.max(1, Math.round(bytes / 1000)).toLocaleString('fr-FR')}\u00a0ko`;
