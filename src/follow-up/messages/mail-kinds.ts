import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { emailTo } from './mails.ts';

const { person, provider, session, at } = sample;
const context = { ...session, authorName: provider.name, authorEmail: provider.email };
const words = { subject: 'Salle du premier jour', body: 'Bonjour,\n\nNous vous attendons en salle 12.' };

/** What training bodies write to the people of a session. */
export const messageMails: DeclaredMails = {
  'session.message.person': {
    to: 'person',
    when: 'Le prestataire, ou l’agence, écrit aux participants. L’objet et le texte sont les siens.',
    sample: () => emailTo(person, context, words, at),
  },
};
