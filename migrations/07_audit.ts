import { baseline } from '#platform/database/baseline.ts';

/** The audit journal: who did what to whom, and from where. */
export const { up, down } = baseline(`
  create table audit_entries (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    action text not null,
    -- Who did it; null for the application itself, or for somebody who is not signed in.
    actor_id integer references users,
    -- Whom it concerns, and for which structure, where there is one.
    person_id integer references users,
    structure_id integer references structures,
    -- The file that it belongs to: the number of a request, an e-mail, an enrolment.
    subject_kind text,
    subject_id integer,
    -- What the names do not say (a right, a year); never anything about a person, who can be forgotten elsewhere.
    details jsonb not null default '{}',
    way text not null check (way in ('page', 'system')),
    ip inet,
    request_id text,
    check ((subject_kind is null) = (subject_id is null))
  );
  create index audit_entries_at on audit_entries (at desc, id desc);
  create index audit_entries_action on audit_entries (action, at desc, id desc);
  create index audit_entries_actor on audit_entries (actor_id, at desc);
  create index audit_entries_person on audit_entries (person_id, at desc);
  create index audit_entries_structure on audit_entries (structure_id, at desc);
  create index audit_entries_ip on audit_entries (ip, at desc);
  create index audit_entries_subject on audit_entries (subject_kind, subject_id, id);

  create trigger audit_entries_append_only
    before update or delete or truncate on audit_entries
    for each statement execute function refuse_change();
  -- An ordinary trigger sleeps while session_replication_role is « replica ».
  alter table audit_entries enable always trigger audit_entries_append_only;
`);
