import type { Knex } from 'knex';

/** What comes after a seat is given: moved sessions confirmed, people moved between sessions, presence per half-day. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table enrolments
      -- Set when the session is moved or restored: the person is asked whether they still come.
      add confirmation_asked_at timestamptz,
      add confirmed_at timestamptz,
      add check (confirmed_at is null or confirmation_asked_at is not null);

    -- Where the person was before, on the line that moves them to another session of the action.
    alter table enrolment_history add from_session_id integer references sessions;

    -- A half-day whose presence has been recorded; the version tells of a form that was opened before.
    create table attendance_slots (
      slot_id integer primary key references slots,
      version integer not null default 1,
      recorded_at timestamptz not null,
      recorded_by integer not null references users
    );

    create table attendance (
      enrolment_id integer not null references enrolments,
      slot_id integer not null references attendance_slots,
      presence text not null check (presence in ('present', 'partial', 'absent', 'excused')),
      minutes integer check (minutes > 0),
      -- When it last became what it is, so that validators are told of corrections only.
      changed_at timestamptz not null,
      primary key (enrolment_id, slot_id),
      check ((presence = 'partial') = (minutes is not null))
    );
    create index attendance_slot on attendance (slot_id);

    -- The sheet of a session once the provider has validated it: the validators have been told what it says.
    create table attendance_sheets (
      session_id integer primary key references sessions,
      closed_at timestamptz not null,
      closed_by integer not null references users
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table attendance_sheets, attendance, attendance_slots;
    alter table enrolment_history drop from_session_id;
    alter table enrolments drop confirmation_asked_at, drop confirmed_at;
  `);
}
