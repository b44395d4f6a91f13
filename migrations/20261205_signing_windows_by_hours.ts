import type { Knex } from 'knex';

/** When a half-day is signed, by hand: of its hours, as signatures are, so that a session written anew keeps it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
  alter table signing_windows rename to former_signing_windows;
  alter table former_signing_windows rename constraint signing_windows_pkey to former_signing_windows_pkey;
  create table signing_windows (
    session_id integer not null references sessions on delete cascade,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    opens_at timestamptz,
    closes_at timestamptz,
    primary key (session_id, starts_at, ends_at)
  );
  insert into signing_windows (session_id, starts_at, ends_at, opens_at, closes_at)
  select sl.session_id, sl.starts_at, sl.ends_at, max(w.opens_at), max(w.closes_at)
    from former_signing_windows w join slots sl on sl.id = w.slot_id
   group by sl.session_id, sl.starts_at, sl.ends_at;
  drop table former_signing_windows;
`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table signing_windows rename to later_signing_windows;
    alter table later_signing_windows rename constraint signing_windows_pkey to later_signing_windows_pkey;
    create table signing_windows (
      slot_id integer primary key references slots on delete cascade,
      opens_at timestamptz,
      closes_at timestamptz
    );
    insert into signing_windows (slot_id, opens_at, closes_at)
    select sl.id, w.opens_at, w.closes_at
      from later_signing_windows w
      join slots sl on sl.session_id = w.session_id and sl.starts_at = w.starts_at and sl.ends_at = w.ends_at;
    drop table later_signing_windows;
  `);
}
