import { sample } from '#access/sample.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import { newsMessage } from './mails.ts';
import { endAlertsLink } from './stop.ts';

const { person, session, token } = sample;
const unsubscribePath = endAlertsLink.route.replace(':token', token);
const news = {
  search: { name: 'Projet professionnel à Bordeaux', query: 'q=projet' },
  found: { total: 2, actions: [{ id: 1, title: session.actionTitle }] },
};

/** The alerts of saved searches. */
export const savedSearchMails: DeclaredMails = {
  'saved-search.news': {
    to: 'person',
    when: 'Une recherche enregistrée avec alerte trouve du nouveau. Une fois par jour au plus.',
    sample: ({ publicUrl }) => ({
      ...newsMessage(person, [news], publicUrl + unsubscribePath),
      unsubscribePath,
    }),
  },
};
