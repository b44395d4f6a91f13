import type { Message } from '#platform/mail/message.ts';

/** Who may be written to about an enrolment. */
export type Addressee = 'person' | 'validators' | 'provider' | 'agency';

/** The e-mails about one change to those of one kind. */
export interface Addressed {
  to: Addressee;
  messages: Message[];
}

/** How many people of each kind a change was really written to about. */
export type Told = Partial<Record<Addressee, number>>;

const lists = new Intl.ListFormat('fr', { type: 'conjunction' });

/**
 * « la personne et le prestataire en sont informés », « son Valideur RH en est informé »; empty where nobody was
 * written to: a structure may have no validator, a training body nobody, and neither may know of the request yet.
 * @param whose before « Valideur RH », for one of them and for several
 */
export function informedWords(told: Told, whose: [one: string, many: string] = ['son', 'ses']): string {
  const { person = 0, validators = 0, provider = 0, agency = 0 } = told;
  const who = [
    person > 0 ? 'la personne' : '',
    validators > 0 ? (validators > 1 ? `${whose[1]} Valideurs RH` : `${whose[0]} Valideur RH`) : '',
    provider > 0 ? 'le prestataire' : '',
    agency > 0 ? 'Cap Métiers' : '',
  ].filter(Boolean);
  if (who.length === 0) return '';
  if (person > 0 && who.length === 1) return 'la personne en est informée';
  const areMany = who.length > 1 || (validators > 1 && !person && !provider && !agency);
  return `${lists.format(who)} ${areMany ? 'en sont informés' : 'en est informé'}`;
}

/**
 * A sentence that says what was done, then who was written to.
 * @param done without its full stop
 */
export function withInformed(done: string, told: Told, whose?: Parameters<typeof informedWords>[1]): string {
  const informed = informedWords(told, whose);
  return informed ? `${done}\u00a0; ${informed}.` : `${done}.`;
}
