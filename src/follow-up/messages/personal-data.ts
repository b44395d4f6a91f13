import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    sentMessages: {
      rows: `
        select ac.title as action, g.subject, g.body, g.sent_at as "sentAt"
          from session_messages g join sessions se on se.id = g.session_id join actions ac on ac.id = se.action_id
         where g.author_id = u.id order by g.sent_at, g.id`,
    },
  },
  people: { 'session_messages.author_id': 'kept' },
  erase: (trx, { id }) =>
    trx('session_messages').where({ author_id: id }).update({ subject: 'Objet effacé', body: '' }),
  erased: {
    'session_messages.subject': 'sentMessages.subject',
    'session_messages.body': 'sentMessages.body',
  },
};
