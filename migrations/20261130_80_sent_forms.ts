import type { Knex } from 'knex';

/**
 * Forms on their way or just answered, so that one sent twice is carried out once. Unlogged: what a crash of the server
 * takes away is nothing that anybody did, only that a second sending would be told from the first.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create unlogged table sent_forms (
      -- Hashes: of the form with its fields, and of who sent it.
      id text primary key,
      sender text not null,
      claimed_at timestamptz not null,
      -- Sealed with the form's own key, which is nowhere here; null while the form is under way.
      answer text
    );
    create index sent_forms_sender on sent_forms (sender);
    create index sent_forms_claimed on sent_forms (claimed_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table sent_forms;');
}
