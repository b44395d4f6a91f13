import type { Knex } from 'knex';
import type { Dependencies } from '../../../platform/dependencies.ts';
import { formatPeriod } from '../../../platform/french/time.ts';

/** Why somebody does not come back with the session, in words for them, by the code of the rule. */
const reasons: Readonly<Record<string, string>> = Object.freeze({
  left_structure: 'Vous n’êtes plus rattaché à la structure pour laquelle vous aviez demandé cette place.',
  already_live: 'Vous avez depuis fait une autre demande pour la même action.',
  yearly_actions_used: 'Vous avez depuis utilisé tous vos droits de participation de l’année.',
  yearly_formations_used: 'Vous avez depuis utilisé tous vos droits à des formations de l’année.',
  no_seat: 'La session a maintenant moins de places, et toutes sont prises.',
  full: 'La session et sa liste d’attente sont complètes.',
  closed: 'Les inscriptions à cette session sont closes.',
});

/** Tells somebody that the session takes place after all, but without them, and why. */
export async function tellNotRestored(
  deps: Dependencies,
  trx: Knex.Transaction,
  enrolmentId: number,
  code: string,
): Promise<void> {
  const row = await trx('enrolments as e')
    .join('users as u', 'u.id', 'e.user_id')
    .join('sessions as s', 's.id', 'e.session_id')
    .join('actions as a', 'a.id', 'e.action_id')
    .where('e.id', enrolmentId)
    .first('u.email', 'u.first_name', 'u.last_name', 'a.title', 'a.slug', 's.starts_at', 's.ends_at');
  await deps.mail.enqueue(trx, {
    kind: 'enrolment.not_restored.person',
    to: row.email,
    recipientName: `${row.first_name} ${row.last_name}`,
    subject: `Session rétablie sans vous\u00a0: ${row.title}`,
    paragraphs: [
      'La session qui avait été annulée aura lieu, mais votre demande ne peut pas être rétablie.',
      reasons[code] ?? 'Une règle d’inscription s’y oppose maintenant.',
      'Si la session accepte encore des demandes, vous pouvez en faire une nouvelle.',
    ],
    details: [
      ['Action', row.title],
      ['Dates', formatPeriod(row.starts_at, row.ends_at, deps.clock.now())],
    ],
    link: { label: 'Voir l’action', path: `/parcourspro/actions/${row.slug}` },
  });
}
