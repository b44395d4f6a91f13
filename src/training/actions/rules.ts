/** Where an action stands in the catalogue. */
export type ActionState = 'draft' | 'published' | 'archived';

/** What the agency may do to an action besides editing it. */
export type Step = 'publier' | 'retirer' | 'archiver' | 'desarchiver';

/**
 * The natures of an « action concourant au développement des compétences » (code du travail, L6313-1), in its order, in
 * the words of the certificat de réalisation.
 */
export const natureLabels: Readonly<Record<string, string>> = Object.freeze({
  training: 'action de formation',
  skills_assessment: 'bilan de compétences',
  vae: 'action de validation des acquis de l’expérience (VAE)',
  apprenticeship: 'action de formation par apprentissage',
});

/** What a {@link Step} depends on. */
export interface StepFacts {
  state: ActionState;
  objectives: string;
  /** Requests under way in sessions that are not over. */
  live: number;
}

/** True, or the reason why not, as the page says it. */
export function mayDo(step: Step, { state, objectives, live }: StepFacts): true | string {
  if (step === 'publier') {
    if (state !== 'draft') return 'Seul un brouillon se publie.';
    return (
      objectives !== '' ||
      'Écrivez d’abord les objectifs\u00a0: sans eux, la page ne dit pas à quoi sert l’action.'
    );
  }
  if (step === 'retirer') return state === 'published' || 'Cette action n’est pas publiée.';
  if (step === 'desarchiver') return state === 'archived' || 'Cette action n’est pas archivée.';
  if (state === 'archived') return 'Cette action est déjà archivée.';
  return (
    live === 0 ||
    'Des demandes sont en cours pour ses sessions à venir\u00a0: annulez d’abord ces sessions, ou attendez leur fin.'
  );
}
