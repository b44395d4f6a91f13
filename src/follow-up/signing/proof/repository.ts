import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { ChainRow, Evidence } from '../signatures/chain.ts';

/** A signature of a chain, with what it was signed from, unless its term is over. */
export type ProvenRow = ChainRow & {
  prev: Buffer;
  hash: Buffer;
  evidence: Evidence | null;
};

/** The chain of a session, from its first signature. */
export function findChain(db: Knex, sessionId: number): Promise<ProvenRow[]> {
  return query<ProvenRow[]>(
    db,
    `select g.session_id as "sessionId", g.seq, g.kind, g.starts_at as "startsAt", g.ends_at as "endsAt",
            g.enrolment_id as "enrolmentId", g.user_id as "userId", g.link_id as "linkId", g.method,
            g.signed_at as "signedAt", g.statement_sha256 as "statementSha256",
            g.evidence_sha256 as "evidenceSha256", g.prev, g.hash,
            case when v.seq is not null then json_build_object('nonce', v.nonce, 'ip', v.ip,
              'userAgent', v.user_agent, 'reason', v.reason, 'strokes', v.strokes, 'trainer', v.trainer) end as evidence
       from attendance_signatures g
       left join attendance_signature_evidence v on v.session_id = g.session_id and v.seq = g.seq
      where g.session_id = :sessionId
      order by g.seq`,
    { sessionId },
  );
}

/** What a session was, and who is named in its chain. */
export interface ProvenSession {
  sessionId: number;
  providerId: number;
  actionTitle: string;
  providerName: string;
  startsAt: Date;
  endsAt: Date;
  length: number;
  /** Null where nobody signed. */
  head: Buffer | null;
  statements: { sha256: string; statement: string }[];
  people: { enrolment: number; name: string }[];
  trainers: { link: number; name: string }[];
}

/** @returns undefined for an unknown session */
export async function findProvenSession(db: Knex, sessionId: number): Promise<ProvenSession | undefined> {
  const rows = await query<ProvenSession[]>(
    db,
    `select s.id as "sessionId", a.provider_id as "providerId", a.title as "actionTitle", pr.name as "providerName",
            s.starts_at as "startsAt", s.ends_at as "endsAt", coalesce(c.length, 0) as length, c.head,
            (select coalesce(json_agg(json_build_object('sha256', encode(t.sha256, 'hex'), 'statement', t.statement)), '[]')
               from signed_statements t
              where t.sha256 in (select g.statement_sha256 from attendance_signatures g
                                  where g.session_id = s.id)) as statements,
            (select coalesce(json_agg(json_build_object('enrolment', e.id, 'name', full_name(u)) order by e.id), '[]')
               from enrolments e join users u on u.id = e.user_id
              where e.id in (select g.enrolment_id from attendance_signatures g
                              where g.session_id = s.id)) as people,
            (select coalesce(json_agg(json_build_object('link', l.id, 'name', l.trainer_name) order by l.id), '[]')
               from trainer_links l
              where l.id in (select g.link_id from attendance_signatures g where g.session_id = s.id)) as trainers
       from sessions s
       join actions a on a.id = s.action_id
       join structures pr on pr.id = a.provider_id
       left join signature_chains c on c.session_id = s.id
      where s.id = :sessionId`,
    { sessionId },
  );
  return rows[0];
}

/** What the name of a trainer becomes at its term. */
const FORGOTTEN = 'effacé';

/**
 * Forgets, of sessions that ended before a moment, the evidence, why marks and signatures differed, and the names of
 * trainers without account: what is chained stays, and no longer says from where nor under whom.
 */
export async function forgetEvidence(db: Knex, { before, cofinancedBefore }: Terms): Promise<void> {
  await execute(
    db,
    `with past as materialized (
       select s.id from sessions s left join action_legal al on al.action_id = s.action_id
        where s.ends_at < case when coalesce(al.is_cofinanced, false) then cast(:cofinancedBefore as timestamptz)
                               else cast(:before as timestamptz) end),
     evidence as (
       delete from attendance_signature_evidence v using past o where v.session_id = o.id),
     discrepancies as (
       delete from signature_discrepancies d using enrolments e, past o
        where e.id = d.enrolment_id and e.session_id = o.id)
     update trainer_links l set trainer_name = :forgotten from past o
      where l.session_id = o.id and l.trainer_name <> :forgotten`,
    { before, cofinancedBefore, forgotten: FORGOTTEN },
  );
}

interface Terms {
  before: Date;
  /** Of actions that European funds pay for in part. */
  cofinancedBefore: Date;
}
