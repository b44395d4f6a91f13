import type { Knex } from 'knex';

/** What the agency edits of the catalogue carries the number of its version; an action keeps its former addresses. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table enrolment_settings add column lock_version integer not null default 1;
    alter table action_kinds add column lock_version integer not null default 1;
    alter table themes add column lock_version integer not null default 1;
    alter table actions add column lock_version integer not null default 1;
    alter table sessions add column lock_version integer not null default 1;

    -- Addresses that an action had: links and bookmarks still lead to it.
    create table action_former_slugs (
      slug text primary key,
      action_id integer not null references actions on delete cascade
    );
    create index action_former_slugs_action on action_former_slugs (action_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table action_former_slugs;
    alter table sessions drop column lock_version;
    alter table actions drop column lock_version;
    alter table themes drop column lock_version;
    alter table action_kinds drop column lock_version;
    alter table enrolment_settings drop column lock_version;
  `);
}
