/**
 * Says that the référents of a structure were written to, which they were only if it has any: the last one may have left
 * since the request.
 * @param count how many were written to
 */
export function referentsTold(count: number): string {
  if (count === 0) return 'La structure n’a pas de référent\u00a0: personne n’est prévenu.';
  return count === 1 ? 'Son référent est prévenu.' : 'Ses référents sont prévenus.';
}

/** The same where a reason was sent. @param count how many it was sent to */
export function reasonSent(count: number): string {
  if (count === 0) return 'La structure n’a pas de référent\u00a0: le motif n’est envoyé à personne.';
  return `Le motif est envoyé à ${count === 1 ? 'son référent' : 'ses référents'}.`;
}
