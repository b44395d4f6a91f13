import { baseline } from '#platform/database/baseline.ts';

/** Requests for a place, their append-only history, who decides about them and how each is asked. */
export const { up, down } = baseline(`
  create table enrolment_settings (
    id integer primary key default 1 check (id = 1),
    yearly_actions integer not null default 5 check (yearly_actions >= 0),
    yearly_formations integer not null default 3 check (yearly_formations >= 0),
    structure_seats_per_formation integer not null default 2 check (structure_seats_per_formation >= 0),
    staggered_until date,
    staggered_live_requests integer check (staggered_live_requests >= 0),
    late_withdrawal_days integer not null default 7 check (late_withdrawal_days >= 0),
    lock_version integer not null default 1,
    check ((staggered_until is null) = (staggered_live_requests is null))
  );
  insert into enrolment_settings default values;

  -- The states of an enrolment that go together: those of src/enrolment/states.ts.
  create function is_live(state text) returns boolean language sql immutable parallel safe
    return state in ('requested', 'waitlisted', 'preregistered', 'enrolled');
  create function holds_seat(state text) returns boolean language sql immutable parallel safe
    return state in ('preregistered', 'enrolled', 'attended', 'absent');
  create function is_expected(state text) returns boolean language sql immutable parallel safe
    return state in ('preregistered', 'enrolled');
  create function is_confirmed(state text) returns boolean language sql immutable parallel safe
    return state in ('enrolled', 'attended', 'absent');
  create function uses_right(state text) returns boolean language sql immutable parallel safe
    return state in ('requested', 'waitlisted', 'preregistered', 'enrolled', 'attended', 'absent');

  create table enrolments (
    id integer generated always as identity primary key,
    user_id integer not null references users,
    structure_id integer not null references structures,
    action_id integer not null references actions,
    session_id integer not null references sessions,
    state text not null check (state in (
      'requested', 'waitlisted', 'preregistered', 'enrolled', 'attended', 'absent',
      'refused_by_hr', 'refused_by_provider', 'withdrawn', 'session_cancelled', 'expired')),
    motivation text not null,
    requested_at timestamptz not null,
    -- Set when a withdrawal comes within the notice period before the session.
    withdrawn_late boolean not null default false,
    -- « Laisser la place »: kept after a departure that the agency has examined.
    kept_at timestamptz,
    kept_by integer references users,
    -- Set when the session is moved or restored: the person is asked whether they still come.
    confirmation_asked_at timestamptz,
    confirmed_at timestamptz,
    check ((kept_at is null) = (kept_by is null)),
    check (confirmed_at is null or confirmation_asked_at is not null)
  );
  -- domain.md §7 rule 3: one live enrolment per person and action.
  create unique index one_live_enrolment on enrolments (user_id, action_id)
    where state in ('requested', 'waitlisted', 'preregistered', 'enrolled');
  create index enrolments_session on enrolments (session_id, state);
  create index enrolments_action_structure on enrolments (action_id, structure_id);
  create index enrolments_user on enrolments (user_id, requested_at desc);
  create index enrolments_structure on enrolments (structure_id, state, requested_at);
  create index enrolments_state on enrolments (state, requested_at desc, id desc);
  create index enrolments_requested on enrolments (requested_at desc, id desc);
  create index enrolments_queue on enrolments (session_id, requested_at, id) where state = 'waitlisted';
  -- What the agency looks for among all that waits: answered from narrow indexes alone, however many requests there are.
  create index enrolments_awaited on enrolments (state, requested_at, id)
    include (user_id, structure_id, action_id, session_id) where state in ('requested', 'preregistered');
  -- Places kept by somebody who has left, or whose account is closed.
  create index enrolments_kept on enrolments (user_id, structure_id) include (id, session_id)
    where state in ('requested', 'waitlisted', 'preregistered', 'enrolled') and kept_at is null;
  -- Whom the home page, the session and the reminders look for: few, of all enrolments.
  create index enrolments_to_confirm on enrolments (session_id)
    where confirmation_asked_at is not null and confirmed_at is null;

  create function shift_seat_counts(session integer, before text, after text) returns void language sql as $$
    update sessions
       set seats_held = seats_held + coalesce(holds_seat(after)::int, 0) - coalesce(holds_seat(before)::int, 0),
           live_requests = live_requests + coalesce(is_live(after)::int, 0) - coalesce(is_live(before)::int, 0),
           waitlisted = waitlisted + coalesce(after = 'waitlisted', false)::int
                                   - coalesce(before = 'waitlisted', false)::int
     where id = session and before is distinct from after
       and (coalesce(holds_seat(after), false) <> coalesce(holds_seat(before), false)
            or coalesce(is_live(after), false) <> coalesce(is_live(before), false)
            or 'waitlisted' in (coalesce(before, ''), coalesce(after, '')))
  $$;

  create function keep_seat_counts() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and old.session_id = new.session_id then
      perform shift_seat_counts(new.session_id, old.state, new.state);
      return null;
    end if;
    if tg_op <> 'INSERT' then perform shift_seat_counts(old.session_id, old.state, null); end if;
    if tg_op <> 'DELETE' then perform shift_seat_counts(new.session_id, null, new.state); end if;
    return null;
  end $$;
  create trigger enrolments_seats after insert or update of state, session_id or delete on enrolments
    for each row execute function keep_seat_counts();

  create table enrolment_history (
    id integer generated always as identity primary key,
    enrolment_id integer not null references enrolments,
    at timestamptz not null,
    from_state text,
    to_state text not null,
    by_user_id integer references users,
    by_role text not null check (by_role in ('beneficiary', 'hr_validator', 'provider', 'agency', 'system')),
    way text not null check (way in ('page', 'email_link', 'system')),
    reason text,
    -- Where the person was before, on the line that moves them to another session of the action.
    from_session_id integer references sessions,
    -- « par X, pour Y »
    for_user_id integer references users,
    check ((by_role = 'system') = (by_user_id is null)),
    check (for_user_id is null or by_role = 'hr_validator')
  );
  create index enrolment_history_enrolment on enrolment_history (enrolment_id, id);
  -- Looked for whenever a session is taken away, among millions of lines.
  create index enrolment_history_moved on enrolment_history (from_session_id) where from_session_id is not null;
  create trigger enrolment_history_append_only
    before update or delete or truncate on enrolment_history
    for each statement execute function refuse_change();
  alter table enrolment_history enable always trigger enrolment_history_append_only;

  create table enrolment_reminders (
    enrolment_id integer not null references enrolments,
    working_days integer not null,
    sent_at timestamptz not null,
    primary key (enrolment_id, working_days)
  );

  create table confirmation_reminders (
    enrolment_id integer not null references enrolments,
    -- Of the question: a session moved again asks again.
    asked_at timestamptz not null,
    moment text not null check (moment in ('after_move', 'before_start')),
    sent_at timestamptz not null,
    primary key (enrolment_id, asked_at, moment)
  );

  -- A validator's absence: somebody else of the structure decides in their place, from one day to another. It hangs on
  -- two rights, so that it ends with them and never comes back by itself: the validator's own, and « bénéficiaire » of
  -- the other, which everybody has while they belong to the structure with an account that is open.
  create table hr_delegations (
    id integer generated always as identity primary key,
    delegator_affiliation_id integer not null,
    delegator_right text not null generated always as ('hr_validator') stored,
    delegate_affiliation_id integer not null,
    delegate_right text not null generated always as ('beneficiary') stored,
    -- Days of Paris, both included.
    starts_on date not null,
    ends_on date not null,
    created_at timestamptz not null,
    -- When both were told that it begins.
    start_told_at timestamptz,
    foreign key (delegator_affiliation_id, delegator_right) references affiliation_rights on delete cascade,
    foreign key (delegate_affiliation_id, delegate_right) references affiliation_rights on delete cascade,
    check (delegator_affiliation_id <> delegate_affiliation_id),
    check (starts_on <= ends_on and ends_on < starts_on + interval '1 year')
  );
  create index hr_delegations_delegator on hr_delegations (delegator_affiliation_id);
  create index hr_delegations_delegate on hr_delegations (delegate_affiliation_id);

  -- Who decides as Valideur RH for a structure, on which days: by the right, or in the place of somebody who has it.
  create view acting_validators as
    select a.structure_id, a.user_id, cast(null as integer) as for_user_id, cast(null as integer) as delegation_id,
           cast('-infinity' as date) as from_day, cast('infinity' as date) as until_day
      from affiliations a join affiliation_rights r on r.affiliation_id = a.id and r."right" = 'hr_validator'
    union all
    select d.structure_id, d.user_id, o.user_id, h.id, h.starts_on, h.ends_on
      from hr_delegations h
      join affiliations d on d.id = h.delegate_affiliation_id
      join affiliations o on o.id = h.delegator_affiliation_id and o.structure_id = d.structure_id;

  create table decision_links (
    id integer generated always as identity primary key,
    enrolment_id integer not null references enrolments,
    user_id integer not null references users on delete cascade,
    token_hash text not null unique,
    created_at timestamptz not null,
    -- Sent to somebody who stands in for another, it is theirs as that one only, and goes with the delegation.
    delegation_id integer references hr_delegations on delete cascade,
    -- It ends with what let its validator sign in when it was sent: another password, another e-mail.
    ended_at timestamptz
  );
  create index decision_links_enrolment on decision_links (enrolment_id);
  create index decision_links_delegation on decision_links (delegation_id) where delegation_id is not null;
  create index decision_links_open on decision_links (user_id) where ended_at is null;

  -- Validators who prefer one e-mail a day: one row per person and structure that chose it.
  create table hr_digests (
    affiliation_id integer primary key references affiliations on delete cascade,
    since timestamptz not null
  );

  -- What waits to be announced in it. A row goes in the transaction that puts its e-mail in the queue: each request is
  -- announced once.
  create table hr_digest_requests (
    affiliation_id integer not null references affiliations on delete cascade,
    enrolment_id integer not null references enrolments on delete cascade,
    asked_at timestamptz not null,
    primary key (affiliation_id, enrolment_id)
  );
  create index hr_digest_requests_asked on hr_digest_requests (asked_at);
  create index hr_digest_requests_enrolment on hr_digest_requests (enrolment_id);
`);
