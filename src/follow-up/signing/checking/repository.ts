import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';
import { IS_HASTY, IS_SHARED } from '../room/repository.ts';
import type { ChainRow, Evidence } from '../signatures/chain.ts';

/** A session that somebody signed, on the agency's list. */
export interface SignedSession {
  sessionId: number;
  actionTitle: string;
  providerName: string;
  startsAt: Date;
  endsAt: Date;
  /** How many signatures its chain has. */
  length: number;
  lastSignedAt: Date;
  /** Late ones that nobody has confirmed. */
  unconfirmed: number;
}

/** Sessions that somebody signed, the latest first. */
export async function findSignedSessions(
  db: Knex,
  filter: { words: string; onlyUnconfirmed: boolean },
  { offset, limit }: Slice,
): Promise<Paged<SignedSession>> {
  const rows = await query<(SignedSession & { total: number })[]>(
    db,
    `select found.*, count(*) over () as total from (
       select s.id as "sessionId", a.title as "actionTitle", pr.name as "providerName", s.starts_at as "startsAt",
              s.ends_at as "endsAt", c.length,
              (select max(g.signed_at) from attendance_signatures g where g.session_id = s.id) as "lastSignedAt",
              (select count(*) from attendance_signatures g
                where g.session_id = s.id and g.kind = 'participant' and g.method = 'late'
                  and not exists (select from attendance_signatures k
                                   where k.session_id = g.session_id and k.starts_at = g.starts_at
                                     and k.ends_at = g.ends_at and k.kind = 'confirmation'
                                     and k.enrolment_id = g.enrolment_id)) as unconfirmed
         from signature_chains c
         join sessions s on s.id = c.session_id
         join actions a on a.id = s.action_id
         join structures pr on pr.id = a.provider_id
        where c.length > 0
          and (:words = '' or pr.search_text like words_pattern(:words)
               or strpos(lower(immutable_unaccent(a.title)), lower(immutable_unaccent(:words))) > 0)) found
      where not :onlyUnconfirmed or unconfirmed > 0
      order by "startsAt" desc, "sessionId" desc offset :offset limit :limit`,
    { ...filter, offset, limit },
  );
  return paged(rows);
}

/** A link of a chain, with the end that its session keeps, and with what stands beside it where that was asked for. */
export type CheckedRow = ChainRow & {
  prev: Buffer;
  hash: Buffer;
  /** Null once it is forgotten, or where nobody asked. */
  evidence: Evidence | null;
};

/** The chain of a session, of one moment with its end. */
export interface CheckedChain {
  sessionId: number;
  length: number;
  head: Buffer;
  rows: CheckedRow[];
}

/** The chains of sessions, in no order; one that has no row left is there all the same. */
export async function findChains(
  db: Knex,
  sessionIds: readonly number[],
  { withEvidence }: { withEvidence: boolean },
): Promise<CheckedChain[]> {
  const rows = await query<(CheckedRow & { length: number; head: Buffer })[]>(
    db,
    `select c.session_id as "sessionId", c.length, c.head, g.seq, g.kind, g.starts_at as "startsAt",
            g.ends_at as "endsAt", g.enrolment_id as "enrolmentId", g.user_id as "userId", g.link_id as "linkId",
            g.method, g.signed_at as "signedAt", g.statement_sha256 as "statementSha256",
            g.evidence_sha256 as "evidenceSha256", g.prev, g.hash,
            case when v.seq is not null then json_build_object('nonce', v.nonce, 'ip', v.ip,
              'userAgent', v.user_agent, 'reason', v.reason, 'strokes', v.strokes, 'trainer', v.trainer) end as evidence
       from signature_chains c
       left join attendance_signatures g on g.session_id = c.session_id
       left join attendance_signature_evidence v
              on :withEvidence and v.session_id = g.session_id and v.seq = g.seq
      where c.session_id = any(cast(:sessionIds as int[]))
      order by c.session_id, g.seq`,
    { sessionIds, withEvidence },
  );
  return [...Map.groupBy(rows, ({ sessionId }) => sessionId)].map(([sessionId, some]) => ({
    sessionId,
    length: some[0]?.length ?? 0,
    head: some[0]?.head as Buffer,
    rows: some.filter(({ seq }) => seq !== null),
  }));
}

/** What is kept beside a chain: the texts that were signed, and the sheets that bear a fingerprint of it. */
export interface BesideChain {
  statements: { sha256: string; statement: string }[];
  sheets: {
    id: number;
    number: string;
    issuedAt: string;
    /** What the sheet says of the chain; null once its contents are erased. */
    chain: { length: number; head: string } | null;
  }[];
}

/** {@link BesideChain} of a session. */
export async function findBesideChain(db: Knex, sessionId: number): Promise<BesideChain> {
  const [found] = await query<[BesideChain]>(
    db,
    `select (select coalesce(json_agg(json_build_object('sha256', encode(t.sha256, 'hex'), 'statement', t.statement)
                                      order by t.statement), '[]')
               from signed_statements t
              where t.sha256 in (select g.statement_sha256 from attendance_signatures g
                                  where g.session_id = :sessionId)) as statements,
            (select coalesce(json_agg(json_build_object('id', d.id, 'number', d.number, 'issuedAt', d.issued_at,
                                                        'chain', k.facts -> 'chain') order by d.version), '[]')
               from issued_documents d
               left join issued_document_contents k on k.document_id = d.id
              where d.session_id = :sessionId and d.kind = 'attendance_sheet') as sheets`,
    { sessionId },
  );
  return found;
}

/** A signature as the agency reads it: by whom, of what, how. */
export interface NamedSignature {
  seq: number;
  kind: ChainRow['kind'];
  method: ChainRow['method'];
  startsAt: Date;
  endsAt: Date;
  signedAt: Date;
  hash: Buffer;
  /** Whose presence it is about; null for a trainer's own. */
  person: string | null;
  /** Who signed: the person, the trainer of a link, or somebody of the training body. */
  signer: string;
  /** Why it came late; '' otherwise, and once it is forgotten. */
  reason: string;
  isConfirmed: boolean;
  isShared: boolean;
  isHasty: boolean;
}

/** A page of the signatures of a session, in the order of its chain. */
export const findNamedSignatures = (
  db: Knex,
  sessionId: number,
  { offset, limit }: Slice,
): Promise<NamedSignature[]> =>
  query<NamedSignature[]>(
    db,
    `select g.seq, g.kind, g.method, g.starts_at as "startsAt", g.ends_at as "endsAt", g.signed_at as "signedAt", g.hash,
            full_name(p) as person, coalesce(l.trainer_name, full_name(u)) as signer, coalesce(v.reason, '') as reason,
            exists (select from attendance_signatures k
                     where k.session_id = g.session_id and k.starts_at = g.starts_at and k.ends_at = g.ends_at
                       and k.kind = 'confirmation' and k.enrolment_id = g.enrolment_id) as "isConfirmed",
            coalesce(${IS_SHARED}, false) as "isShared", ${IS_HASTY} as "isHasty"
       from attendance_signatures g
       left join enrolments e on e.id = g.enrolment_id
       left join users p on p.id = e.user_id
       left join users u on u.id = g.user_id
       left join trainer_links l on l.id = g.link_id
       left join attendance_signature_evidence v on v.session_id = g.session_id and v.seq = g.seq
      where g.session_id = :sessionId
      order by g.seq offset :offset limit :limit`,
    { sessionId, offset, limit },
  );
