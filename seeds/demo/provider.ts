import { createHash, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { parisDay } from '#platform/french/time.ts';
import { makePdf } from '#platform/pdf/document.ts';
import { sessionFields } from '#training/sessions/form.ts';
import { getSession } from '#training/sessions/service.ts';
import { lineOf } from '#training/sessions/slots.ts';
import { daysAgo, workingDay } from './calendar.ts';
import { french } from './french.ts';
import type { Person } from './people.ts';

interface OwnSession {
  id: number;
  actionId: number;
  title: string;
  modality: string;
  isPast: boolean;
  held: number;
}

/** What the demo's training body has given, written and proposed: documents, a message, and proposals of each sort. */
export async function insertProviderWork(
  trx: Knex.Transaction,
  people: readonly Person[],
  now: Date,
): Promise<void> {
  const trainer = people.find((one) => one.login === 'prestataire');
  const agency = people.find((one) => one.login === 'gestionnaire');
  const providerId = trainer?.affiliations[0]?.structure.id;
  if (!trainer || !agency || !providerId) throw new Error('the demo has no provider or no agency');
  const { rows } = await trx.raw<{ rows: OwnSession[] }>(
    `select s.id, a.id as "actionId", a.title, a.modality, s.ends_at < :now as "isPast", s.seats_held as held
       from sessions s join actions a on a.id = s.action_id
      where a.provider_id = :providerId and s.cancelled_at is null and a.modality <> 'remote' and s.seats_held > 1
      order by s.starts_at`,
    { providerId, now } as unknown as Record<string, Knex.RawBinding>,
  );
  const past = rows.filter(({ isPast }) => isPast).at(-1);
  const coming = rows.filter(({ isPast }) => !isPast);
  for (const session of [past, ...coming].filter((one) => one !== undefined).slice(0, 3)) {
    await insertDocument(trx, session, trainer.id, now);
  }
  const [next, second] = coming;
  if (next) await insertMessage(trx, next, trainer.id, now);
  const cast = { trx, providerId, by: trainer.id, agencyId: agency.id, now };
  if (next) await insertNewProposals(cast, next);
  if (second) await insertChange(cast, second);
}

async function insertDocument(
  trx: Knex.Transaction,
  { id, title }: OwnSession,
  by: number,
  now: Date,
): Promise<void> {
  const content = await makePdf({ title: 'Programme détaillé', footer: title, at: now }, (pdf) => {
    pdf.heading('Programme détaillé');
    pdf.paragraph(title, { bold: true });
    pdf.paragraph(french('Matin : accueil, attentes de chacun, premiers exercices.'));
    pdf.paragraph(french('Après-midi : mise en pratique, plan d’action, bilan de la journée.'));
  });
  const [row] = await trx('session_documents').insert(
    {
      session_id: id,
      title: 'Programme détaillé',
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      added_at: daysAgo(now, 6, '11:20'),
      added_by: by,
    },
    'id',
  );
  await trx('session_document_contents').insert({ document_id: row.id, content });
}

async function insertMessage(
  trx: Knex.Transaction,
  { id }: OwnSession,
  by: number,
  now: Date,
): Promise<void> {
  const recipients: number[] = await trx('enrolments')
    .where({ session_id: id, state: 'enrolled' })
    .pluck('id');
  if (recipients.length === 0) return;
  const [message] = await trx('session_messages').insert(
    {
      session_id: id,
      author_id: by,
      sent_at: daysAgo(now, 3, '16:40'),
      subject: french('Préparer votre venue'),
      body: french(
        'Bonjour,\n\nPensez à apporter un exemple de votre pratique : nous travaillerons dessus l’après-midi.\nLe programme détaillé est dans votre espace personnel.\n\nÀ bientôt',
      ),
      form_key: randomUUID(),
    },
    'id',
  );
  await trx('session_message_recipients').insert(
    recipients.map((enrolment_id) => ({ message_id: message.id, enrolment_id })),
  );
}

interface Cast {
  trx: Knex.Transaction;
  providerId: number;
  by: number;
  agencyId: number;
  now: Date;
}

async function insertNewProposals(cast: Cast, { actionId }: OwnSession): Promise<void> {
  const { trx, providerId, by, agencyId, now } = cast;
  const form = {
    places: '12',
    attente: '4',
    ouverture: '',
    cloture: '',
    lieu: 'Maison des associations',
    adresse: '12 rue des Écoles',
    code_postal: '33500',
    ville: 'Libourne',
    lien: '',
  };
  const common = { provider_id: providerId, action_id: actionId, is_change: false, proposed_by: by };
  await trx('session_proposals').insert([
    {
      ...common,
      form: { ...form, creneaux: halfDays(now, 95) },
      comment: french('Trois structures du Libournais nous le demandent.'),
      proposed_at: daysAgo(now, 2, '09:35'),
      form_key: randomUUID(),
    },
    {
      ...common,
      form: { ...form, creneaux: halfDays(now, 20) },
      comment: '',
      proposed_at: daysAgo(now, 30, '14:10'),
      state: 'refused',
      decided_by: agencyId,
      decided_at: daysAgo(now, 27, '10:00'),
      refusal_reason: french(
        'La session déjà prévue ce mois-là a encore des places : nous préférons la remplir d’abord.',
      ),
      form_key: randomUUID(),
    },
  ]);
}

async function insertChange(cast: Cast, { id, actionId }: OwnSession): Promise<void> {
  const { trx, providerId, by, now } = cast;
  const session = await getSession({ db: trx }, { actionId, id });
  const { reference: _theirs, ...former } = sessionFields(session);
  await trx('session_proposals').insert({
    provider_id: providerId,
    action_id: actionId,
    is_change: true,
    session_id: id,
    session_version: session.version,
    former,
    form: { ...former, places: String(session.capacity + 2) },
    comment: french('La nouvelle salle est plus grande : deux personnes de plus peuvent venir.'),
    proposed_by: by,
    proposed_at: daysAgo(now, 1, '17:05'),
    form_key: randomUUID(),
  });
}

/** A morning and an afternoon of the first working day from then. */
function halfDays(now: Date, inDays: number): string {
  const day = workingDay(parisDay(now).add({ days: inDays }), 1);
  return [
    { from: '09:00', to: '12:30' },
    { from: '13:30', to: '17:00' },
  ]
    .map((time) => lineOf({ day: day.toString(), ...time, isRemote: false }))
    .join('\n');
}
