import type { Knex } from 'knex';

/**
 * What many statements ask, told once (docs/decisions/110). Each is an expression, which PostgreSQL writes into the
 * statement before it plans it: indexes serve as if it stood there.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function full_name(person users) returns text language sql immutable parallel safe
      return person.first_name || ' ' || person.last_name;

    -- What the public may see: published, and not archived.
    create function is_public(action actions, at timestamptz) returns boolean language sql immutable parallel safe
      return action.published_at <= at and action.archived_at is null;

    create function paris_year(at timestamptz) returns integer language sql immutable parallel safe
      return cast(extract(year from at at time zone 'Europe/Paris') as integer);

    -- domain.md §7 rule 1: what the year has room for so many of.
    create function counts_in_year(kind action_kinds) returns boolean language sql immutable parallel safe
      return kind.reserved and kind.counts_in_yearly_total;

    drop function shift_seat_counts, holds_seat, is_live_request;

    -- The states of an enrolment that go together: those of src/parcourspro/enrolment/states.ts.
    create function is_live(state text) returns boolean language sql immutable parallel safe
      return state in ('requested', 'waitlisted', 'preregistered', 'enrolled');
    create function holds_seat(state text) returns boolean language sql immutable parallel safe
      return state in ('preregistered', 'enrolled', 'attended', 'absent');
    create function is_expected(state text) returns boolean language sql immutable parallel safe
      return state in ('preregistered', 'enrolled');
    create function is_confirmed(state text) returns boolean language sql immutable parallel safe
      return state in ('enrolled', 'attended', 'absent');
    create function uses_right(state text) returns boolean language sql immutable parallel safe
      return state in ('requested', 'waitlisted', 'preregistered', 'enrolled', 'attended', 'absent');

    create function shift_seat_counts(session integer, before text, after text) returns void language sql as $$
      update sessions
         set seats_held = seats_held + coalesce(holds_seat(after)::int, 0) - coalesce(holds_seat(before)::int, 0),
             live_requests = live_requests + coalesce(is_live(after)::int, 0) - coalesce(is_live(before)::int, 0),
             waitlisted = waitlisted + coalesce(after = 'waitlisted', false)::int
                                     - coalesce(before = 'waitlisted', false)::int
       where id = session and before is distinct from after
         and (holds_seat(after) is distinct from holds_seat(before) or is_live(after) is distinct from is_live(before)
              or 'waitlisted' in (coalesce(before, ''), coalesce(after, '')))
    $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function full_name, is_public, paris_year, counts_in_year, shift_seat_counts, is_live, holds_seat, is_expected,
      is_confirmed, uses_right;

    create function holds_seat(state text) returns integer language sql immutable parallel safe as
      $$ select case when state in ('preregistered', 'enrolled', 'attended', 'absent') then 1 else 0 end $$;
    create function is_live_request(state text) returns integer language sql immutable parallel safe as
      $$ select case when state in ('requested', 'waitlisted', 'preregistered', 'enrolled') then 1 else 0 end $$;

    create function shift_seat_counts(session integer, before text, after text) returns void language sql as $$
      update sessions
         set seats_held = seats_held + holds_seat(after) - holds_seat(before),
             live_requests = live_requests + is_live_request(after) - is_live_request(before),
             waitlisted = waitlisted + coalesce(after = 'waitlisted', false)::int
                                     - coalesce(before = 'waitlisted', false)::int
       where id = session and before is distinct from after
         and (holds_seat(after) <> holds_seat(before) or is_live_request(after) <> is_live_request(before)
              or 'waitlisted' in (coalesce(before, ''), coalesce(after, '')))
    $$;
  `);
}
