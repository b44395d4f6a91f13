import type { Knex } from 'knex';

/** What training bodies propose to the agency: a session more of one of their actions, or a change of one to come. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table session_proposals (
      id integer generated always as identity primary key,
      provider_id integer not null references structures,
      action_id integer not null references actions,
      is_change boolean not null,
      -- The session to change; null for a new one, and once the session is gone.
      session_id integer references sessions on delete set null,
      -- Of the session when the change was proposed: a change made since makes the proposal void.
      session_version integer,
      -- The fields of the session's form, as typed and checked; and as they were.
      form jsonb not null,
      former jsonb,
      comment text not null default '',
      state text not null default 'pending' check (state in ('pending', 'accepted', 'refused', 'withdrawn')),
      proposed_by integer references users on delete set null,
      proposed_at timestamptz not null,
      -- Who accepted, refused or withdrew it.
      decided_by integer references users on delete set null,
      decided_at timestamptz,
      refusal_reason text,
      -- The session that came of it.
      created_session_id integer references sessions on delete set null,
      form_key uuid not null unique,
      check ((state = 'pending') = (decided_at is null)),
      check ((state = 'refused') = (refusal_reason is not null)),
      check (is_change = (former is not null) and is_change = (session_version is not null))
    );
    create unique index one_live_proposal on session_proposals (session_id) where state = 'pending';
    create index session_proposals_list on session_proposals (state, proposed_at);
    create index session_proposals_provider on session_proposals (provider_id, proposed_at desc, id desc);
    create index session_proposals_action on session_proposals (action_id);
    create index session_proposals_created on session_proposals (created_session_id);
  `);
  const updated_at = new Date();
  await knex('reply_templates').insert(
    TEMPLATES.map(([title, body], position) => ({
      kind: 'session_proposal',
      title,
      body,
      position,
      updated_at,
    })),
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex('reply_templates').where({ kind: 'session_proposal' }).delete();
  await knex.raw('drop table session_proposals;');
}

const TEMPLATES: [title: string, body: string][] = [
  [
    'Dates déjà prises',
    'Une autre action pour le même public a lieu à ces dates. Pouvez-vous en proposer d’autres\u00a0?',
  ],
  [
    'Trop peu de demandes',
    'Les sessions prévues de cette action ont encore des places\u00a0: nous préférons les remplir avant d’en ouvrir une autre.',
  ],
];
