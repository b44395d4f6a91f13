import type { Badge } from '#platform/web/views/badge.ts';
import { type ActionState, mayDo, type Step, type StepFacts } from './rules.ts';

/** The words and the look of each state. */
export const stateBadges: Readonly<Record<ActionState, Badge>> = Object.freeze({
  draft: { label: 'Brouillon', tone: 'neutral', glyph: 'pencil' },
  published: { label: 'Publiée', tone: 'success', glyph: 'check-circle-fill' },
  archived: { label: 'Archivée', tone: 'neutral', glyph: 'archive' },
});

const buttons: Readonly<Record<Step, { label: string; look: string }>> = Object.freeze({
  publier: { label: 'Publier', look: 'btn-primary' },
  retirer: { label: 'Retirer du catalogue', look: 'btn-outline-primary' },
  archiver: { label: 'Archiver', look: 'btn-outline-danger' },
  desarchiver: { label: 'Sortir des archives', look: 'btn-outline-primary' },
});

/** The steps that make sense from each state. */
const steps: Readonly<Record<ActionState, readonly Step[]>> = Object.freeze({
  draft: ['publier', 'archiver'],
  published: ['retirer', 'archiver'],
  archived: ['desarchiver'],
});

/** The buttons of an action, each with whether it works, or why not. */
export const stepsOf = (action: StepFacts) =>
  steps[action.state].map((step) => ({ step, ...buttons[step], verdict: mayDo(step, action) }));
