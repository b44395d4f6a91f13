import type { Knex } from 'knex';

/** Requests for a yearly membership, and every reminder that has left: it leaves once. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table membership_requests (
      id integer generated always as identity primary key,
      structure_id integer not null references structures,
      year integer not null check (year between 2000 and 2100),
      state text not null default 'pending' check (state in ('pending', 'accepted', 'refused')),
      -- The charter is accepted by sending the request; who and when is its record.
      requested_by integer references users on delete set null,
      requested_at timestamptz not null,
      decided_by integer references users on delete set null,
      decided_at timestamptz,
      refusal_reason text,
      check ((state = 'pending') = (decided_at is null)),
      check ((state = 'refused') = (refusal_reason is not null))
    );
    -- domain.md §5: one live request per structure and year.
    create unique index one_live_membership_request on membership_requests (structure_id, year)
      where state = 'pending';
    create index membership_requests_list on membership_requests (state, year, requested_at);

    create table membership_reminders (
      structure_id integer not null references structures,
      year integer not null,
      season text not null check (season in ('november', 'january')),
      sent_at timestamptz not null,
      primary key (structure_id, year, season)
    );

    create table account_request_reminders (
      request_id integer not null references account_requests on delete cascade,
      working_days integer not null,
      sent_at timestamptz not null,
      primary key (request_id, working_days)
    );

    create table enrolment_reminders (
      enrolment_id integer not null references enrolments,
      working_days integer not null,
      sent_at timestamptz not null,
      primary key (enrolment_id, working_days)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop table enrolment_reminders, account_request_reminders, membership_reminders, membership_requests;',
  );
}
