import type { Knex } from 'knex';

/**
 * Single sign-on: the services that sign their people in through the portal, the tickets of CAS, the records of OpenID
 * Connect, who visited what in which browser session, and the keys that sign. What opens anything is kept as a hash or
 * sealed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Who an account is to other services: random, never the address, and another one once the account is anonymised.
    alter table users add column sso_subject uuid not null unique default gen_random_uuid();

    create table services (
      id integer generated always as identity primary key,
      -- What OpenID Connect calls client_id; stays when the service is renamed.
      key text not null unique check (key ~ '^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9]){0,1}$'),
      name text not null check (char_length(name) between 1 and 80),
      description text not null check (char_length(description) <= 300),
      -- Where « Accueil » leads; without one it has no tile there.
      home_url text,
      icon text not null default 'box-arrow-up-right' check (icon in ('box-arrow-up-right', 'journal-richtext',
        'people-fill', 'mortarboard-fill', 'briefcase-fill', 'calendar-event', 'bar-chart-fill', 'file-earmark-text')),
      state text not null default 'active' check (state in ('active', 'suspended')),
      opens_to text not null check (opens_to in ('everyone', 'rights', 'members', 'agency')),
      needs_second_factor boolean not null default false,
      -- What the protocols call the user: the e-mail address, or the account's random identifier.
      subject text not null default 'identifier' check (subject in ('email', 'identifier')),
      -- One that speaks neither is a tile that leads to a site of its own.
      speaks_cas boolean not null default false,
      speaks_oidc boolean not null default false,
      -- CAS 2 has no attributes; many of its clients read them all the same.
      attributes_in_v2 boolean not null default false,
      may_proxy boolean not null default false,
      -- Where CAS tells of the end of a visit, if not at the address that was visited.
      cas_logout_url text,
      contact_email text,
      position integer not null default 100,
      -- Grows with each change: whoever began to write before it is told.
      version integer not null default 1,
      created_at timestamptz not null,
      created_by integer references users,
      updated_at timestamptz not null,
      suspended_at timestamptz,
      check ((state = 'suspended') = (suspended_at is not null))
    );

    -- Where a service may be: browsers are sent to no other address. An OpenID Connect address is matched as a whole, one
    -- of CAS by its origin and the beginning of its path.
    create table service_addresses (
      service_id integer not null references services on delete cascade,
      kind text not null check (kind in ('cas', 'redirect', 'post_logout', 'backchannel', 'proxy_callback')),
      url text not null check (char_length(url) <= 2048),
      primary key (service_id, kind, url)
    );

    -- The rights that the service knows of: it hears of no others, and opens to their holders where it opens to rights.
    create table service_rights (
      service_id integer not null references services on delete cascade,
      "right" text not null check ("right" in ('beneficiary', 'hr_validator', 'provider', 'of_catalogue',
        'of_preregistration', 'of_general', 'prescriber_1', 'prescriber_2', 'prescriber_3', 'referent')),
      primary key (service_id, "right")
    );

    -- What a service is told of a person, and under which name.
    create table service_attributes (
      service_id integer not null references services on delete cascade,
      attribute text not null check (attribute in
        ('mail', 'givenname', 'sn', 'displayname', 'siret', 'structure', 'droit')),
      name text not null check (name ~ '^[A-Za-z][A-Za-z0-9_.-]{0,59}$'),
      primary key (service_id, attribute),
      unique (service_id, name)
    );

    create table service_secrets (
      id integer generated always as identity primary key,
      service_id integer not null references services on delete cascade,
      secret_hash text not null unique,
      created_at timestamptz not null,
      -- The end of the overlap once another one is made; null for the present one.
      expires_at timestamptz
    );
    create unique index one_present_secret on service_secrets (service_id) where expires_at is null;

    -- Tickets of CAS: for a service (ST), for a service behind one (PT), to ask for those (PGT).
    create table sso_tickets (
      ticket_hash text primary key,
      kind text not null check (kind in ('service', 'proxy', 'granting')),
      service_id integer not null references services on delete cascade,
      -- As the browser was sent there, or the callback of a granting ticket.
      service_url text not null,
      user_id integer not null references users on delete cascade,
      sign_in_id uuid not null,
      -- What was proved in the session, and whether it was proved for this very ticket.
      is_fresh boolean not null default false,
      with_second_factor boolean not null default false,
      authenticated_at timestamptz not null,
      -- The callbacks that a proxy ticket has come through, the latest first.
      proxies text[] not null default '{}',
      visit_id bigint,
      -- Where the person was when it was given: the journal tells that of the opening, and not where the service stands.
      ip inet,
      request_id text,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index sso_tickets_expiry on sso_tickets (expires_at);
    create index sso_tickets_sign_in on sso_tickets (sign_in_id);
    create index sso_tickets_person on sso_tickets (user_id);
    create index sso_tickets_visit on sso_tickets (visit_id) where kind = 'granting';

    -- Who opened what, in which browser session; the service is told when that ends.
    create table sso_visits (
      id bigint generated always as identity primary key,
      sign_in_id uuid not null,
      user_id integer not null references users on delete cascade,
      service_id integer not null references services on delete cascade,
      protocol text not null check (protocol in ('cas', 'oidc')),
      -- What the service knows the visit by: the ticket (CAS), or the sid of its ID tokens, which opens nothing, and which
      -- all that OpenID Connect gives for the visit hangs on.
      sealed_ticket text,
      oidc_sid text unique,
      -- Where the end is told; null where the service wants to hear of none.
      logout_url text,
      with_second_factor boolean not null default false,
      opened_at timestamptz not null,
      closed_at timestamptz,
      because text check (because in
        ('signed_out', 'session_over', 'closed_by_person', 'no_longer_allowed', 'suspended', 'agency', 'service')),
      attempts smallint not null default 0,
      next_at timestamptz,
      delivered_at timestamptz,
      given_up_at timestamptz,
      check ((closed_at is null) = (because is null)),
      check ((protocol = 'cas') = (oidc_sid is null))
    );
    create index sso_visits_open on sso_visits (sign_in_id) where closed_at is null;
    create index sso_visits_of_person on sso_visits (user_id, opened_at);
    create index sso_visits_of_service on sso_visits (service_id, opened_at);
    create index sso_visits_open_by_service on sso_visits (service_id) where closed_at is null;
    create index sso_visits_to_tell on sso_visits (next_at) where next_at is not null;
    create index sso_visits_given_up on sso_visits (service_id, given_up_at) where given_up_at is not null;

    -- The two that the portal has always led to; the agency sets how they sign in.
    insert into services (key, name, description, home_url, icon, opens_to, position, created_at, updated_at) values
      ('rafael', 'RAFAEL', 'Gestion de l’offre de formation et des candidatures.', 'https://rafael.cap-metiers.pro',
       'journal-richtext', 'rights', 10, now(), now()),
      ('cmonalternance', 'CMonAlternance', 'Apprentissage et alternance en Nouvelle-Aquitaine.',
       'https://www.cmonalternance-na.fr/', 'people-fill', 'everyone', 20, now(), now());
    insert into service_rights (service_id, "right")
      select s.id, r from services s cross join unnest(array['of_catalogue', 'of_preregistration', 'of_general',
        'prescriber_1', 'prescriber_2', 'prescriber_3']) r where s.key = 'rafael';
    insert into service_attributes (service_id, attribute, name)
      select s.id, a, a from services s cross join unnest(array['mail', 'givenname', 'sn', 'siret', 'structure', 'droit']) a
       where s.key = 'rafael';

    -- Whom a browser session belongs to, for whoever asks whether it is still open.
    create index web_sessions_sign_in on web_sessions ((sess ->> 'signInId'));

    -- What the library of OpenID Connect keeps, each under a hash of its name and sealed. Codes and tokens are good for as
    -- long as their visit is open.
    create table oidc_records (
      model text not null,
      id_hash text not null,
      sealed_payload text not null,
      expires_at timestamptz not null,
      consumed_at timestamptz,
      primary key (model, id_hash)
    );
    create index oidc_records_expiry on oidc_records (expires_at);

    -- The keys that sign ID tokens: published a day before their use, and for some days after the next one is used.
    create table sso_keys (
      kid text primary key,
      sealed_private_jwk text not null,
      public_jwk jsonb not null,
      created_at timestamptz not null,
      used_from timestamptz not null
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table sso_keys, oidc_records, sso_visits, sso_tickets, service_secrets, service_attributes, service_rights,
      service_addresses, services;
    drop index web_sessions_sign_in;
    alter table users drop column sso_subject;
  `);
}
