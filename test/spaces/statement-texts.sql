-- ParcoursPro, visitor: 2

-- 1
select (select cast(changed_by as text) from catalogue_version) as version;

-- 2
with open as materialized (
    (select s.id, s.action_id, s.starts_at, true as is_open
       from sessions s join actions a on a.id = s.action_id
      where s.starts_at > $1 and s.registration_closes_at > $2 and s.cancelled_at is null and is_public(a, $3)
      order by s.starts_at, s.id limit 240)
     ), first as materialized (
       select * from open
       -- Looked for only where those do not fill the cards: registration closes for whatever comes soon.
       union all
    (select s.id, s.action_id, s.starts_at, false as is_open
       from sessions s join actions a on a.id = s.action_id
      where s.starts_at > $4 and s.registration_closes_at <= $5 and (select count(distinct action_id) from open) < $6 and s.cancelled_at is null and is_public(a, $7)
      order by s.starts_at, s.id limit 240)
       -- By their end: those that began would be looked for among all that ever began.
       union all
    (select s.id, s.action_id, s.starts_at, false as is_open
       from sessions s join actions a on a.id = s.action_id
      where s.starts_at <= $8 and s.ends_at > $9 and (select count(distinct action_id) from open) < $10 and s.cancelled_at is null and is_public(a, $11)
      order by s.ends_at, s.id limit 240)
     ), best as (
       select distinct on (action_id) action_id, id as session_id, starts_at, is_open
         from first order by action_id, is_open desc, starts_at, id
     ), next as (
       select action_id as id, session_id, row_number() over (order by is_open desc, starts_at, action_id) as position
         from best order by position limit $12
     ), shown as materialized (
       select n.*, (select count(*)::int from sessions s
                     where s.action_id = n.id and s.ends_at > $13 and s.cancelled_at is null) as matching
         from next n
     ) select
  coalesce((select json_agg(json_build_object(
              'id', a.id, 'slug', a.slug, 'title', a.title, 'kind', k.label, 'reserved', k.reserved,
              'theme', t.label, 'provider', p.name, 'modality', a.modality, 'durationDays', a.duration_days,
              'sessionCount', f.matching, 'publishedAt', a.published_at,
              'session', (select json_build_object(
  'id', s.id, 'startsAt', s.starts_at, 'endsAt', s.ends_at, 'city', s.city, 'department', s.department,
  'registrationOpensAt', s.registration_opens_at, 'registrationClosesAt', s.registration_closes_at,
  'isCancelled', s.cancelled_at is not null, 'capacity', s.capacity, 'waitingCapacity', s.waiting_capacity,
  'seatsHeld', s.seats_held, 'live', s.live_requests, 'waitlisted', s.waitlisted) from sessions s where s.id = f.session_id))
            order by f.position)
     from shown f join actions a on a.id = f.id and is_public(a, $14)
     join action_kinds k on k.id = a.kind_id join themes t on t.id = a.theme_id
     join structures p on p.id = a.provider_id), '[]') as actions;

-- search, visitor: 2

-- 1
select (select cast(changed_by as text) from catalogue_version) as version,
  json '[]' as exact,
  json '[]' as resembling,
  json '[]' as towns,
  true as "isCentreKnown",
  json '[]' as full,
  json '[]' as "newActions",
  json '[]' as "newSessions";

-- 2
with shown as materialized (
       select * from unnest($1::int[], $2::int[], $3::int[])
                       with ordinality one(id, session_id, matching, position)
     )
     select (select name from structures where id = $4::int and is_training_body) as "providerName",
            (select coalesce(json_agg(json_build_object('id', id, 'name', name) order by name, id), '[]')
               from structures where id = any($5::int[])) as providers,
  coalesce((select json_agg(json_build_object(
              'id', a.id, 'slug', a.slug, 'title', a.title, 'kind', k.label, 'reserved', k.reserved,
              'theme', t.label, 'provider', p.name, 'modality', a.modality, 'durationDays', a.duration_days,
              'sessionCount', f.matching, 'publishedAt', a.published_at,
              'session', (select json_build_object(
  'id', s.id, 'startsAt', s.starts_at, 'endsAt', s.ends_at, 'city', s.city, 'department', s.department,
  'registrationOpensAt', s.registration_opens_at, 'registrationClosesAt', s.registration_closes_at,
  'isCancelled', s.cancelled_at is not null, 'capacity', s.capacity, 'waitingCapacity', s.waiting_capacity,
  'seatsHeld', s.seats_held, 'live', s.live_requests, 'waitlisted', s.waitlisted) from sessions s where s.id = f.session_id))
            order by f.position)
     from shown f join actions a on a.id = f.id and is_public(a, $6)
     join action_kinds k on k.id = a.kind_id join themes t on t.id = a.theme_id
     join structures p on p.id = a.provider_id), '[]') as actions;

-- action, visitor: 2

-- 1
select a.id, a.slug, a.title, k.label as kind, k.reserved,
            k.needs_hr_approval as "needsHrApproval", k.needs_provider_approval as "needsProviderApproval",
            t.label as theme, t.slug as "themeSlug", a.modality, a.duration_days as "durationDays",
            a.objectives, a.audience, a.prerequisites, a.programme, a.trainer, p.name as provider, p.id as "providerId",
            (select coalesce(json_agg(json_build_object(
  'id', s.id, 'startsAt', s.starts_at, 'endsAt', s.ends_at, 'city', s.city, 'department', s.department,
  'registrationOpensAt', s.registration_opens_at, 'registrationClosesAt', s.registration_closes_at,
  'isCancelled', s.cancelled_at is not null, 'capacity', s.capacity, 'waitingCapacity', s.waiting_capacity,
  'seatsHeld', s.seats_held, 'live', s.live_requests, 'waitlisted', s.waitlisted, 'slots',
  (select coalesce(json_agg(json_build_object('startsAt', sl.starts_at, 'endsAt', sl.ends_at, 'modality', sl.modality, 'place', sl.place, 'address', sl.address, 'postcode', sl.postcode, 'city', sl.city)
                            order by sl.starts_at, sl.id), '[]')
     from slots sl where sl.session_id = s.id))
                                      order by s.starts_at, s.id), '[]')
               from sessions s
              where s.action_id = a.id and s.ends_at > $1 and s.cancelled_at is null) as coming,
            (select coalesce(json_agg(gone.session), '[]') from (
               select json_build_object(
  'id', s.id, 'startsAt', s.starts_at, 'endsAt', s.ends_at, 'city', s.city, 'department', s.department,
  'registrationOpensAt', s.registration_opens_at, 'registrationClosesAt', s.registration_closes_at,
  'isCancelled', s.cancelled_at is not null, 'capacity', s.capacity, 'waitingCapacity', s.waiting_capacity,
  'seatsHeld', s.seats_held, 'live', s.live_requests, 'waitlisted', s.waitlisted) as session
                 from sessions s
                where s.action_id = a.id and (s.ends_at <= $2 or s.cancelled_at is not null)
                order by s.starts_at desc, s.id desc limit 8) gone) as past,
            (select json_build_object('state', e.state, 'sessionId', s.id,
                                      'startsAt', s.starts_at, 'endsAt', s.ends_at)
               from enrolments e join sessions s on s.id = e.session_id
              where e.action_id = a.id and e.user_id = $3::int
                and is_live(e.state)) as "liveEnrolment",
            (select coalesce(json_agg(json_build_object('id', d.id, 'title', d.title, 'bytes', d.bytes)
                                      order by d.position, d.id), '[]')
               from action_documents d where d.action_id = a.id) as documents,
            exists (select from favourites f where f.user_id = $4::int and f.action_id = a.id) as "isFavourite",
            array(select w.session_id from seat_watches w join sessions s on s.id = w.session_id
                   where w.user_id = $5::int and s.action_id = a.id) as "watchedSessions"
       from actions a
       join action_kinds k on k.id = a.kind_id
       join themes t on t.id = a.theme_id
       join structures p on p.id = a.provider_id
      where a.slug = $6 and is_public(a, $7);

-- 2
with held_by_structure as (
    select structure_id, count(*) as seats
      from enrolments where action_id = $1 and holds_seat(state)
     group by structure_id
  ), me as (
    select id, state, requested_at, confirmation_asked_at is not null and confirmed_at is null as awaited
      from enrolments where id = cast($2 as int)
  ), mine as (
    select e.state, e.action_id, e.session_id, a.title, s.starts_at, s.ends_at, k.reserved, k.counts_as_formation, counts_in_year(k) as counts_in_year,
           paris_year(s.starts_at) as year
      from enrolments e
      join sessions s on s.id = e.session_id
      join actions a on a.id = e.action_id
      join action_kinds k on k.id = a.kind_id
     where e.user_id = cast($3 as int)
  )
  select s.id as session_id, s.capacity, s.waiting_capacity, s.registration_opens_at, s.registration_closes_at,
         s.starts_at, s.cancelled_at, is_public(a, $4) as is_published,
         k.reserved, k.counts_as_formation, k.counts_in_yearly_total, k.needs_hr_approval, k.needs_provider_approval,
         st.yearly_actions, st.yearly_formations, st.structure_seats_per_formation, st.staggered_until,
         st.staggered_live_requests, st.late_withdrawal_days,
         counts.seats_held, counts.live, counts.eligible_ahead,
         coalesce((select seats from held_by_structure where structure_id = cast($5 as int)), 0) as structure_seats,
         (select name from structures where id = cast($6 as int)) as structure_name,
         coalesce((select json_agg(year) from memberships where structure_id = cast($7 as int)), '[]')
           as membership_years,
         exists (select from affiliations af join users u on u.id = af.user_id and u.closed_at is null
                  where af.user_id = cast($8 as int) and af.structure_id = cast($9 as int))
           as in_structure,
         exists (select from mine where action_id = $10 and is_live(state)) as live_for_action,
         coalesce((
           select json_agg(used) from (
             select year, count(*) as actions, count(*) filter (where counts_as_formation) as formations
               from mine where counts_in_year and uses_right(state)
              group by year) used), '[]') as used,
         (select count(*) from mine where reserved and is_live(state)) as live_reserved,
         coalesce((
           select json_agg(json_build_object('title', o.title, 'startsAt', o.starts_at, 'endsAt', o.ends_at)
                           order by o.starts_at)
             from mine o
            where o.session_id <> s.id and o.action_id <> s.action_id and is_live(o.state)
              and o.starts_at < s.ends_at and s.starts_at < o.ends_at
              and exists (select from slots x join slots y on x.starts_at < y.ends_at and y.starts_at < x.ends_at
  and x.ends_at - x.starts_at <= interval '1 day' and y.ends_at - y.starts_at <= interval '1 day'
                           where x.session_id = o.session_id and y.session_id = s.id)), '[]') as overlaps,
         coalesce((select awaited from me), false) as confirmation_awaited
    from sessions s
    join actions a on a.id = s.action_id
    join action_kinds k on k.id = a.kind_id
    join enrolment_settings st on st.id = 1
    cross join lateral (
      select count(*) filter (where holds_seat(e.state)) as seats_held,
             count(*) filter (where is_live(e.state)) as live,
             count(*) filter (
               where e.state = 'waitlisted'
                 and coalesce((e.requested_at, e.id)
                              < (select m.requested_at, m.id from me m where m.state = 'waitlisted'), true)
                 and (not k.counts_as_formation or coalesce(h.seats, 0) < st.structure_seats_per_formation)
                 and exists (select from affiliations af join users u on u.id = af.user_id and u.closed_at is null
                              where af.user_id = e.user_id and af.structure_id = e.structure_id)
             ) as eligible_ahead
        from enrolments e
        left join held_by_structure h using (structure_id)
       where e.session_id = s.id
    ) counts
   where s.action_id = $11 and (cast($12 as int) is null or s.id = cast($13 as int))
   order by s.starts_at, s.id;

-- Accueil: 4

-- 1
select sess from web_sessions where sid = $1 and expire >= to_timestamp($2);

-- 2
select u.id, u.email, u.first_name, u.last_name, u.is_agency_manager, u.session_generation,
       exists (select from second_factors f where f.user_id = u.id and f.enabled_at is not null)
         as has_second_factor,
       exists (select from passkeys k where k.user_id = u.id) as has_passkey,
       coalesce((
         select json_agg(json_build_object(
                  'structureId', s.id, 'structureName', s.name, 'isTrainingBody', s.is_training_body,
                  'rights', (select coalesce(json_agg(r."right"), '[]')
                               from affiliation_rights r where r.affiliation_id = a.id),
                  'standsIn', (select json_build_object('forName', full_name(o),
                                        'until', v.until_day, 'forIds', json_agg(v.for_user_id) over ())
                                 from acting_validators v join users o on o.id = v.for_user_id
                                where v.user_id = a.user_id and v.structure_id = a.structure_id
                                  and cast($1 as date) between v.from_day and v.until_day
                                order by v.until_day desc, v.delegation_id limit 1))
                order by s.name, s.id)
           from affiliations a join structures s on s.id = a.structure_id
          where a.user_id = u.id), '[]') as affiliations
  from users u where u.id = $2 and u.closed_at is null;

-- 3
select u.created_at as "accountSince", json_build_array((select coalesce(json_agg(t), '[]') from (
        with led as materialized (
  select a.structure_id from affiliations a
    join affiliation_rights x on x.affiliation_id = a.id and x."right" = 'referent'
   where a.user_id = $1)
        select (select count(*) from account_requests q
                 where q.state = 'pending' and q.structure_id in (select structure_id from led))
             + (select count(*) from affiliation_requests q
                 where q.state = 'pending' and q.user_id <> $2
                   and q.structure_id in (select structure_id from led)) as waiting) t), (select coalesce(json_agg(t), '[]') from (select count(*) as waiting from structure_update_requests q
             where q.state = 'pending' and q.structure_id in (
  select a.structure_id from affiliations a
    join affiliation_rights x on x.affiliation_id = a.id and x."right" = 'referent'
   where a.user_id = $3)) t), (select coalesce(json_agg(t), '[]') from (
    select e.structure_id as "structureId", count(*) as waiting
      from enrolments e
     where e.state = 'requested' and e.user_id <> $4
       and e.structure_id = any(array(
             select v.structure_id from acting_validators v
              where v.user_id = $5 and cast($6 as date) between v.from_day and v.until_day))
       and exists (select from acting_validators v
                    where v.user_id = $7 and v.structure_id = e.structure_id
                      and cast($8 as date) between v.from_day and v.until_day
                      and v.for_user_id is distinct from e.user_id)
     group by e.structure_id) t), (select coalesce(json_agg(t), '[]') from (
    select a.provider_id as "structureId", count(*) as waiting
      from enrolments e
      join actions a on a.id = e.action_id
      join sessions s on s.id = e.session_id
     where e.state = 'preregistered' and e.user_id <> $9 and s.starts_at > $10
       and a.provider_id in (
             select f.structure_id from affiliations f
               join affiliation_rights x on x.affiliation_id = f.id and x."right" = 'provider'
              where f.user_id = $11)
     group by a.provider_id) t), (select coalesce(json_agg(t), '[]') from (
    select a.provider_id as "structureId", count(*) as waiting
      from issued_documents d join sessions s on s.id = d.session_id join actions a on a.id = s.action_id
     where a.provider_id in (
  select af.structure_id from affiliations af join affiliation_rights r on r.affiliation_id = af.id
   where af.user_id = $12 and r."right" = 'provider') and d.kind = 'convention'
    and not exists (select from issued_documents n where n.replaces_id = d.id)
    and not exists (select from document_events e where e.document_id = d.id and e.kind = 'withdrawn')
    and not ((select count(*) from convention_signatures g where g.document_id = d.replaces_id) = 2) and not exists (select from convention_signatures g where g.document_id = d.id and g.party = 'body')
     group by a.provider_id) t), (select coalesce(json_agg(t), '[]') from (
    select d.structure_id as "structureId", count(*) as waiting
      from issued_documents d
     where d.structure_id in (
  select af.structure_id from affiliations af join affiliation_rights r on r.affiliation_id = af.id
   where af.user_id = $13 and r."right" = 'hr_validator') and d.kind = 'convention'
    and not exists (select from issued_documents n where n.replaces_id = d.id)
    and not exists (select from document_events e where e.document_id = d.id and e.kind = 'withdrawn')
    and not ((select count(*) from convention_signatures g where g.document_id = d.replaces_id) = 2) and exists (select from convention_signatures g where g.document_id = d.id and g.party = 'body')
     group by d.structure_id) t)) as waiting,
  (select to_json(person) from (
  select u.id as "userId", u.sso_subject as subject, u.email, u.first_name as "firstName",
         u.last_name as "lastName", u.closed_at is null as "isOpen", u.is_agency_manager as "isAgencyManager",
         coalesce((
           select json_agg(json_build_object(
                    'structureId', s.id, 'siret', s.siret, 'name', s.name,
                    'isTrainingBody', s.is_training_body, 'mayPreregister', s.may_preregister,
                    'isMember', exists (select from memberships m where m.structure_id = s.id and m.year = $14),
                    'rights', (select coalesce(json_agg(r."right" order by r."right"), '[]')
                                 from affiliation_rights r where r.affiliation_id = a.id)) order by s.name, s.id)
             from affiliations a join structures s on s.id = a.structure_id where a.user_id = u.id), '[]') as affiliations
    from users u where u.id = $15) person) as person,
  (select coalesce(json_agg(service), '[]')
     from (select
  s.id, s.key, s.name, s.description, s.home_url as "homeUrl", s.icon, s.state = 'suspended' as "isSuspended",
  s.opens_to as "opensTo", s.needs_second_factor as "needsSecondFactor", s.subject, s.speaks_cas as "speaksCas",
  s.speaks_oidc as "speaksOidc", s.attributes_in_v2 as "attributesInV2", s.may_proxy as "mayProxy",
  s.cas_logout_url as "casLogoutUrl", s.contact_email as "contactEmail", s.position, s.version,
  coalesce((select json_agg(json_build_object('kind', a.kind, 'url', a.url) order by a.kind, a.url)
              from service_addresses a where a.service_id = s.id), '[]') as addresses,
  coalesce((select json_agg(r."right" order by r."right") from service_rights r where r.service_id = s.id), '[]') as rights,
  coalesce((select json_agg(json_build_object('attribute', t.attribute, 'name', t.name) order by t.attribute)
              from service_attributes t where t.service_id = s.id), '[]') as attributes from services s  order by s.position, s.name, s.id) service) as services
       from users u where u.id = $16;

-- 4
select "id", "title", "body", "link", "online_from" as "onlineFrom", count(*) over () as total from "news" where "online_from" <= $1 and ("online_until" is null or "online_until" >= $2) order by "online_from" desc, "id" desc limit $3;

-- Mon compte: 4

-- 1: as Accueil, 1

-- 2: as Accueil, 2

-- 3
select "u"."id" as "id", "u"."email" as "email", "u"."is_agency_manager" as "isAgencyManager", "u"."civility" as "civility", "u"."last_name" as "lastName", "u"."first_name" as "firstName", "u"."job_title" as "jobTitle", "u"."phone" as "phone", "u"."mobile" as "mobile", (select "c"."new_email" from "email_changes" as "c" where c.user_id = u.id and c.outcome is null and c.expires_at > $1) as "newEmail", (select "d"."requested_at" from "deletion_requests" as "d" where d.user_id = u.id and d.state = 'pending') as "deletionRequestedAt" from "users" as "u" where "u"."id" = $2 limit $3;

-- 4
select s.ref, d.device, s.since, s."lastSeenAt", s."isPresent"
   from (
     select encode(sha256(convert_to(w.sess ->> 'signInId', 'UTF8')), 'hex') as ref,
            to_timestamp(cast(w.sess ->> 'signedInAt' as double precision) / 1000) as since,
            cast(w.expire as timestamptz)
              - cast($1 as double precision) * interval '1 ms' as "lastSeenAt",
            w.sid = $2 as "isPresent"
       from web_sessions w
       join users u on u.id = cast($3 as int)
      where (w.sess #>> '{passport,user}') = $4 and w.expire > localtimestamp
        and cast(w.sess ->> 'generation' as int) = u.session_generation
   ) s
   left join session_devices d on d.sign_in_hash = s.ref
  where s.since > $5
  order by s."isPresent" desc, s."lastSeenAt" desc, s.ref
  limit 50;

-- Mes structures: 4

-- 1: as Accueil, 1

-- 2: as Accueil, 2

-- 3
select s.id, s.name, s.siret, s.city, s.department, s.kind,
  coalesce((select json_agg(x."right") from affiliation_rights x where x.affiliation_id = a.id), '[]') as rights,
  coalesce((select json_agg(full_name(r) order by r.last_name, r.first_name)
              from affiliations ra
              join affiliation_rights rr on rr.affiliation_id = ra.id and rr."right" = 'referent'
              join users r on r.id = ra.user_id
             where ra.structure_id = s.id), '[]') as referents,
            exists (select from memberships m where m.structure_id = s.id and m.year = $1) as "isMember",
            exists (select from membership_requests q
                     where q.structure_id = s.id and q.state = 'pending') as "isRequested",
            coalesce((select json_agg(json_build_object('year', q.year, 'at', q.requested_at) order by q.year)
                        from membership_requests q
                       where q.structure_id = s.id and q.state = 'pending'), '[]') as "membershipsAsked",
            (select q.requested_at from structure_update_requests q
              where q.structure_id = s.id and q.state = 'pending') as "updateAskedAt",
            count(*) over () as total
       from affiliations a join structures s on s.id = a.structure_id
      where a.user_id = $2
      order by s.name, s.id
      limit $3 offset (select cast($4 as int));

-- 4
with led as (
  select a.structure_id from affiliations a
    join affiliation_rights x on x.affiliation_id = a.id and x."right" = 'referent'
   where a.user_id = $1), waiting as (
       select 'account' as kind, q.id, q.structure_id, q.civility, q.first_name, q.last_name,
              cast(q.email as text) as email, q.job_title, q.confirmed_at,
              q.vouched_by, q.vouched_name, q.vouched_siret
         from account_requests q where q.state = 'pending' and q.structure_id in (select structure_id from led)
       union all
       select 'affiliation', q.id, q.structure_id, u.civility, u.first_name, u.last_name,
              cast(u.email as text), u.job_title, q.created_at, null, null, null
         from affiliation_requests q join users u on u.id = q.user_id
        where q.state = 'pending' and q.user_id <> $2 and q.structure_id in (select structure_id from led)
     ), listed as (
       (select w.*, count(*) over () as total from waiting w
         order by confirmed_at, kind, id limit $3 offset $4)
       union all
       select 'mine', q.id, q.structure_id, '', '', '', '', null, q.created_at, null, null, null, 0
         from affiliation_requests q where q.state = 'pending' and q.user_id = $5
     )
     select l.kind, l.id, s.id as "structureId", s.name as "structureName", l.civility, l.first_name as "firstName",
            l.last_name as "lastName", l.email, l.job_title as "jobTitle", l.confirmed_at as "confirmedAt", s.siret,
            l.vouched_by as "vouchedBy", l.vouched_name as "vouchedName", l.vouched_siret as "vouchedSiret", l.total,
  (select coalesce(json_agg(k.domain), '[]') from (
     select distinct split_part(cast(c.email as text), '@', 2) as domain
       from structures e
       join affiliations m on m.structure_id = e.id
       join users c on c.id = m.user_id
      where e.siret between cast(left(s.siret, 9) || '00000' as char(14))
                        and cast(left(s.siret, 9) || '99999' as char(14))
      limit 50) k) as domains,
            (select coalesce(
  u.id = null or u.email = cast(l.email as citext) or exists (
    select from email_changes c where c.user_id = u.id and c.outcome = 'confirmed' and c.old_email = cast(l.email as citext)), false) from users u where u.id = $6) as "isTheirs"
       from listed l join structures s on s.id = l.structure_id
      order by l.confirmed_at, l.kind, l.id;

-- action: 4

-- 1: as Accueil, 1

-- 2: as Accueil, 2

-- 3: as action, visitor, 1

-- 4: as action, visitor, 2

-- Mon espace: 3

-- 1: as Accueil, 1

-- 2: as Accueil, 2

-- 3
with mine as (
  select e.*, s.starts_at, s.ends_at, is_live(e.state) and s.ends_at >= $1 as is_coming
    from enrolments e cross join lateral (
  select s.starts_at, s.ends_at from sessions s where s.id = e.session_id offset 0) s
   where e.user_id = $2),
  shown as (select * from mine where is_coming order by starts_at, id offset $3 limit $4),
  detailed as (
    select
  m.id, m.state, a.title as "actionTitle", a.slug, k.label as "kindLabel", a.modality,
  a.duration_days as "durationDays", st.name as "structureName", m.starts_at as "startsAt",
  m.ends_at as "endsAt", m.requested_at as "requestedAt", m.is_coming as "isComing",
  case when m.state = 'waitlisted' then (
    select count(*) from enrolments o
     where o.session_id = m.session_id and o.state = 'waitlisted'
       and (o.requested_at, o.id) <= (m.requested_at, m.id)) end as rank,
  last.reason, coalesce(last.from_state <> 'requested', false) as "approvalWithdrawn",
  m.withdrawn_late as "withdrawnLate", m.confirmed_at as "confirmedAt",
  m.is_coming and is_expected(m.state) and m.starts_at > $5
    and m.confirmation_asked_at is not null and m.confirmed_at is null as "mustConfirm",
  case when m.state = 'waitlisted' then nullif(
  (select count(*) from enrolments h
    where h.action_id = m.action_id and h.structure_id = m.structure_id and holds_seat(h.state)
   having k.counts_as_formation
      and count(*) >= (select structure_seats_per_formation from enrolment_settings where id = 1)), 0) end as "structureSeats",
  case when m.state in ('attended', 'absent') then presence.minutes end as "minutesPresent",
  case when m.state in ('attended', 'absent') then (
    select case when max(sl.ends_at - sl.starts_at) <= interval '1 day'
                then sum(extract(epoch from sl.ends_at - sl.starts_at) / 60)::int end
      from slots sl where sl.session_id = m.session_id) end as "minutesTotal",
  (
  m.state = 'attended' and exists (
    select from survey_invitations i
     where i.enrolment_id = m.id and not i.has_answered
       and i.sent_at > cast($6 as timestamptz) - make_interval(days => 60))) as "canAnswer",
  (
  select json_build_object(
           'canAsk',
  e.state = 'attended' and exists (
    select from attendance_sheets t where t.session_id = e.session_id and not exists (
      select from attendance k join enrolments ke on ke.id = k.enrolment_id
       where ke.session_id = t.session_id and k.changed_at > t.closed_at)) and exists (select from badge_models m where m.retired_at is null and (
  exists (select from badge_model_actions x where x.model_id = m.id and x.action_id = e.action_id)
  or exists (select from badge_model_kinds x join actions ka on ka.kind_id = x.kind_id
              where x.model_id = m.id and ka.id = e.action_id)) and
  not exists (
    select from badge_requests o where o.user_id = e.user_id and o.model_id = m.id and (
      o.state = 'pending' or exists (
        select from badges b where b.request_id = o.id
           and not exists (select from badge_revocations r where r.code = b.code))))),
           'waits', exists (select from badge_requests q where q.enrolment_id = e.id and q.state = 'pending'),
           'given', exists (select from badge_requests q join badges b on b.request_id = q.id
                             where q.enrolment_id = e.id
                               and not exists (select from badge_revocations r where r.code = b.code)))
    from (select m.id, m.user_id, m.session_id, m.action_id, m.state) e) as badges, case when m.is_coming and m.state = 'enrolled' then
  (select coalesce(json_agg(json_build_object('startsAt', sl.starts_at, 'endsAt', sl.ends_at, 'modality', sl.modality, 'place', sl.place, 'address', sl.address, 'postcode', sl.postcode, 'city', sl.city, 'link', case when m.state in ('enrolled', 'attended') then sl.link else '' end)
                            order by sl.starts_at, sl.id), '[]')
     from slots sl where sl.session_id = m.session_id) end as slots
      from shown m
  join actions a on a.id = m.action_id
  join action_kinds k on k.id = a.kind_id
  join structures st on st.id = m.structure_id
  left join lateral (
    select h.reason, h.from_state from enrolment_history h
     where h.enrolment_id = m.id order by h.id desc limit 1) last on true
  left join lateral (
    select sum(case t.presence when 'present' then extract(epoch from sl.ends_at - sl.starts_at) / 60
                               when 'partial' then t.minutes else 0 end)::int as minutes
      from attendance t join slots sl on sl.id = t.slot_id where t.enrolment_id = m.id) presence on true)
     select coalesce((select json_agg(detailed order by "startsAt", id) from detailed), '[]') as enrolments,
            (
  select json_build_object(
           'searches', (select count(*) from saved_searches q where q.user_id = $7),
           'favourites', (select count(*) from favourites f join actions a on a.id = f.action_id
                           where f.user_id = $8 and is_public(a, $9)),
           'coming', live.coming,
           'past', (select count(*) from enrolments e where e.user_id = $10) - live.coming)
    from (select count(*) as coming from enrolments e join sessions s on s.id = e.session_id
           where e.user_id = $11 and is_live(e.state) and s.ends_at >= $12) live) as counts,
            coalesce((select json_agg(used) from (
  select paris_year(s.starts_at) as year,
         count(*)::int as actions, count(*) filter (where k.formation)::int as formations,
         count(*) filter (where e.state in ('requested', 'waitlisted'))::int as "waitingActions",
         count(*) filter (where k.formation and e.state in ('requested', 'waitlisted'))::int as "waitingFormations"
    from enrolments e cross join lateral (
  select s.starts_at, s.ends_at from sessions s where s.id = e.session_id offset 0) s
   cross join lateral (
     select k.counts_as_formation as formation, counts_in_year(k) as is_counted
       from actions a join action_kinds k on k.id = a.kind_id where a.id = e.action_id offset 0) k
   where e.user_id = $13 and uses_right(e.state) and s.starts_at >= $14 and k.is_counted
   group by 1) used), '[]') as used,
            settings.yearly_actions as "maxActions", settings.yearly_formations as "maxFormations"
       from enrolment_settings settings where settings.id = 1;

-- Valideur RH: 4

-- 1: as Accueil, 1

-- 2: as Accueil, 2

-- 3
with shown as (
       select e.id, e.user_id, e.action_id, e.session_id, e.requested_at, e.motivation, s.starts_at, s.ends_at,
              s.registration_closes_at, a.title, k.label, full_name(u) as name, u.job_title,
              count(*) over () as total
         from enrolments e
         join users u on u.id = e.user_id
         join actions a on a.id = e.action_id
         join action_kinds k on k.id = a.kind_id
         join sessions s on s.id = e.session_id
        where e.structure_id = $1 and e.state = 'requested'
          and
  (cast($2 as text) = '' or findable_words(u.first_name || ' '' ' || u.last_name || ' '' ' || a.title) like all (word_patterns($3)))
  and (cast($4 as int) is null or a.kind_id = $5)
  and (cast($6 as timestamptz) is null or s.ends_at >= $7)
  and (cast($8 as timestamptz) is null or s.starts_at < $9)
        order by e.requested_at, e.id
        offset $10 limit $11
     )
     select e.id, e.name as "personName", e.job_title as "jobTitle", e.title as "actionTitle",
            e.label as "kindLabel", e.starts_at as "startsAt", e.ends_at as "endsAt",
            e.registration_closes_at as "closesAt", e.requested_at as "requestedAt",
            left(e.motivation, cast($12 as int)) as motivation,
            length(e.motivation) > cast($13 as int) as "isMotivationCut",
            e.user_id = $14 as "isOwn",
            e.user_id <> all(cast($15 as int[])) as "mayDecide",
            coalesce(used.actions, 0) as "usedActions", coalesce(used.formations, 0) as "usedFormations",
            settings.yearly_actions as "maxActions", settings.yearly_formations as "maxFormations",
            clashing.titles as "overlaps", e.total
       from shown e
       join enrolment_settings settings on settings.id = 1
       left join lateral (
         select count(*) as actions, count(*) filter (where k2.counts_as_formation) as formations
           from enrolments e2
           join sessions s2 on s2.id = e2.session_id
           join actions a2 on a2.id = e2.action_id
           join action_kinds k2 on k2.id = a2.kind_id
          where e2.user_id = e.user_id and counts_in_year(k2)
            and uses_right(e2.state)
            and paris_year(s2.starts_at)
              = paris_year(e.starts_at)
       ) used on true
       cross join lateral (
         select coalesce(json_agg(a3.title order by s3.starts_at, e3.id), '[]') as titles
           from enrolments e3
           join sessions s3 on s3.id = e3.session_id and s3.starts_at < e.ends_at and e.starts_at < s3.ends_at
           join actions a3 on a3.id = e3.action_id
          where e3.user_id = e.user_id and e3.action_id <> e.action_id and is_live(e3.state)
            and exists (select from slots x join slots y on x.starts_at < y.ends_at and y.starts_at < x.ends_at
  and x.ends_at - x.starts_at <= interval '1 day' and y.ends_at - y.starts_at <= interval '1 day'
                         where x.session_id = e3.session_id and y.session_id = e.session_id)
       ) clashing
      order by e.requested_at, e.id;

-- 4
select "id" as "value", "label" as "label" from "action_kinds" order by "position" asc, "id" asc;

-- Prestataire: 3

-- 1: as Accueil, 1

-- 2: as Accueil, 2

-- 3
with own as materialized (
  select s.id, s.action_id, s.starts_at, s.ends_at, s.city, s.city_key, s.cancelled_at, s.capacity, s.seats_held,
         s.waitlisted, s.has_place, a.title, a.search_title, a.slug, a.kind_id,
         case when s.cancelled_at is null and s.starts_at > $1 then c.to_do else 0 end as to_decide,
         case when s.cancelled_at is null and s.starts_at <= $2 then c.to_do else 0 end as to_note,
         s.cancelled_at is null and c.to_do > 0 as waits
    from actions a
    -- Action by action, by its index: joined, the sessions of all bodies would be read for a large one.
    cross join lateral (select * from sessions where action_id = a.id offset 0) s
    -- Requests to decide until it begins, presences to note from then on.
    cross join lateral (
      select count(*) as to_do from enrolments e
       where e.session_id = s.id
         and e.state = case when s.starts_at > $3 then 'preregistered' else 'enrolled' end) c
   where a.provider_id = (select cast($4 as int)) and a.published_at is not null), matching as materialized (
       select o.* from own o
        where o.ends_at >= $5 and true
          and (cast($6 as text) = ''
               or (o.search_title || ' ' || coalesce(o.city_key || ' ' || plain_words(o.city), '')) like all (word_patterns($7)))
          and (cast($8 as int) is null or o.action_id = $9)
          and (cast($10 as timestamptz) is null or o.ends_at >= $11)
          and (cast($12 as timestamptz) is null or o.starts_at < $13)
     ), grouped as (
       select action_id, count(*) as count, bool_or(waits) as waits,
              min(starts_at) filter (where ends_at >= $14) as next, max(starts_at) as latest
         from matching group by action_id
     ), listed as (
       select g.*, row_number() over (order by g.waits desc, g.next nulls last, g.latest desc, g.action_id) as place
         from grouped g order by place offset $15 limit $16
     )
     select (select count(*) from grouped) as total, (select count(*) from own where waits) as "toTreat",
            coalesce((
              select json_agg(json_build_object(
                       'id', a.id, 'title', a.title, 'slug', a.slug, 'kindLabel', k.label, 'count', l.count,
                       'sessions', shown.sessions) order by l.place)
                from listed l
                join actions a on a.id = l.action_id
                join action_kinds k on k.id = a.kind_id
                cross join lateral (
                  select json_agg(json_build_object(
                           'id', m.id, 'startsAt', m.starts_at, 'endsAt', m.ends_at, 'city', m.city,
                           'cancelledAt', m.cancelled_at, 'capacity', m.capacity, 'seatsHeld', m.seats_held,
                           'waiting', m.waitlisted, 'toDecide', m.to_decide, 'toNote', m.to_note,
                           'enrolled', (select count(*) from enrolments e
                                         where e.session_id = m.id and is_confirmed(e.state)),
                           'unconfirmed', (select count(*) from enrolments e
                                            where e.session_id = m.id and is_expected(e.state)
                                              and e.confirmation_asked_at is not null and e.confirmed_at is null
                                              and m.cancelled_at is null and m.starts_at > $17))
                         order by m.waits desc, m.ends_at >= $18 desc, case when m.ends_at >= $19 then m.starts_at end, m.starts_at desc, m.id) as sessions
                    from (select m.* from matching m where m.action_id = l.action_id
                           order by m.waits desc, m.ends_at >= $20 desc, case when m.ends_at >= $21 then m.starts_at end, m.starts_at desc, m.id limit $22) m) shown), '[]') as actions;

-- Agence: 3

-- 1: as Accueil, 1

-- 2: as Accueil, 2

-- 3
select json_build_array((select coalesce(json_agg(t), '[]') from (
    select count(*) as waiting, count(*) filter (where q.since < $1) as overdue,
           count(*) filter (where
  q.state = 'pending' and exists (
    select from scheduled_decisions w where w.id = (select max(l.id) from scheduled_decisions l where l.kind = 'account_request' and l.request_id = q.id) and w.state = 'failed')) as failed
      from (
    select r.id, r.state, r.confirmed_at as since, r.decided_at as ended_at, r.decided_by, r.refusal_reason, r.user_id,
           r.first_name, r.last_name, r.email, s.id as structure_id, s.name as structure_name, s.acronym, s.siret, s.city,
  exists (select 1 from affiliations a join affiliation_rights x on x.affiliation_id = a.id
           where a.structure_id = s.id and x."right" = 'referent') as has_referent,
           json_build_object('civility', r.civility, 'jobTitle', r.job_title, 'phone', r.phone, 'mobile', r.mobile,
                             'vouchedBy', r.vouched_by, 'vouchedIssuer', r.vouched_issuer, 'vouchedSubject', r.vouched_subject,
                             'vouchedName', r.vouched_name, 'vouchedSiret', r.vouched_siret) as details
      from account_requests r join structures s on s.id = r.structure_id
     where r.confirmed_at is not null) q where q.state = 'pending' and (not q.has_referent or q.since < $2)) t), (select coalesce(json_agg(t), '[]') from (
    select count(*) as waiting, count(*) filter (where q.since < $3) as overdue,
           count(*) filter (where
  q.state = 'pending' and exists (
    select from scheduled_decisions w where w.id = (select max(l.id) from scheduled_decisions l where l.kind = 'structure_request' and l.request_id = q.id) and w.state = 'failed')) as failed
      from (
    select r.id, r.state, r.created_at as since, r.decided_at as ended_at, r.decided_by, r.refusal_reason,
           cast(null as int) as user_id, r.first_name, r.last_name, r.email, r.structure_id, r.name as structure_name,
           concat_ws(' ', r.acronym, r.brand) as acronym, r.siret, r.city, false as has_referent,
           json_build_object('civility', r.civility, 'acronym', r.acronym, 'brand', r.brand, 'apeCode', r.ape_code,
                             'kind', r.kind, 'address', r.address, 'postcode', r.postcode, 'phone', r.phone,
                             'listedAs', (select s.name from structures s where s.id = r.structure_id),
                             'sameSiretId', (select x.id from structures x where x.siret = r.siret)) as details
      from structure_requests r) q where q.state = 'pending' and (not q.has_referent or q.since < $4)) t), (select coalesce(json_agg(t), '[]') from (
    select count(*) as waiting, count(*) filter (where q.since < $5) as overdue,
           count(*) filter (where
  q.state = 'pending' and exists (
    select from scheduled_decisions w where w.id = (select max(l.id) from scheduled_decisions l where l.kind = 'structure_update' and l.request_id = q.id) and w.state = 'failed')) as failed
      from (
    select r.id, r.state, r.requested_at as since, r.decided_at as ended_at, r.decided_by, r.refusal_reason,
           r.requested_by as user_id, coalesce(u.first_name, '') as first_name, coalesce(u.last_name, '') as last_name,
           coalesce(cast(u.email as text), '') as email, s.id as structure_id, s.name as structure_name,
           concat_ws(' ', s.acronym, s.brand) as acronym, s.siret, s.city, false as has_referent,
           json_build_object('comment', r.comment, 'changes', (
  select json_agg(json_build_object('field', c.field, 'from', c.old_value, 'to', c.new_value) order by array_position(array['name', 'acronym', 'brand', 'kind', 'ape_code', 'address', 'postcode', 'city'], c.field))
    from structure_update_changes c where c.request_id = r.id), 'today', json_build_object('name', s.name, 'acronym', s.acronym, 'brand', s.brand, 'kind', s.kind,
  'ape_code', s.ape_code, 'address', s.address, 'postcode', s.postcode, 'city', s.city), 'flags', json_build_object('isTrainingBody', s.is_training_body, 'mayPreregister', s.may_preregister),
                             'closedOn', s.closed_on, 'requesterIsReferent', exists (
                               select from affiliations a join affiliation_rights x on x.affiliation_id = a.id
                                where a.structure_id = s.id and a.user_id = u.id and x."right" = 'referent')) as details
      from structure_update_requests r
      join structures s on s.id = r.structure_id
      left join users u on u.id = r.requested_by) q where q.state = 'pending' and (not q.has_referent or q.since < $6)) t), (select coalesce(json_agg(t), '[]') from (
    select count(*) as waiting, count(*) filter (where q.since < $7) as overdue,
           count(*) filter (where
  q.state = 'pending' and exists (
    select from scheduled_decisions w where w.id = (select max(l.id) from scheduled_decisions l where l.kind = 'affiliation_request' and l.request_id = q.id) and w.state = 'failed')) as failed
      from (
    select r.id, r.state, r.created_at as since, r.ended_at, r.decided_by, r.refusal_reason, r.user_id,
           u.first_name, u.last_name, u.email, s.id as structure_id, s.name as structure_name, s.acronym, s.siret, s.city,
  exists (select 1 from affiliations a join affiliation_rights x on x.affiliation_id = a.id
           where a.structure_id = s.id and x."right" = 'referent') as has_referent,
           json_build_object('civility', u.civility, 'jobTitle', u.job_title, 'closedOn', s.closed_on) as details
      from affiliation_requests r join users u on u.id = r.user_id join structures s on s.id = r.structure_id) q where q.state = 'pending' and (not q.has_referent or q.since < $8)) t), (select coalesce(json_agg(t), '[]') from (
    select count(*) as waiting, count(*) filter (where q.since < $9) as overdue,
           count(*) filter (where
  q.state = 'pending' and exists (
    select from scheduled_decisions w where w.id = (select max(l.id) from scheduled_decisions l where l.kind = 'membership_request' and l.request_id = q.id) and w.state = 'failed')) as failed
      from (
    select r.id, r.state, r.requested_at as since, r.decided_at as ended_at, r.decided_by, r.refusal_reason,
           r.requested_by as user_id, coalesce(u.first_name, '') as first_name, coalesce(u.last_name, '') as last_name,
           coalesce(cast(u.email as text), '') as email, s.id as structure_id, s.name as structure_name, s.acronym,
           s.siret, s.city, false as has_referent, r.year,
           json_build_object('year', r.year, 'charter', r.charter_version, 'memberYears', (
             select string_agg(cast(m.year as text), ', ' order by m.year desc)
               from memberships m where m.structure_id = s.id)) as details
      from membership_requests r
      join structures s on s.id = r.structure_id
      left join users u on u.id = r.requested_by) q where q.state = 'pending' and (not q.has_referent or q.since < $10)) t), (select coalesce(json_agg(t), '[]') from (
    select count(*) as waiting, count(*) filter (where q.since < $11) as overdue,
           count(*) filter (where
  q.state = 'pending' and exists (
    select from scheduled_decisions w where w.id = (select max(l.id) from scheduled_decisions l where l.kind = 'badge_request' and l.request_id = q.id) and w.state = 'failed')) as failed
      from (
    select q.id, q.state, q.asked_at as since, q.decided_at as ended_at, q.decided_by, q.refusal_reason, q.user_id,
           u.first_name, u.last_name, u.email, cast(null as int) as structure_id, s.name as structure_name,
           concat_ws(' ', s.acronym, v.name, a.title) as acronym, s.siret, s.city, false as has_referent,
           json_build_object('modelId', q.model_id, 'version', v.version, 'name', v.name, 'actionTitle', a.title,
             'sessionId', e.session_id, 'structureId', e.structure_id, 'enrolmentId', e.id, 'endsAt', se.ends_at, 'evidence', q.evidence,
             'showsCertificate', q.shows_certificate, 'hasAttended',
  e.state = 'attended' and exists (
    select from attendance_sheets t where t.session_id = e.session_id and not exists (
      select from attendance k join enrolments ke on ke.id = k.enrolment_id
       where ke.session_id = t.session_id and k.changed_at > t.closed_at)),
             'code', (select b.code from badges b where b.request_id = q.id order by b.issued_at desc limit 1)) as details
      from badge_requests q
      join enrolments e on e.id = q.enrolment_id
      join sessions se on se.id = e.session_id
      join actions a on a.id = e.action_id
      join structures s on s.id = e.structure_id
      join users u on u.id = q.user_id
      join lateral (select * from badge_model_versions v where v.model_id = q.model_id
                     order by v.version desc limit 1) v on true) q where q.state = 'pending' and (not q.has_referent or q.since < $12)) t), (select coalesce(json_agg(t), '[]') from (
    select count(*) as waiting, count(*) filter (where q.since < $13) as overdue,
           count(*) filter (where
  q.state = 'pending' and exists (
    select from scheduled_decisions w where w.id = (select max(l.id) from scheduled_decisions l where l.kind = 'session_proposal' and l.request_id = q.id) and w.state = 'failed')) as failed
      from (
    select p.id, p.state, p.proposed_at as since, p.decided_at as ended_at, p.decided_by, p.refusal_reason,
           p.proposed_by as user_id, coalesce(u.first_name, '') as first_name, coalesce(u.last_name, '') as last_name,
           coalesce(cast(u.email as text), '') as email, s.id as structure_id, s.name as structure_name,
           concat_ws(' ', s.acronym, a.title) as acronym, s.siret, s.city, false as has_referent,
           json_build_object('title', a.title, 'actionId', a.id, 'isChange', p.is_change, 'sessionId', coalesce(p.session_id, p.created_session_id),
                             'comment', p.comment, 'firstLine', split_part(p.form ->> 'creneaux', chr(10), 1)) as details
      from session_proposals p
      join structures s on s.id = p.provider_id
      join actions a on a.id = p.action_id
      left join users u on u.id = p.proposed_by) q where q.state = 'pending' and (not q.has_referent or q.since < $14)) t), (select coalesce(json_agg(t), '[]') from (
    select count(*) as waiting, count(*) filter (where q.since < $15) as overdue,
           count(*) filter (where
  q.state = 'pending' and exists (
    select from scheduled_decisions w where w.id = (select max(l.id) from scheduled_decisions l where l.kind = 'deletion_request' and l.request_id = q.id) and w.state = 'failed')) as failed
      from (
    select r.id, r.state, r.requested_at as since, r.ended_at, r.decided_by, r.refusal_reason, r.user_id,
           u.first_name, u.last_name, u.email, cast(null as int) as structure_id,
           (select string_agg(s.name, ', ' order by s.name) from affiliations a join structures s on s.id = a.structure_id
             where a.user_id = u.id) as structure_name,
           null as acronym, null as siret, null as city, false as has_referent,
           json_build_object('jobTitle', u.job_title) as details
      from deletion_requests r join users u on u.id = r.user_id) q where q.state = 'pending' and (not q.has_referent or q.since < $16)) t), (select coalesce(json_agg(t), '[]') from (with
  validators as materialized (
    select v.structure_id, v.user_id, v.for_user_id from acting_validators v
     where cast(cast($17 as timestamptz) at time zone 'Europe/Paris' as date) between v.from_day and v.until_day
  ), trainers as materialized (
    select af.structure_id, af.user_id
      from affiliation_rights r join affiliations af on af.id = r.affiliation_id where r."right" = 'provider'
  ), of_agency as materialized (
    select e.id
      from (select e.id, e.session_id from enrolments e
             where e.state = 'requested' and not exists (
                     select from validators v where v.structure_id = e.structure_id and v.user_id <> e.user_id
                                                and v.for_user_id is distinct from e.user_id)
            union all
            select e.id, e.session_id from enrolments e join actions a on a.id = e.action_id
             where e.state = 'preregistered' and not exists (
                     select from trainers t where t.structure_id = a.provider_id and t.user_id <> e.user_id)) e
      join sessions s on s.id = e.session_id
     where s.starts_at > $18 and s.cancelled_at is null
  ) select count(*) as waiting from of_agency) t), (select coalesce(json_agg(t), '[]') from (with
  to_examine as materialized (
    select e.id
      from (select e.id, e.session_id from enrolments e
             where is_live(e.state) and e.kept_at is null
               and not exists (select from affiliations af
                                where af.user_id = e.user_id and af.structure_id = e.structure_id)
            union
            select e.id, e.session_id from users u join enrolments e on e.user_id = u.id
             where u.closed_at is not null and is_live(e.state) and e.kept_at is null) e
      join sessions s on s.id = e.session_id where s.starts_at > $19
  ) select count(*) as waiting from to_examine) t), (select coalesce(json_agg(t), '[]') from (select count(*) as waiting from emails m where m.status in ('failing', 'undeliverable')
                            or (m.status = 'queued' and m.created_at < $20)) t)) as waiting;
