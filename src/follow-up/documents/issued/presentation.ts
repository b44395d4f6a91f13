import { formatDay } from '#platform/french/time.ts';
import type { Badge } from '#platform/web/views/badge.ts';
import { templateKindLabels } from '../templates/fields.ts';
import type { DocumentOnList } from './repository.ts';

/** What a document is today: computed from what became of it, never stored. */
export type DocumentState = 'issued' | 'replaced' | 'withdrawn' | 'erased';

type Fate = Pick<DocumentOnList, 'replacedBy' | 'withdrawnAt' | 'isErased'>;

/** A version that has another in its place is « remplacé », whatever else became of it. */
export function stateOf({ replacedBy, withdrawnAt, isErased }: Fate): DocumentState {
  if (replacedBy) return 'replaced';
  if (withdrawnAt) return 'withdrawn';
  return isErased ? 'erased' : 'issued';
}

/** How pages show it. */
export const stateBadges: Readonly<Record<DocumentState, Badge>> = Object.freeze({
  issued: { label: 'Émis', glyph: 'check-circle-fill', tone: 'success' },
  replaced: { label: 'Remplacé', glyph: 'arrow-repeat', tone: 'neutral' },
  withdrawn: { label: 'Retiré', glyph: 'x-circle', tone: 'danger' },
  erased: { label: 'Contenu effacé', glyph: 'archive', tone: 'neutral' },
});

/** « Certificat de réalisation » */
export const kindLabel = (kind: string): string =>
  templateKindLabels[kind as keyof typeof templateKindLabels] ?? kind;

/** « n° 2026-CERT-000123, remplacé par le n° 2026-CERT-000150 »: what somebody reads beside the name of their document. */
export function detailOf(document: DocumentOnList): string {
  const { number, replacedBy, withdrawnAt, withdrawnBecause, issuedAt } = document;
  const state = {
    issued: `émis le ${formatDay(issuedAt)}`,
    replaced: `remplacé par le n°\u00a0${replacedBy}`,
    withdrawn: `retiré le ${withdrawnAt ? formatDay(withdrawnAt) : ''}\u00a0: ${withdrawnBecause ?? ''}`,
    erased: 'contenu effacé',
  }[stateOf(document)];
  return `PDF, n°\u00a0${number}, ${state}`;
}
