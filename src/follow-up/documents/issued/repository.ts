import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { Facts, IssuedDocument } from '../issuing/kind.ts';

/** A document with what became of it. */
export interface DocumentOnList {
  id: number;
  kind: string;
  number: string;
  version: number;
  issuedAt: Date;
  /** Whom it is about: a person, or an employer; null for the whole session. */
  about: string | null;
  enrolmentId: number | null;
  /** The number of the version that took its place. */
  replacedBy: string | null;
  withdrawnAt: Date | null;
  withdrawnBecause: string | null;
  sentAt: Date | null;
  downloadedAt: Date | null;
  isErased: boolean;
  bytes: number;
}

/** What became of the document `d`, as joins; the columns of {@link FATE} read them. */
const FATE_JOINS = `
  left join issued_documents newer on newer.replaces_id = d.id
  left join issued_document_contents c on c.document_id = d.id
  left join lateral (select ev.at, ev.reason from document_events ev
                      where ev.document_id = d.id and ev.kind = 'withdrawn' order by ev.id limit 1) gone on true
  left join lateral (select max(ev.at) filter (where ev.kind = 'sent') as sent,
                            max(ev.at) filter (where ev.kind = 'downloaded') as downloaded
                       from document_events ev where ev.document_id = d.id) told on true`;

const FATE = `
  newer.number as "replacedBy", gone.at as "withdrawnAt", gone.reason as "withdrawnBecause", told.sent as "sentAt",
  told.downloaded as "downloadedAt", c.document_id is null as "isErased"`;

const ROW = `d.id, d.kind, d.number, d.version, d.issued_at as "issuedAt", d.enrolment_id as "enrolmentId", d.bytes`;

/** What could not be issued, as the page says it. */
export interface RefusalOnList {
  kind: string;
  about: string | null;
  reason: string;
}

/** The documents of a session: how many there are of each kind, and those that cannot be issued. */
export interface SessionDocuments {
  /** By kind: all, and those that stand. */
  counts: Record<string, { all: number; standing: number }>;
  refusals: RefusalOnList[];
  /** Whether the action is an « action de formation ». */
  isTraining: boolean;
  rows: (DocumentOnList & { isSigned: boolean })[];
  total: number;
}

const ABOUT = (of: string) =>
  `coalesce((select full_name(u) from enrolments e join users u on u.id = e.user_id where e.id = ${of}.enrolment_id),
            (select st.name from structures st where st.id = ${of}.structure_id))`;

/** One page of the documents of a session, of a kind or all, with its counts and its refusals; in one statement. */
export async function findSessionDocuments(
  db: Knex,
  sessionId: number,
  kind: string | null,
  { offset, limit }: { offset: number; limit: number },
): Promise<SessionDocuments> {
  const rows = await query<[SessionDocuments]>(
    db,
    `with one_page as (
       select ${ROW}, ${ABOUT('d')} as about, ${FATE}, count(*) over () as total,
              exists (select from convention_signatures g
                       where g.document_id = d.id and g.party = 'body') or c.facts -> 'signatures' -> 0 is not null
                as "isSigned"
         from issued_documents d ${FATE_JOINS}
        where d.session_id = :sessionId and (cast(:kind as text) is null or d.kind = :kind)
        order by d.kind, about nulls first, d.enrolment_id, d.structure_id, d.version desc
       offset :offset limit :limit)
     select (select coalesce(json_agg(p), '[]') from one_page p) as rows,
            coalesce((select max(p.total) from one_page p), 0) as total,
            (select k.is_training from sessions s join actions a on a.id = s.action_id
               join action_kinds k on k.id = a.kind_id where s.id = :sessionId) as "isTraining",
            (select coalesce(json_object_agg(k.kind, json_build_object('all', k.many, 'standing', k.standing)), '{}')
               from (select d.kind, count(*) as many,
                            count(*) filter (where newer.id is null and not exists (
                              select from document_events ev
                               where ev.document_id = d.id and ev.kind = 'withdrawn')) as standing
                       from issued_documents d left join issued_documents newer on newer.replaces_id = d.id
                      where d.session_id = :sessionId group by d.kind) k) as counts,
            (select coalesce(json_agg(json_build_object('kind', r.kind, 'about', ${ABOUT('r')}, 'reason', r.reason)
                                      order by r.kind, r.id), '[]')
               from document_refusals r where r.session_id = :sessionId) as refusals`,
    { sessionId, kind, offset, limit },
  );
  const [found] = rows;
  return { ...found, rows: found.rows.map((row) => ({ ...row, ...withDates(row) })) };
}

const dateOf = (at: Date | null): Date | null => at && new Date(at);
/** Gives a row that came as JSON its moments back. */
export const withDates = (row: DocumentOnList): DocumentOnList => ({
  ...row,
  issuedAt: new Date(row.issuedAt),
  withdrawnAt: dateOf(row.withdrawnAt),
  sentAt: dateOf(row.sentAt),
  downloadedAt: dateOf(row.downloadedAt),
});

/**
 * SQL of the documents about the enrolment `e` as JSON, the latest of each kind first: {@link DocumentOnList} with its
 * moments as texts.
 */
export const ISSUED_ABOUT = `
  (select coalesce(json_agg(one order by one.kind, one.version desc), '[]')
     from (select ${ROW}, null as about, ${FATE} from issued_documents d ${FATE_JOINS}
            where d.enrolment_id = e.id) one)`;

/** The code of somebody's certificate that stands, by which anybody verifies it; undefined where there is none. */
export async function findCertificateCode(db: Knex, enrolmentId: number): Promise<string | undefined> {
  const rows = await query<{ code: string }[]>(
    db,
    `select d.code from issued_documents d ${FATE_JOINS}
      where d.enrolment_id = ? and d.kind = 'certificate' and newer.id is null and gone.at is null`,
    [enrolmentId],
  );
  return rows[0]?.code;
}

/** A document with its bytes. */
export interface StoredFile {
  id: number;
  kind: string;
  number: string;
  content: Buffer;
}

const FILE = `select d.id, d.kind, d.number, c.content
                from issued_documents d join issued_document_contents c on c.document_id = d.id`;

/** The bytes of a document of a session; undefined when it has none of this id, or they are erased. */
export async function findFile(db: Knex, sessionId: number, id: number): Promise<StoredFile | undefined> {
  const rows = await query<StoredFile[]>(db, `${FILE} where d.id = ? and d.session_id = ?`, [id, sessionId]);
  return rows[0];
}

/** The bytes of a document, for an e-mail that brings it along. */
export async function readContent(db: Knex, id: number): Promise<Buffer | undefined> {
  const rows = await query<{ content: Buffer }[]>(
    db,
    'select content from issued_document_contents where document_id = ?',
    [id],
  );
  return rows[0]?.content;
}

/** The same for whoever it is about, by its number. */
export async function findOwnFile(db: Knex, userId: number, number: string): Promise<StoredFile | undefined> {
  const rows = await query<StoredFile[]>(
    db,
    `${FILE} join enrolments e on e.id = d.enrolment_id where d.number = ? and e.user_id = ?`,
    [number, userId],
  );
  return rows[0];
}

/** A document of a session, to send it or to withdraw it. */
export interface DocumentAtHand extends IssuedDocument {
  facts: Facts | null;
  isReplaced: boolean;
  isWithdrawn: boolean;
}

/** @returns undefined when the session has no such document */
export async function findAtHand(
  db: Knex,
  sessionId: number,
  id: number,
): Promise<DocumentAtHand | undefined> {
  const rows = await query<(DocumentAtHand & { formerId: number | null; formerNumber: string | null })[]>(
    db,
    `select d.id, d.kind, d.number, d.code, d.version, d.session_id as "sessionId", d.issued_at as "issuedAt",
            d.enrolment_id as "enrolmentId", d.structure_id as "structureId", c.facts, newer.id is not null as "isReplaced",
            gone.at is not null as "isWithdrawn", former.id as "formerId", former.number as "formerNumber"
       from issued_documents d ${FATE_JOINS}
       left join issued_documents former on former.id = d.replaces_id
      where d.id = ? and d.session_id = ?`,
    [id, sessionId],
  );
  const [found] = rows;
  if (!found) return undefined;
  const { formerId, formerNumber, ...document } = found;
  return {
    ...document,
    replaces: formerId && formerNumber ? { id: formerId, number: formerNumber } : null,
  };
}

/**
 * Deletes the contents whose term is over, with what they said; the numbers and the hashes stay.
 * @param most at a time
 * @returns how many
 */
export const eraseContents = (
  db: Knex,
  { today, at, most }: { today: string; at: Date; most: number },
): Promise<number> =>
  execute(
    db,
    `with over as (
       delete from issued_document_contents
        where document_id in (select d.id from issued_documents d
                                join issued_document_contents c on c.document_id = d.id
                               where d.erase_after <= cast(:today as date) order by d.id limit :most)
       returning document_id
     )
     insert into document_events (document_id, kind, at) select document_id, 'erased', :at from over`,
    { today, at, most },
  );
