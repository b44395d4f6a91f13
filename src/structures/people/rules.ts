import type { Right, Verdict } from '#access/rights.ts';

/** Whether « – » asks to confirm: what a référent takes from a référent, or from themself, is not easily undone. */
export const asksFirst = (right: Right, isOwn: boolean): boolean => right === 'referent' || isOwn;

/**
 * Whether the person is told by e-mail that they have, or have no longer, this right: those with which they decide
 * for others. Nobody is told what they did themself.
 */
export const isToldOf = (right: Right, isOwn: boolean): boolean =>
  !isOwn && (right === 'referent' || right === 'hr_validator');

/** What taking away a right means, on the page that asks to confirm. @param name of the person, for another's */
export function meaningOfRevoking(right: Right, isOwn: boolean, name: string): string {
  if (right === 'referent') {
    return isOwn
      ? 'Vous ne pourrez plus accepter de demandes ni donner de droits pour cette structure. Seul un autre référent, ou Cap Métiers, pourra vous rendre ce droit.'
      : `${name} ne pourra plus accepter de demandes ni donner de droits pour cette structure. Un e-mail le lui dit.`;
  }
  return 'Vous perdez ce droit aussitôt pour cette structure. Tant que vous y êtes référent, vous pouvez vous le rendre.';
}

/** Whether somebody may hand over the role of référent (domain.md §2). */
export function mayHandOver(isReferent: boolean, toOneself: boolean): Verdict {
  if (!isReferent) {
    return 'Vous n’êtes pas référent de cette structure\u00a0: vous n’avez pas de rôle à transmettre.';
  }
  return toOneself ? 'Vous êtes déjà référent\u00a0: choisissez une autre personne.' : true;
}
