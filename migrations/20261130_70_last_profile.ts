import type { Knex } from 'knex';

/** The profile that a person last took in ParcoursPro, with which their next session begins; nothing before the first choice. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table users
      add column last_profile_right text check (last_profile_right in ('beneficiary', 'hr_validator', 'provider')),
      add column last_profile_structure_id integer references structures (id) on delete set null,
      add constraint last_profile_has_right check (last_profile_structure_id is null or last_profile_right is not null);
    create index users_last_profile_structure on users (last_profile_structure_id)
      where last_profile_structure_id is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table users drop column last_profile_right, drop column last_profile_structure_id;');
}
