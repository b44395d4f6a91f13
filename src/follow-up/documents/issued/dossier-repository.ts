import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';

/** Which documents are asked for: all of a session, or those about the people of an employer. */
export type Scope =
  | { sessionId: number }
  /** Of sessions that begin between the two moments, the second excluded; of one of them where it is said. */
  | { structureId: number; from: Date; until: Date; sessionId: number | null };

/** A document that stands, as an archive or a list names it. */
export interface StandingDocument {
  id: number;
  kind: string;
  number: string;
  issuedAt: Date;
  /** A person, or an employer; null for the whole session. */
  about: string | null;
  sessionId: number;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
}

const DOCUMENTS = `
  select d.id, d.kind, d.number, d.issued_at as "issuedAt", coalesce(full_name(u), st.name) as about,
         s.id as "sessionId", a.title as "actionTitle", s.starts_at as "startsAt", s.ends_at as "endsAt",
         count(*) over ()::int as total
    from issued_documents d
    join issued_document_contents c on c.document_id = d.id
    join sessions s on s.id = d.session_id
    join actions a on a.id = s.action_id
    left join enrolments e on e.id = d.enrolment_id
    left join users u on u.id = e.user_id
    left join structures st on st.id = d.structure_id
   where not exists (select from issued_documents newer where newer.replaces_id = d.id)
     and not exists (select from document_events ev where ev.document_id = d.id and ev.kind = 'withdrawn')`;

const OF_STRUCTURE = `
  d.id = any(array(select mine.id from issued_documents mine where mine.structure_id = :structureId
                   union all
                   select mine.id from enrolments own join issued_documents mine on mine.enrolment_id = own.id
                    where own.structure_id = :structureId))`;

const whereOf = (scope: Scope): string =>
  'structureId' in scope
    ? `and ${OF_STRUCTURE} and s.starts_at >= :from and s.starts_at < :until
       and (cast(:sessionId as int) is null or s.id = :sessionId)`
    : 'and d.session_id = :sessionId';

/** The documents that stand, without their bytes: by session from the latest, then by kind and name. */
export async function findStandingDocuments(
  db: Knex,
  scope: Scope,
  page: { offset: number; limit: number },
): Promise<{ rows: StandingDocument[]; total: number }> {
  const rows = await query<(StandingDocument & { total: number })[]>(
    db,
    `${DOCUMENTS} ${whereOf(scope)}
      order by s.starts_at desc, s.id, d.kind, about nulls first, d.id offset :offset limit :limit`,
    { ...scope, ...page },
  );
  return { rows, total: rows[0]?.total ?? 0 };
}

/** One of an employer's documents, by its number, with its bytes; undefined for another's. */
export async function findStructureFile(
  db: Knex,
  structureId: number,
  number: string,
): Promise<{ kind: string; number: string; content: Buffer } | undefined> {
  const rows = await query<{ kind: string; number: string; content: Buffer }[]>(
    db,
    `select d.kind, d.number, c.content
       from issued_documents d join issued_document_contents c on c.document_id = d.id
      where d.number = :number and ${OF_STRUCTURE}
        and not exists (select from document_events ev where ev.document_id = d.id and ev.kind = 'withdrawn')`,
    { number, structureId },
  );
  return rows[0];
}

/** The bytes of these documents, by id; one that has been erased meanwhile is not in the map. */
export async function findContents(db: Knex, ids: readonly number[]): Promise<Map<number, Buffer>> {
  const rows = await query<{ id: number; content: Buffer }[]>(
    db,
    `select document_id as id, content from issued_document_contents where document_id = any(cast(? as int[]))`,
    [[...ids]],
  );
  return new Map(rows.map(({ id, content }) => [id, content]));
}
