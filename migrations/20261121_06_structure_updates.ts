import type { Knex } from 'knex';

/** « Demande de mise à jour » of a structure's data (domain.md §1), and the charter that a membership request accepts. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table structure_update_requests (
      id integer generated always as identity primary key,
      structure_id integer not null references structures,
      state text not null default 'pending' check (state in ('pending', 'accepted', 'refused', 'withdrawn')),
      comment text,
      requested_by integer references users on delete set null,
      requested_at timestamptz not null,
      -- Who accepted, refused or withdrew it.
      decided_by integer references users on delete set null,
      decided_at timestamptz,
      refusal_reason text,
      check ((state = 'pending') = (decided_at is null)),
      check ((state = 'refused') = (refusal_reason is not null))
    );
    create unique index one_live_structure_update on structure_update_requests (structure_id) where state = 'pending';
    create index structure_update_requests_list on structure_update_requests (state, requested_at);

    -- What the request changes: the value that the structure had that day beside the one asked for.
    create table structure_update_changes (
      request_id integer not null references structure_update_requests on delete cascade,
      field text not null check (field in
        ('name', 'acronym', 'brand', 'ape_code', 'kind', 'address', 'postcode', 'city')),
      old_value text,
      new_value text,
      primary key (request_id, field),
      check (old_value is distinct from new_value)
    );

    -- By column: { "overruled": what SIRENE said, "value": what the agency accepted instead }. An import that repeats
    -- the overruled value leaves the accepted one; see src/portal/structures/import/load.ts.
    alter table structures add column corrections jsonb not null default '{}';

    -- Which text of the charter was accepted (content/charte-adhesion); null before it had versions.
    alter table membership_requests add column charter_version text;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table membership_requests drop column charter_version;
    alter table structures drop column corrections;
    drop table structure_update_changes, structure_update_requests;
  `);
}
