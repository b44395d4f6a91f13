import type { Knex } from 'knex';

/** Decisions of the agency that may still be undone: nothing has been sent or changed yet. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table scheduled_decisions (
      id integer generated always as identity primary key,
      -- The kind of file, as in the audit journal, and its number there.
      kind text not null,
      request_id integer not null,
      decision text not null,
      -- Kept for as long as the decision may have to be taken again: emptied once it is applied, undone or moot.
      reason text,
      parameters jsonb not null default '{}',
      decided_by integer not null references users,
      decided_at timestamptz not null,
      due_at timestamptz not null,
      state text not null default 'scheduled'
        check (state in ('scheduled', 'applied', 'undone', 'moot', 'failed')),
      ended_at timestamptz,
      -- Why it could not be applied, in the words of the page.
      failure text,
      check (due_at >= decided_at),
      check ((state = 'scheduled') = (ended_at is null)),
      check ((state in ('moot', 'failed')) = (failure is not null))
    );
    -- One decision at a time for each request.
    create unique index one_scheduled_decision on scheduled_decisions (kind, request_id) where state = 'scheduled';
    create index scheduled_decisions_request on scheduled_decisions (kind, request_id, id desc);
    create index scheduled_decisions_due on scheduled_decisions (due_at) where state = 'scheduled';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table scheduled_decisions;');
}
