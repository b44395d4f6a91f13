import { type PersonalData, writtenUnder } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    emails: {
      rows: `
        select m.subject, m.recipient, m.created_at as "createdAt", m.sent_at as "sentAt"
          from emails m where m.recipient = u.email order by m.id`,
    },
  },
  // Those not tried yet, the last word to the person among them, need their address to leave.
  async erase(trx, person) {
    const theirs = () => trx('emails').where(writtenUnder(person, 'recipient'));
    await theirs().where({ status: 'sent' }).update({ recipient: person.nowhere, subject: 'Objet effacé' });
    await theirs().whereIn('status', ['failing', 'undeliverable']).delete();
  },
  erased: {
    'emails.recipient': 'emails.recipient',
    'emails.subject': 'emails.subject',
    'emails.sealed_content': '(was or will be sent to the person)',
    'emails.last_error': '(of the mail server, about the sending)',
  },
  impersonal: { emails: 'kind message_id status claimed_by' },
};
