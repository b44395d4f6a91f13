/** The natures of an « action concourant au développement des compétences » (code du travail, L6313-1), in its order. */
export const natureLabels: Readonly<Record<string, string>> = Object.freeze({
  training: 'action de formation',
  skills_assessment: 'bilan de compétences',
  vae: 'action de validation des acquis de l’expérience (VAE)',
  apprenticeship: 'action de formation par apprentissage',
});
