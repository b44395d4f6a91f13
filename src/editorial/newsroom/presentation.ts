import type { Badge } from '#platform/web/views/badge.ts';
import type { NewsState } from '../news/rules.ts';

/** Where a piece of news stands, in the agency's list. */
export const newsBadges: Readonly<Record<NewsState, Badge>> = Object.freeze({
  scheduled: { label: 'Programmée', glyph: 'clock', tone: 'info' },
  online: { label: 'En ligne', glyph: 'check-circle-fill', tone: 'success' },
  past: { label: 'Passée', glyph: 'calendar-x', tone: 'neutral' },
});
