import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { Facts, FollowedSession, IssuedDocument, Subject } from './kind.ts';

/** A session with its sheet, in one statement; undefined when there is none of this number. */
export async function findFollowedSession(db: Knex, id: number): Promise<FollowedSession | undefined> {
  const rows = await query<FollowedSession[]>(
    db,
    `select s.id, s.action_id as "actionId", a.provider_id as "providerId", s.starts_at as "startsAt",
            s.ends_at as "endsAt", s.cancelled_at as "cancelledAt", sheet.closed_at as "closedAt",
            case when sheet.closed_at is null then 'open'
                 when exists (select from attendance m join enrolments e on e.id = m.enrolment_id
                               where e.session_id = s.id and m.changed_at > sheet.closed_at) then 'corrected'
                 else 'closed' end as sheet,
            coalesce(legal.is_cofinanced, false) as "isCofinanced"
       from sessions s
       join actions a on a.id = s.action_id
       left join action_legal legal on legal.action_id = a.id
       left join attendance_sheets sheet on sheet.session_id = s.id
      where s.id = ?`,
    [id],
  );
  return rows[0];
}

/**
 * The sessions whose documents may say something else once an action, or a training body, is described otherwise: those
 * that are not over, and those where a document could not be issued.
 */
export async function findSessionsToFollow(
  db: Knex,
  of: { actionId: number } | { structureId: number },
  now: Date,
): Promise<number[]> {
  const rows = await query<{ id: number }[]>(
    db,
    `select s.id from sessions s join actions a on a.id = s.action_id
      where ${'actionId' in of ? 'a.id = :actionId' : 'a.provider_id = :structureId'}
        and (s.ends_at > :now and s.cancelled_at is null and exists (
               select from issued_documents d where d.session_id = s.id)
             or exists (select from document_refusals r where r.session_id = s.id))
      order by s.id`,
    { ...of, now },
  );
  return rows.map(({ id }) => id);
}

/** The last version of a document, as it stands. */
export interface Standing extends IssuedDocument {
  templateId: number;
  /** Null once its contents are erased. */
  facts: Facts | null;
  isWithdrawn: boolean;
  /** By somebody, not because it ought to exist no more. */
  isWithdrawnByHand: boolean;
}

/** The last version of each document of a kind in a session. */
export async function findStanding(db: Knex, sessionId: number, kind: string): Promise<Standing[]> {
  return query<Standing[]>(
    db,
    `select distinct on (d.enrolment_id, d.structure_id)
            d.id, d.kind, d.number, d.code, d.version, d.session_id as "sessionId", d.issued_at as "issuedAt",
            d.enrolment_id as "enrolmentId", d.structure_id as "structureId", d.template_id as "templateId", c.facts,
            null as replaces, withdrawn.at is not null as "isWithdrawn",
            withdrawn.by is not null as "isWithdrawnByHand"
       from issued_documents d
       left join issued_document_contents c on c.document_id = d.id
       left join lateral (select e.at, e.by from document_events e
                           where e.document_id = d.id and e.kind = 'withdrawn' order by e.id limit 1) withdrawn on true
      where d.session_id = :sessionId and d.kind = :kind
      order by d.enrolment_id, d.structure_id, d.version desc`,
    { sessionId, kind },
  );
}

/** Takes the next numbers of a series: nobody else takes one until the transaction ends. @returns the first */
export async function takeNumbers(
  trx: Knex.Transaction,
  series: { kind: string; year: number; count: number },
): Promise<number> {
  const rows = await query<[{ last: number }]>(
    trx,
    `insert into document_counters (kind, year, last) values (:kind, :year, :count)
     on conflict (kind, year) do update set last = document_counters.last + excluded.last
     returning last`,
    series,
  );
  return rows[0].last - series.count + 1;
}

/** A document to keep. */
export interface NewDocument extends Subject {
  number: string;
  serial: number;
  code: string;
  version: number;
  replacesId: number | null;
  /** In hexadecimal. */
  sha256: string;
  pages: number;
  facts: Facts;
  content: Buffer;
}

/** What the documents of one issuing share. */
export interface Issuing {
  kind: string;
  year: number;
  sessionId: number;
  templateId: number;
  at: Date;
  by: number | null;
  /** First day on which the contents may go. */
  eraseAfter: string;
}

// A statement of some megabytes at most.
const CONTENTS_AT_A_TIME = 100;

/** Keeps documents with their contents. @returns their ids, in the same order */
export async function insertDocuments(
  trx: Knex.Transaction,
  issuing: Issuing,
  documents: readonly NewDocument[],
): Promise<number[]> {
  const rows = documents.map(({ facts, content, ...row }) => ({
    number: row.number,
    serial: row.serial,
    enrolmentId: row.enrolmentId,
    structureId: row.structureId,
    version: row.version,
    replacesId: row.replacesId,
    sha256: row.sha256,
    bytes: content.length,
    pages: row.pages,
    code: row.code,
  }));
  const kept = await query<{ id: number }[]>(
    trx,
    `insert into issued_documents (kind, number, year, serial, session_id, enrolment_id, structure_id, template_id,
                                   version, replaces_id, sha256, bytes, pages, code, issued_at, issued_by, erase_after)
     select :kind, number, :year, serial, :sessionId, "enrolmentId", "structureId", :templateId,
            version, "replacesId", decode(sha256, 'hex'), bytes, pages, code, :at, :by, :eraseAfter
       from json_to_recordset(cast(:rows as json))
              as r (number text, serial integer, "enrolmentId" integer, "structureId" integer, version integer,
                    "replacesId" integer, sha256 text, bytes integer, pages integer, code text)
      order by serial
     returning id`,
    { ...issuing, rows: JSON.stringify(rows) },
  );
  const ids = kept.map(({ id }) => id).sort((a, b) => a - b);
  const contents = documents.map(({ facts, content }, index) => ({
    document_id: ids[index],
    facts: JSON.stringify(facts),
    content,
  }));
  for (let from = 0; from < contents.length; from += CONTENTS_AT_A_TIME) {
    await trx('issued_document_contents').insert(contents.slice(from, from + CONTENTS_AT_A_TIME));
  }
  return ids;
}

/** What happened to a document. */
export interface DocumentEvent {
  documentId: number;
  kind: 'sent' | 'downloaded' | 'withdrawn' | 'erased';
  at: Date;
  by: number | null;
  reason?: string;
}

/** Notes what happened to documents, in one statement. */
export async function insertEvents(trx: Knex, events: readonly DocumentEvent[]): Promise<void> {
  if (events.length === 0) return;
  await trx('document_events').insert(
    events.map(({ documentId, kind, at, by, reason }) => ({
      document_id: documentId,
      kind,
      at,
      by,
      reason: reason ?? null,
    })),
  );
}

/** A document that could not be issued, and why. */
export interface Refusal extends Subject {
  reason: string;
}

/**
 * Writes what could not be issued of a kind in a session, in place of what was said of those before.
 * @param tried whom it was tried for; everybody's goes when it is left out
 */
export async function writeRefusals(
  trx: Knex.Transaction,
  { sessionId, kind, at }: { sessionId: number; kind: string; at: Date },
  refusals: readonly Refusal[],
  tried?: readonly Subject[],
): Promise<void> {
  await execute(
    trx,
    `delete from document_refusals r
      where session_id = :sessionId and kind = :kind
        and (cast(:tried as json) is null
             or exists (select from json_to_recordset(cast(:tried as json)) as t ("enrolmentId" int, "structureId" int)
                         where (t."enrolmentId", t."structureId") is not distinct from (r.enrolment_id, r.structure_id)))`,
    { sessionId, kind, tried: tried ? JSON.stringify(tried) : null },
  );
  if (refusals.length === 0) return;
  await trx('document_refusals').insert(
    refusals.map(({ enrolmentId, structureId, reason }) => ({
      session_id: sessionId,
      kind,
      enrolment_id: enrolmentId,
      structure_id: structureId,
      reason,
      at,
    })),
  );
}
