import type { Badge } from '#platform/web/views/badge.ts';
import type { DeadLink } from './decision/links.ts';
import { type State, stateLabels } from './states.ts';

const looks: Readonly<Record<State, Omit<Badge, 'label'>>> = Object.freeze({
  requested: { glyph: 'hourglass-split', tone: 'info' },
  waitlisted: { glyph: 'list-ol', tone: 'warning' },
  preregistered: { glyph: 'check-circle', tone: 'primary' },
  enrolled: { glyph: 'check-circle-fill', tone: 'success' },
  attended: { glyph: 'person-check-fill', tone: 'success' },
  absent: { glyph: 'person-x-fill', tone: 'danger' },
  refused_by_hr: { glyph: 'x-circle-fill', tone: 'danger' },
  refused_by_provider: { glyph: 'x-circle-fill', tone: 'danger' },
  withdrawn: { glyph: 'slash-circle', tone: 'neutral' },
  session_cancelled: { glyph: 'calendar-x', tone: 'neutral' },
  expired: { glyph: 'clock-history', tone: 'neutral' },
});

/** What is told of a state beyond its name. */
interface StateDetails {
  /** In the queue; null where it is not shown. */
  rank?: number | null;
  /** The refusal took an approval back. */
  approvalWithdrawn?: boolean;
}

/** Where an enrolment stands, for `partials/state`. */
export function enrolmentBadge(state: State, { rank, approvalWithdrawn }: StateDetails): Badge {
  const isRanked = state === 'waitlisted' && typeof rank === 'number';
  const isTakenBack = state === 'refused_by_hr' && approvalWithdrawn;
  const label = isTakenBack ? 'Accord retiré par l’employeur' : stateLabels[state];
  return { label: isRanked ? `${label} (rang\u00a0${rank})` : label, ...looks[state] };
}

/** Why the link of an e-mail opens no request. */
export const deadLinkReasons: Readonly<Record<DeadLink, string>> = Object.freeze({
  ended:
    'Votre mot de passe ou votre adresse e-mail a changé depuis l’envoi de ce lien, ou l’agence l’a annulé : par sécurité, il ne permet plus de décider.',
  noRight:
    'Vous n’êtes plus Valideur RH de la structure concernée, ni à la place d’un autre : la décision revient à une autre personne.',
  unknown: 'Le lien est incomplet, ou il a été remplacé.',
});
