import type { Knex } from 'knex';

/** How a person with an account asks to belong to another structure. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table affiliation_requests (
      id integer generated always as identity primary key,
      user_id integer not null references users on delete cascade,
      structure_id integer not null references structures,
      state text not null default 'pending' check (state in ('pending', 'accepted', 'refused', 'withdrawn')),
      created_at timestamptz not null,
      ended_at timestamptz,
      decided_by integer references users on delete set null,
      refusal_reason text,
      check ((state = 'pending') = (ended_at is null)),
      check (state <> 'refused' or refusal_reason is not null)
    );
    -- One live request per person and structure.
    create unique index one_live_affiliation_request on affiliation_requests (user_id, structure_id)
      where state = 'pending';
    create index affiliation_requests_structure on affiliation_requests (structure_id, state);
    create index affiliation_requests_waiting on affiliation_requests (created_at, id) where state = 'pending';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table affiliation_requests');
}
