import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { ConventionFacts } from './facts.ts';
import type { Evidence, Fate, Party } from './rules.ts';

/** A convention as it stands, with what the next one has to know of it. */
export interface StandingConvention {
  structureId: number;
  facts: ConventionFacts | null;
  isWithdrawn: boolean;
  /** A party has signed it, or it is the copy that bears the signatures of both. */
  isSigned: boolean;
  /** The signed copy of the last version that both parties signed. */
  lastSigned: ConventionFacts['amends'];
}

/** The last version for each structure of a session. */
export const findConventionsOf = (db: Knex, sessionId: number): Promise<StandingConvention[]> =>
  query<StandingConvention[]>(
    db,
    `select distinct on (d.structure_id) d.structure_id as "structureId", c.facts,
            exists (select from document_events e where e.document_id = d.id and e.kind = 'withdrawn') as "isWithdrawn",
            ${isSignedCopy('d')}
              or exists (select from convention_signatures g where g.document_id = d.id) as "isSigned",
            (select json_build_object('number', copy.number, 'signedOn', signed.at)
               from issued_documents v
               cross join lateral (select max(g.signed_at) as at, count(*) as parties
                                     from convention_signatures g where g.document_id = v.id) signed
               join issued_documents copy on copy.replaces_id = v.id
              where v.session_id = d.session_id and v.kind = 'convention' and v.structure_id = d.structure_id
                and signed.parties = 2
              order by v.version desc limit 1) as "lastSigned"
       from issued_documents d
       left join issued_document_contents c on c.document_id = d.id
      where d.session_id = ? and d.kind = 'convention'
      order by d.structure_id, d.version desc`,
    [sessionId],
  );

/** A convention as pages show it. */
export interface Convention extends Fate {
  id: number;
  number: string;
  version: number;
  /** In hexadecimal. */
  sha256: string;
  issuedAt: Date;
  templateId: number;
  sessionId: number;
  providerId: number;
  providerName: string;
  structureId: number;
  structureName: string;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
  isErased: boolean;
  withdrawnBecause: string | null;
}

const COLUMNS = `
  d.id, d.number, d.version, encode(d.sha256, 'hex') as sha256, d.issued_at as "issuedAt", d.session_id as "sessionId",
  d.template_id as "templateId",
  a.provider_id as "providerId", pr.name as "providerName", d.structure_id as "structureId", st.name as "structureName",
  a.title as "actionTitle", s.starts_at as "startsAt", s.ends_at as "endsAt",
  newer.id is not null as "isReplaced", gone.at is not null as "isWithdrawn", gone.reason as "withdrawnBecause",
  c.document_id is null as "isErased", body.signed_at as "bodySignedAt", employer.signed_at as "employerSignedAt",
  ${isSignedCopy('d')} as "isSignedCopy"`;

const JOINS = `
  issued_documents d
  join sessions s on s.id = d.session_id
  join actions a on a.id = s.action_id
  join structures pr on pr.id = a.provider_id
  join structures st on st.id = d.structure_id
  left join issued_documents newer on newer.replaces_id = d.id
  left join issued_document_contents c on c.document_id = d.id
  left join convention_signatures body on body.document_id = d.id and body.party = 'body'
  left join convention_signatures employer on employer.document_id = d.id and employer.party = 'employer'
  left join lateral (select e.at, e.reason from document_events e
                      where e.document_id = d.id and e.kind = 'withdrawn' order by e.id limit 1) gone on true`;

/** SQL: both parties signed the version that this one replaced, and nobody signed this one: it is their copy. */
function isSignedCopy(of: string): string {
  return `((select count(*) from convention_signatures g where g.document_id = ${of}.replaces_id) = 2)`;
}

/** SQL: the convention `d` stands, and waits for the signature of a party. */
export const WAITS_FOR: Readonly<Record<Party, string>> = (() => {
  const stands = `d.kind = 'convention'
    and not exists (select from issued_documents n where n.replaces_id = d.id)
    and not exists (select from document_events e where e.document_id = d.id and e.kind = 'withdrawn')
    and not ${isSignedCopy('d')}`;
  const bodySigned = `exists (select from convention_signatures g where g.document_id = d.id and g.party = 'body')`;
  return { body: `${stands} and not ${bodySigned}`, employer: `${stands} and ${bodySigned}` };
})();

/** By whom conventions are looked for: the training body that makes them, or the structure that sends people. */
export type Side = { providerId: number } | { structureId: number };

const sideSql = (side: Side) =>
  'providerId' in side ? 'a.provider_id = :providerId' : 'd.structure_id = :structureId';

/** The last version of each convention of a side: those that wait for its signature first, then the latest. */
export const findConventions = (
  db: Knex,
  side: Side,
  page: { offset: number; limit: number },
): Promise<(Convention & { total: number })[]> =>
  query<(Convention & { total: number })[]>(
    db,
    `select ${COLUMNS}, cast(count(*) over () as int) as total
       from ${JOINS}
      where d.kind = 'convention' and newer.id is null and ${sideSql(side)}
      order by (${'providerId' in side ? WAITS_FOR.body : WAITS_FOR.employer}) desc, s.starts_at desc, st.name, d.id desc
     offset :offset limit :limit`,
    { ...side, ...page },
  );

/** A version of a convention; undefined when there is none of this id. */
export async function findConvention(db: Knex, id: number): Promise<Convention | undefined> {
  const rows = await query<Convention[]>(
    db,
    `select ${COLUMNS} from ${JOINS} where d.kind = 'convention' and d.id = ?`,
    [id],
  );
  return rows[0];
}

/** Every version for the same structure and session, the latest first. */
export const findVersions = (
  db: Knex,
  { sessionId, structureId }: Pick<Convention, 'sessionId' | 'structureId'>,
): Promise<Convention[]> =>
  query<Convention[]>(
    db,
    `select ${COLUMNS} from ${JOINS}
      where d.kind = 'convention' and d.session_id = :sessionId and d.structure_id = :structureId
      order by d.version desc`,
    { sessionId, structureId },
  );

/** What a version says, with its bytes; undefined once they are erased. */
export async function findContent(
  db: Knex,
  id: number,
): Promise<{ facts: ConventionFacts; content: Buffer } | undefined> {
  const rows = await query<{ facts: ConventionFacts; content: Buffer }[]>(
    db,
    'select facts, content from issued_document_contents where document_id = ?',
    [id],
  );
  return rows[0];
}

/** A signature with what was said. */
export interface Signature {
  party: Party;
  userId: number;
  signedAt: Date;
  name: string;
  quality: string;
}

/** The signatures of a version; without names once their evidence is erased. */
export const findSignatures = (db: Knex, documentId: number): Promise<Signature[]> =>
  query<Signature[]>(
    db,
    `select g.party, g.user_id as "userId", g.signed_at as "signedAt", coalesce(v.name, '') as name,
            coalesce(v.quality, '') as quality
       from convention_signatures g
       left join convention_signature_evidence v on v.document_id = g.document_id and v.party = g.party
      where g.document_id = ? order by g.signed_at`,
    [documentId],
  );

/** Adds a signature with its evidence. */
export async function insertSignature(
  trx: Knex.Transaction,
  signature: {
    documentId: number;
    party: Party;
    userId: number;
    signedAt: Date;
    documentSha256: string;
    evidenceSha256: Buffer;
  },
  evidence: Evidence,
): Promise<void> {
  const { documentId, party, userId, signedAt, documentSha256, evidenceSha256 } = signature;
  await trx('convention_signatures').insert({
    document_id: documentId,
    party,
    user_id: userId,
    signed_at: signedAt,
    document_sha256: Buffer.from(documentSha256, 'hex'),
    evidence_sha256: evidenceSha256,
  });
  const { nonce, name, quality, statement, ip, userAgent } = evidence;
  await trx('convention_signature_evidence').insert({
    ...{ document_id: documentId, party, nonce, name, quality, statement, ip, user_agent: userAgent },
  });
}

/** Erases what was said when signing, where the contents of the convention are erased. @returns how many */
export const eraseEvidence = (db: Knex): Promise<number> =>
  execute(
    db,
    `delete from convention_signature_evidence v
      where not exists (select from issued_document_contents c where c.document_id = v.document_id)`,
    {},
  );
