import { formatSlot } from '#platform/french/time.ts';
import type { SigningSlot } from '../windows/repository.ts';

/** What somebody declares by signing, as the page shows it above the button. */
export const sentences = Object.freeze({
  participant: 'Je certifie être présent ou présente à cette demi-journée de formation.',
  late: 'Je certifie avoir été présent ou présente à cette demi-journée de formation, que je signe en retard.',
  trainer:
    'Je certifie animer cette demi-journée de formation, et la présence des personnes que j’ai notées présentes.',
  confirmation:
    'Je confirme que cette personne, qui signe en retard, était présente à cette demi-journée de formation.',
});
export type Sentence = keyof typeof sentences;

type StatedSlot = Pick<SigningSlot, 'actionTitle' | 'sessionId' | 'startsAt' | 'endsAt' | 'providerName'>;

/**
 * The text that is signed: what, when (in words of Paris and in UTC), and what is declared. It names
 * nobody, neither whoever signs nor the trainer, so that it stays when they are forgotten: the evidence does.
 */
export const statementOf = (slot: StatedSlot, sentence: Sentence): string =>
  [
    'Émargement électronique',
    `Action\u00a0: ${slot.actionTitle}`,
    `Session n°\u00a0${slot.sessionId}`,
    `Demi-journée\u00a0: ${formatSlot(slot.startsAt, slot.endsAt)} (${slot.startsAt.toISOString()} / ${slot.endsAt.toISOString()})`,
    `Organisme de formation\u00a0: ${slot.providerName}`,
    sentences[sentence],
  ].join('\n');
