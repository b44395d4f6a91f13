import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatDay } from '#platform/french/time.ts';
import { type DocumentState, kindLabel, stateOf } from '../issued/presentation.ts';
import { documentKindsOf, type Facts } from '../issuing/kind.ts';

/** A document as anybody who has its code sees it. */
export interface VerifiedDocument {
  label: string;
  number: string;
  state: DocumentState;
  /** The number of the version that took its place. */
  replacedBy: string | null;
  withdrawnAt: Date | null;
  withdrawnBecause: string | null;
  issuedAt: Date;
  pages: number;
  /** In hexadecimal. */
  sha256: string;
  /** Every field that is printed, in its order; none once the contents are erased. */
  fields: [label: string, value: string][];
}

interface Row {
  kind: string;
  number: string;
  version: number;
  issuedAt: Date;
  pages: number;
  sha256: string;
  replacedBy: string | null;
  replaces: string | null;
  withdrawnAt: Date | null;
  withdrawnBecause: string | null;
  facts: Facts | null;
}

async function findByCode(db: Knex, code: string): Promise<Row | undefined> {
  const rows = await query<Row[]>(
    db,
    `select d.kind, d.number, d.version, d.issued_at as "issuedAt", d.pages, encode(d.sha256, 'hex') as sha256,
            newer.number as "replacedBy", former.number as replaces, gone.at as "withdrawnAt",
            gone.reason as "withdrawnBecause", c.facts
       from issued_documents d
       left join issued_documents newer on newer.replaces_id = d.id
       left join issued_documents former on former.id = d.replaces_id
       left join issued_document_contents c on c.document_id = d.id
       left join lateral (select ev.at, ev.reason from document_events ev
                           where ev.document_id = d.id and ev.kind = 'withdrawn' order by ev.id limit 1) gone on true
      where d.code = ?`,
    [code],
  );
  return rows[0];
}

/** What a document says, and whether it stands, for whoever has its code; undefined where no document has it. */
export async function verify(
  { db, features }: Pick<Dependencies, 'db' | 'features'>,
  code: string,
): Promise<VerifiedDocument | undefined> {
  const row = await findByCode(db, code);
  if (!row) return undefined;
  const { kind, facts, version, replaces, ...document } = row;
  const own = facts ? (documentKindsOf(features).get(kind)?.printedFields(facts) ?? []) : [];
  const issuing: [string, string][] = [
    ['Numéro', document.number],
    ['Émis le', formatDay(document.issuedAt)],
    ...(replaces ? ([['Version', `${version}, remplace le n°\u00a0${replaces}`]] as [string, string][]) : []),
  ];
  return {
    ...document,
    label: kindLabel(kind),
    state: stateOf({ ...document, isErased: facts === null }),
    fields: facts ? [...issuing, ...own] : [],
  };
}

/** Whether a file is the very document: its bytes have the hash that was kept when it was issued. */
export const isSameFile = ({ sha256 }: Pick<VerifiedDocument, 'sha256'>, bytes: Uint8Array): boolean =>
  createHash('sha256').update(bytes).digest('hex') === sha256;
