import type { Knex } from 'knex';

/**
 * Signatures of conventions: who signed what, for which party, bound to the bytes of the document by its SHA-256. What
 * was said when signing is apart, and is deleted when its term is over; its hash stays.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
  create table convention_signatures (
    document_id integer not null references issued_documents,
    party text not null check (party in ('body', 'employer')),
    user_id integer not null references users,
    signed_at timestamptz not null,
    document_sha256 bytea not null check (octet_length(document_sha256) = 32),
    evidence_sha256 bytea not null check (octet_length(evidence_sha256) = 32),
    primary key (document_id, party)
  );
  create index convention_signatures_user on convention_signatures (user_id);

  create table convention_signature_evidence (
    document_id integer not null,
    party text not null,
    nonce text not null check (char_length(nonce) = 32),
    name text not null check (char_length(name) <= 250),
    quality text not null check (char_length(quality) between 1 and 120),
    statement text not null check (char_length(statement) <= 1000),
    ip text not null check (char_length(ip) <= 45),
    user_agent text not null check (char_length(user_agent) <= 400),
    primary key (document_id, party),
    foreign key (document_id, party) references convention_signatures
  );

  create trigger convention_signatures_frozen before update or delete or truncate on convention_signatures
    for each statement execute function refuse_change();
  create trigger convention_signature_evidence_frozen before update or truncate on convention_signature_evidence
    for each statement execute function refuse_update();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table convention_signature_evidence, convention_signatures');
}
