import type { Knex } from 'knex';

/** What forgetting somebody needs: their former addresses, and no second copy of what was written to them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The address that a confirmed change replaced: requests made under it are the person's too.
    alter table email_changes add column old_email citext;
    update email_changes c set old_email = former.email
      from (select id, coalesce(
                     lag(new_email) over (partition by user_id order by ended_at, id),
                     (select r.email from account_requests r where r.user_id = e.user_id and r.email like '%@%'
                       order by r.id limit 1)) as email
              from email_changes e where outcome = 'confirmed') former
     where former.id = c.id;
    -- The reason of a refusal is on the request, where it can be forgotten; a history is only added to.
    alter table structure_request_history drop column note;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table structure_request_history add column note text;
    update structure_request_history h set note = r.refusal_reason
      from structure_requests r where r.id = h.request_id and h.event = 'refused';
    alter table email_changes drop column old_email;
  `);
}
