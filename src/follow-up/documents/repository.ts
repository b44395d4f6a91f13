import type { Knex } from 'knex';
import { slotsJson } from '#enrolment/slots.ts';
import { CONFIRMED_STATES } from '#enrolment/states.ts';
import { query, whenRun } from '#platform/database/query.ts';
import type { Mark } from '../attendance/rules.ts';

/** A document of a session. */
export interface SessionDocument {
  id: number;
  title: string;
  bytes: number;
  addedAt: Date;
  addedBy: string;
}

/** The documents of a session, the latest first. */
export function findDocuments(db: Knex, sessionId: number): Promise<SessionDocument[]> {
  return db('session_documents as d')
    .join('users as u', 'u.id', 'd.added_by')
    .where('d.session_id', sessionId)
    .orderBy([
      { column: 'd.added_at', order: 'desc' },
      { column: 'd.id', order: 'desc' },
    ])
    .select({
      id: 'd.id',
      title: 'd.title',
      bytes: 'd.bytes',
      addedAt: 'd.added_at',
      addedBy: db.raw(`full_name(u)`),
    });
}

/** @returns undefined when the same file is there already */
export async function insertDocument(
  trx: Knex.Transaction,
  document: { sessionId: number; title: string; content: Uint8Array; sha256: string; at: Date; by: number },
): Promise<number | undefined> {
  const [row] = await trx('session_documents')
    .insert({
      session_id: document.sessionId,
      title: document.title,
      bytes: document.content.length,
      sha256: document.sha256,
      added_at: document.at,
      added_by: document.by,
    })
    .onConflict(['session_id', 'sha256'])
    .ignore()
    .returning('id');
  if (!row) return undefined;
  await trx('session_document_contents').insert({
    document_id: row.id,
    content: Buffer.from(document.content),
  });
  return row.id;
}

/** @returns how many went: 0 when the session has no such document */
export const deleteDocument = (trx: Knex.Transaction, sessionId: number, id: number): Promise<number> =>
  trx('session_documents').where({ id, session_id: sessionId }).delete();

/** How many documents a session has. */
export async function countDocuments(trx: Knex.Transaction, sessionId: number): Promise<number> {
  const [row] = await trx('session_documents').where({ session_id: sessionId }).count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** A document with its bytes, whoever asks. */
export async function findContent(
  db: Knex,
  sessionId: number,
  id: number,
): Promise<{ title: string; content: Buffer } | undefined> {
  return db('session_documents as d')
    .join('session_document_contents as c', 'c.document_id', 'd.id')
    .where({ 'd.id': id, 'd.session_id': sessionId })
    .first('d.title', 'c.content');
}

/** The same for somebody with a seat, by their own enrolment; undefined for anybody else. */
export async function findOwnContent(
  db: Knex,
  { userId, enrolmentId, id }: { userId: number; enrolmentId: number; id: number },
): Promise<{ title: string; content: Buffer } | undefined> {
  return db('session_documents as d')
    .join('enrolments as e', 'e.session_id', 'd.session_id')
    .join('session_document_contents as c', 'c.document_id', 'd.id')
    .where({ 'd.id': id, 'e.id': enrolmentId, 'e.user_id': userId })
    .whereIn('e.state', [...CONFIRMED_STATES])
    .first('d.title', 'c.content');
}

// Every half-day has its mark: nothing is left to note of this person.
const IS_NOTED = `
  e.state = 'attended' and exists (select from slots sl where sl.session_id = e.session_id)
  and not exists (select from slots sl left join attendance t on t.slot_id = sl.id and t.enrolment_id = e.id
                   where sl.session_id = e.session_id and t.slot_id is null)`;

/** What each of these enrolments gives to read: documents, and an attestation or none. */
export async function findForEnrolments(
  db: Knex,
  enrolmentIds: readonly number[],
): Promise<
  {
    enrolmentId: number;
    hasAttestation: boolean;
    documents: { id: number; title: string; bytes: number }[];
  }[]
> {
  const { rows } = await db.raw(
    `select e.id as "enrolmentId", ${IS_NOTED} as "hasAttestation",
            coalesce((select json_agg(json_build_object('id', d.id, 'title', d.title, 'bytes', d.bytes)
                                      order by d.added_at desc, d.id desc)
                        from session_documents d where d.session_id = e.session_id), '[]') as documents
       from enrolments e
      where e.id = any(cast(${whenRun('cast(:ids as int[])')} as int[])) and e.state = any(cast(:states as text[]))`,
    { ids: [...enrolmentIds], states: [...CONFIRMED_STATES] },
  );
  return rows;
}

/** What an attestation says. */
export interface AttestationFacts {
  enrolmentId: number;
  userId: number;
  providerId: number;
  civility: string;
  personName: string;
  structureName: string;
  actionTitle: string;
  kindLabel: string;
  modality: string;
  city: string | null;
  startsAt: Date;
  endsAt: Date;
  providerName: string;
  providerSiret: string;
  providerPlace: string;
  trainer: string;
  slots: { id: number; startsAt: Date; endsAt: Date }[];
  marks: Mark[];
  /** When the presence was last noted. */
  notedAt: Date;
}

/** @returns undefined where there is no presence to attest, or no such enrolment */
export async function findAttestation(db: Knex, enrolmentId: number): Promise<AttestationFacts | undefined> {
  const rows = await query<AttestationFacts[]>(
    db,
    `select e.id as "enrolmentId", e.user_id as "userId", a.provider_id as "providerId", u.civility,
            full_name(u) as "personName", st.name as "structureName",
            a.title as "actionTitle", k.label as "kindLabel", a.modality, s.city, s.starts_at as "startsAt",
            s.ends_at as "endsAt", pr.name as "providerName", pr.siret as "providerSiret",
            concat_ws(', ', nullif(pr.address, ''), nullif(concat_ws(' ', pr.postcode, pr.city), '')) as "providerPlace",
            a.trainer,
            ${slotsJson(`'id', sl.id`)} as slots,
            (select json_agg(json_build_object('slotId', t.slot_id, 'presence', t.presence, 'minutes', t.minutes))
               from attendance t where t.enrolment_id = e.id) as marks,
            (select max(t.changed_at) from attendance t where t.enrolment_id = e.id) as "notedAt"
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = e.action_id
       join action_kinds k on k.id = a.kind_id
       join structures pr on pr.id = a.provider_id
      where e.id = ? and ${IS_NOTED}`,
    [enrolmentId],
  );
  const [found] = rows;
  for (const slot of found?.slots ?? []) {
    slot.startsAt = new Date(slot.startsAt);
    slot.endsAt = new Date(slot.endsAt);
  }
  return found;
}
