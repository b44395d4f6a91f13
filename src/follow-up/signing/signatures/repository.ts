import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';
import { SIGNING_COLUMNS, SIGNING_JOINS, type SigningSlot } from '../windows/repository.ts';
import { type ChainRow, chained, type Evidence, evidenceHash, linkHash, sha256 } from './chain.ts';

/** The end of a chain, held until the end of the transaction. */
export interface ChainEnd {
  length: number;
  head: Buffer;
}

/** Holds the end of a session's chain, which begins here: whoever signs comes after, and reads what this one wrote. */
export async function lockChain(trx: Knex.Transaction, sessionId: number): Promise<void> {
  await execute(trx, 'insert into signature_chains (session_id) values (:sessionId) on conflict do nothing', {
    sessionId,
  });
  await lock(trx, { signatureChains: [sessionId] });
}

/** The end of a session's chain; what nobody signed has none. */
export async function findChainEnd(db: Knex, sessionId: number): Promise<ChainEnd | undefined> {
  const rows = await query<ChainEnd[]>(
    db,
    'select length, head from signature_chains where session_id = :sessionId and length > 0',
    { sessionId },
  );
  return rows[0];
}

/** A signature to add, whose place in the chain and hashes are not known yet. */
export type NewSignature = Omit<ChainRow, 'seq' | 'statementSha256' | 'evidenceSha256'> & {
  statement: string;
  evidence: Evidence;
  ticketSha256?: Buffer;
};

/**
 * Adds a signature at the end of a chain that the transaction holds, in one statement.
 * @param end as read after {@link lockChain}
 * @returns its hash: the new head
 */
export async function append(trx: Knex.Transaction, end: ChainEnd, signature: NewSignature): Promise<Buffer> {
  const { statement, evidence, ticketSha256 = null, ...known } = signature;
  const row: ChainRow = {
    ...known,
    seq: end.length + 1,
    statementSha256: sha256(statement),
    evidenceSha256: evidenceHash(evidence),
  };
  const hash = linkHash(end.head, chained(row));
  await execute(
    trx,
    `with stated as (
       insert into signed_statements (sha256, statement) values (:statementSha256, :statement)
       on conflict do nothing),
     signed as (
       insert into attendance_signatures
              (session_id, seq, kind, starts_at, ends_at, enrolment_id, user_id, link_id, method, signed_at,
               statement_sha256, evidence_sha256, ticket_sha256, prev, hash)
       values (:sessionId, :seq, :kind, :startsAt, :endsAt, :enrolmentId, :userId, :linkId, :method, :signedAt,
               :statementSha256, :evidenceSha256, :ticketSha256, :prev, :hash)),
     evidenced as (
       insert into attendance_signature_evidence (session_id, seq, nonce, ip, user_agent, reason, strokes, trainer)
       values (:sessionId, :seq, :nonce, :ip, :userAgent, :reason, :strokes, :trainer))
     update signature_chains set length = :seq, head = :hash where session_id = :sessionId`,
    { ...row, ...evidence, statement, ticketSha256, prev: end.head, hash },
  );
  return hash;
}

/** What somebody's signature of a half-day counts on. */
export interface FactsToSign extends SigningSlot, ChainEnd {
  /** Their confirmed place in the session. */
  enrolmentId: number | null;
  hasSigned: boolean;
  /** Whether the ticket has served already. */
  isTicketUsed: boolean;
}

/** Those facts, read once the chain is held; undefined for a half-day that is there no more. */
export async function findFactsToSign(
  trx: Knex.Transaction,
  asked: { slotId: number; userId: number; ticketSha256: Buffer | null },
): Promise<FactsToSign | undefined> {
  const rows = await query<FactsToSign[]>(
    trx,
    `select ${SIGNING_COLUMNS}, c.length, c.head, own.id as "enrolmentId",
            exists (select from attendance_signatures g
                     where g.session_id = s.id and g.kind = 'participant' and g.enrolment_id = own.id
                       and g.starts_at = sl.starts_at and g.ends_at = sl.ends_at) as "hasSigned",
            exists (select from attendance_signatures g where g.ticket_sha256 = :ticketSha256) as "isTicketUsed"
       from slots sl ${SIGNING_JOINS}
       join signature_chains c on c.session_id = s.id
       left join lateral (
         select e.id from enrolments e
          where e.session_id = s.id and e.user_id = :userId and is_confirmed(e.state)) own on true
      where sl.id = :slotId`,
    asked,
  );
  return rows[0];
}

/** A half-day of a person's, as their page shows it. */
export interface OwnHalfDay extends SigningSlot {
  isRemote: boolean;
  place: string;
  signedAt: Date | null;
  isLate: boolean;
  isConfirmed: boolean;
  /** Of the signature: what the person can compare later. */
  hash: Buffer | null;
}

/** Somebody's half-days that are about now: under way, or whose signing is not long over. */
export async function findOwnHalfDays(
  db: Knex,
  userId: number,
  about: { from: Date; until: Date },
): Promise<OwnHalfDay[]> {
  return query<OwnHalfDay[]>(
    db,
    `select ${SIGNING_COLUMNS}, sl.modality = 'remote' as "isRemote",
            concat_ws(', ', nullif(sl.place, ''), nullif(sl.city, '')) as place,
            g.signed_at as "signedAt", coalesce(g.method = 'late', false) as "isLate", g.hash,
            exists (select from attendance_signatures k
                     where k.kind = 'confirmation' and k.enrolment_id = e.id and k.session_id = s.id
                       and k.starts_at = sl.starts_at and k.ends_at = sl.ends_at) as "isConfirmed"
       from enrolments e
       join slots sl on sl.session_id = e.session_id ${SIGNING_JOINS}
       left join attendance_signatures g
              on g.session_id = s.id and g.kind = 'participant' and g.enrolment_id = e.id
             and g.starts_at = sl.starts_at and g.ends_at = sl.ends_at
      where e.user_id = :userId and is_confirmed(e.state)
        and sl.starts_at < :until and sl.ends_at > :from
      order by sl.starts_at, sl.id`,
    { userId, ...about },
  );
}

/** What somebody signed of hours that their session has no more. */
export async function findFormerSignatures(
  db: Knex,
  userId: number,
  from: Date,
): Promise<{ actionTitle: string; startsAt: Date; endsAt: Date; signedAt: Date }[]> {
  return query(
    db,
    `select a.title as "actionTitle", g.starts_at as "startsAt", g.ends_at as "endsAt", g.signed_at as "signedAt"
       from enrolments e
       join attendance_signatures g on g.enrolment_id = e.id and g.kind = 'participant'
       join actions a on a.id = e.action_id
      where e.user_id = :userId and g.signed_at > :from
        and not exists (select from slots sl where sl.session_id = g.session_id
                           and sl.starts_at = g.starts_at and sl.ends_at = g.ends_at)
      order by g.starts_at`,
    { userId, from },
  );
}
