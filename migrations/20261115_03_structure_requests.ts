import type { Knex } from 'knex';

/** « Ma structure n’est pas dans la liste » (domain.md §3): the requests, and what happened to each. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table structure_requests (
      id integer generated always as identity primary key,
      siret char(14) not null check (siret ~ '^[0-9]{14}$'),
      name text not null,
      acronym text,
      brand text,
      ape_code text,
      kind text not null,
      address text not null,
      postcode text not null,
      city text not null,
      civility text not null check (civility in ('Mme', 'M.')),
      last_name text not null,
      first_name text not null,
      email citext not null,
      phone text,
      state text not null default 'pending' check (state in ('pending', 'accepted', 'refused', 'linked')),
      created_at timestamptz not null,
      decided_at timestamptz,
      decided_by integer references users on delete set null,
      refusal_reason text,
      -- The structure made of the request, or the one that it was linked to.
      structure_id integer references structures,
      check ((state = 'pending') = (decided_at is null)),
      check ((state in ('accepted', 'linked')) = (structure_id is not null)),
      check (state <> 'refused' or refusal_reason is not null)
    );
    -- The same person asking twice for the same structure has asked once.
    create unique index one_pending_structure_request on structure_requests (siret, email) where state = 'pending';
    create index structure_requests_state on structure_requests (state, created_at);

    -- Append-only.
    create table structure_request_history (
      id integer generated always as identity primary key,
      request_id integer not null references structure_requests on delete cascade,
      at timestamptz not null,
      event text not null check (event in ('received', 'repeated', 'accepted', 'refused', 'linked')),
      by_user_id integer references users on delete set null,
      note text
    );
    create index structure_request_history_request on structure_request_history (request_id, at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table structure_request_history, structure_requests;');
}
