import type { Fields } from '#platform/web/forms/body.ts';
import { longText, optionalLongText } from '#platform/web/forms/fields.ts';
import { readForm } from '#platform/web/forms/forms.ts';
import { typedValues } from '../sessions/form.ts';
import { sessionForm } from '../sessions/schemas.ts';

/** A session, as a training body proposes it: the agency's own reference is not theirs to give. */
export const proposedSession = sessionForm.omit({ reference: true });

const MOST_COMMENT = 1000;

/** « Proposer une session » */
export const newProposalForm = proposedSession.extend({ commentaire: optionalLongText(MOST_COMMENT) });

/** « Proposer un changement »: the comment is the reason that the people concerned are given. */
export const changeProposalForm = proposedSession.extend({
  commentaire: longText('Indiquez pourquoi\u00a0: les personnes concernées liront ce motif.', MOST_COMMENT),
});

/** Everything that was typed, whichever part is then read. */
export function typedProposal(body: Fields): Record<string, string> {
  const { reference: _theirs, ...values } = typedValues(body);
  return { ...values, ...readForm(newProposalForm, body).form.values };
}
