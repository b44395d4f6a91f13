import type { Knex } from 'knex';

/** Requests for a place, their append-only history, the validators' links and the agency's settings. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table enrolment_settings (
      id integer primary key default 1 check (id = 1),
      yearly_actions integer not null default 5 check (yearly_actions >= 0),
      yearly_formations integer not null default 3 check (yearly_formations >= 0),
      structure_seats_per_formation integer not null default 2 check (structure_seats_per_formation >= 0),
      staggered_until date,
      staggered_live_requests integer check (staggered_live_requests >= 0),
      late_withdrawal_days integer not null default 7 check (late_withdrawal_days >= 0),
      check ((staggered_until is null) = (staggered_live_requests is null))
    );
    insert into enrolment_settings default values;

    create table enrolments (
      id integer generated always as identity primary key,
      user_id integer not null references users,
      structure_id integer not null references structures,
      action_id integer not null references actions,
      session_id integer not null references sessions,
      state text not null check (state in (
        'requested', 'waitlisted', 'preregistered', 'enrolled', 'attended', 'absent',
        'refused_by_hr', 'refused_by_provider', 'withdrawn', 'session_cancelled', 'expired')),
      motivation text not null,
      requested_at timestamptz not null,
      -- Set when a withdrawal comes within the notice period before the session.
      withdrawn_late boolean not null default false
    );
    -- domain.md §7 rule 3: one live enrolment per person and action.
    create unique index one_live_enrolment on enrolments (user_id, action_id)
      where state in ('requested', 'waitlisted', 'preregistered', 'enrolled');
    create index enrolments_session on enrolments (session_id, state);
    create index enrolments_action_structure on enrolments (action_id, structure_id);
    create index enrolments_user on enrolments (user_id, requested_at desc);
    create index enrolments_structure on enrolments (structure_id, state, requested_at);
    create index enrolments_queue on enrolments (session_id, requested_at, id) where state = 'waitlisted';

    create table enrolment_history (
      id integer generated always as identity primary key,
      enrolment_id integer not null references enrolments,
      at timestamptz not null,
      from_state text,
      to_state text not null,
      by_user_id integer references users,
      by_role text not null check (by_role in ('beneficiary', 'hr_validator', 'provider', 'agency', 'system')),
      way text not null check (way in ('page', 'email_link', 'system')),
      reason text,
      check ((by_role = 'system') = (by_user_id is null))
    );
    create index enrolment_history_enrolment on enrolment_history (enrolment_id, id);

    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
    end $$;
    create trigger enrolment_history_append_only
      before update or delete or truncate on enrolment_history
      for each statement execute function refuse_change();

    create table decision_links (
      id integer generated always as identity primary key,
      enrolment_id integer not null references enrolments,
      user_id integer not null references users on delete cascade,
      token_hash text not null unique,
      created_at timestamptz not null
    );
    create index decision_links_enrolment on decision_links (enrolment_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table decision_links, enrolment_history, enrolments, enrolment_settings;
    drop function refuse_change();
  `);
}
