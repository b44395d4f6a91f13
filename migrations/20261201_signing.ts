import type { Knex } from 'knex';

/**
 * Electronic signatures of half-days. A half-day is told by its session and its hours, not by its row, which is written
 * anew when the session moves: what was signed stays true of the hours that were signed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
  -- A link for a trainer without account, to half-days of theirs; good for as long as whoever gave it acts for the body.
  create table trainer_links (
    id integer generated always as identity primary key,
    session_id integer not null references sessions on delete cascade,
    trainer_name text not null check (char_length(trainer_name) between 1 and 120),
    token_hash text not null unique,
    created_at timestamptz not null,
    created_by integer not null references users,
    revoked_at timestamptz
  );
  create index trainer_links_session on trainer_links (session_id);
  create index trainer_links_created_by on trainer_links (created_by);
  -- By their hours, as signatures are: what changes in a session without its hours leaves the link as it was.
  create table trainer_link_slots (
    link_id integer not null references trainer_links on delete cascade,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    primary key (link_id, starts_at, ends_at)
  );
  -- By which link a half-day was recorded, beside whoever gave it.
  alter table attendance_slots add column recorded_by_link integer references trainer_links;

  -- Where somebody opened or closed the signing of a half-day by hand; without a row, its hours say.
  create table signing_windows (
    slot_id integer primary key references slots on delete cascade,
    opens_at timestamptz,
    closes_at timestamptz
  );

  -- The last link of each session's chain: the one row that whoever signs locks. It goes with its session, unless
  -- somebody signed: signatures keep both.
  create table signature_chains (
    session_id integer primary key references sessions on delete cascade,
    length integer not null default 0 check (length >= 0),
    head bytea not null default decode(repeat('00', 32), 'hex') check (octet_length(head) = 32)
  );

  -- What was read and signed, by its SHA-256; without a name, of whoever signs or of the trainer.
  create table signed_statements (
    sha256 bytea primary key check (octet_length(sha256) = 32),
    statement text not null
  );

  create table attendance_signatures (
    session_id integer not null references signature_chains,
    seq integer not null check (seq > 0),
    -- Somebody's presence; the trainer's counter-signature; a late signature confirmed by the trainer or the body.
    kind text not null check (kind in ('participant', 'trainer', 'confirmation')),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    enrolment_id integer references enrolments,
    user_id integer references users,
    link_id integer references trainer_links,
    method text not null check (method in ('qr', 'digits', 'late', 'account', 'link')),
    signed_at timestamptz not null,
    statement_sha256 bytea not null references signed_statements,
    evidence_sha256 bytea not null check (octet_length(evidence_sha256) = 32),
    -- The ticket of a scan serves one account.
    ticket_sha256 bytea unique check (octet_length(ticket_sha256) = 32),
    prev bytea not null check (octet_length(prev) = 32),
    hash bytea not null unique check (octet_length(hash) = 32),
    primary key (session_id, seq),
    check ((enrolment_id is null) = (kind = 'trainer')),
    check (num_nonnulls(user_id, link_id) = 1)
  );
  create unique index attendance_signatures_once on attendance_signatures
    (session_id, starts_at, ends_at, kind, enrolment_id) nulls not distinct;
  create index attendance_signatures_enrolment on attendance_signatures (enrolment_id);
  create index attendance_signatures_user on attendance_signatures (user_id);
  create index attendance_signatures_link on attendance_signatures (link_id);

  -- From where and by what a signature came, and under which trainer: deleted when its term is over, never changed.
  create table attendance_signature_evidence (
    session_id integer not null,
    seq integer not null,
    nonce text not null check (char_length(nonce) = 32),
    ip text not null check (char_length(ip) <= 45),
    user_agent text not null check (char_length(user_agent) <= 400),
    reason text not null check (char_length(reason) <= 500),
    strokes text not null check (char_length(strokes) <= 12000),
    trainer text not null check (char_length(trainer) <= 400),
    primary key (session_id, seq),
    foreign key (session_id, seq) references attendance_signatures
  );

  -- Why the mark and the signature of somebody differ for a half-day.
  create table signature_discrepancies (
    enrolment_id integer not null references enrolments,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    -- What was explained: after another correction it is asked again.
    kind text not null check (kind in ('marked_unsigned', 'signed_absent', 'unconfirmed')),
    reason text not null check (char_length(reason) between 1 and 500),
    explained_at timestamptz not null,
    explained_by integer not null references users,
    primary key (enrolment_id, starts_at, ends_at)
  );
  create index signature_discrepancies_explained_by on signature_discrepancies (explained_by);

  create trigger signed_statements_frozen before update or delete or truncate on signed_statements
    for each statement execute function refuse_change();
  create trigger attendance_signatures_frozen before update or delete or truncate on attendance_signatures
    for each statement execute function refuse_change();
  create trigger attendance_signature_evidence_frozen before update or truncate on attendance_signature_evidence
    for each statement execute function refuse_update();
`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table signature_discrepancies, attendance_signature_evidence, attendance_signatures, signed_statements,
      signature_chains, signing_windows;
    alter table attendance_slots drop column recorded_by_link;
    drop table trainer_link_slots, trainer_links;
  `);
}
