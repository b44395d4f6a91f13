import pg from 'pg';
import { startCopy } from '#structures/sirene/load.ts';
import { randomNumbers, sirenOf, siretOf } from '../structures.ts';
import { publics, sentences, subjects, towns, verbs } from './words.ts';

/** How much a benchmark of the catalogue fills. */
export interface Sizes {
  actions: number;
  sessions: number;
  people: number;
  enrolments: number;
}

/** What issue « at size » asks for. */
export const FULL: Sizes = { actions: 20_000, sessions: 60_000, people: 100_000, enrolments: 1_000_000 };

const STRUCTURES = 5000;
const PROVIDERS = 300;
/** The address of the nth made-up person. */
export const emailOf = (nth: number): string => `personne${nth}@essai.example`;

/**
 * Fills an empty database with a catalogue and its enrolments, the same for the same sizes and moment: three years of
 * actions of which a sixth is still to come, providers and towns of which some have far more than others, sessions
 * from empty to overbooked. Person n belongs to structure n modulo their number, the first of each as Valideur RH and,
 * in a training body, as prestataire; the last person is of the agency.
 * @param passwordHash of everybody
 */
export async function fillCatalogue(
  url: string,
  sizes: Sizes,
  now: Date,
  passwordHash: string,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    await copyStructures(client);
    await copyActions(client, sizes, now);
    await client.query(UNCHECKED);
    await client.query(PEOPLE, [sizes.people, passwordHash, now, STRUCTURES, PROVIDERS]);
    await client.query(SESSIONS, [sizes.sessions, sizes.actions, now, ...townArrays()]);
    await client.query(SLOTS);
    // One by one, the trigger would keep the counts a million times; they are counted once below.
    await client.query('alter table enrolments disable trigger enrolments_seats');
    await client.query(ENROLMENTS, [
      sizes.enrolments,
      sizes.sessions,
      sizes.people,
      now,
      STRUCTURES,
      sizes.actions,
    ]);
    await client.query('alter table enrolments enable trigger enrolments_seats');
    await client.query(COUNTS);
    await client.query(HISTORY);
    await client.query('commit');
    await settle(client);
  } finally {
    await client.end();
  }
}

/**
 * Leaves the tables as they are a while after such a change. The server’s own autovacuum, at work at the same moment,
 * keeps pages from being marked as visible to all, and plans would then shun the indexes that answer alone.
 */
async function settle(client: pg.Client): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await client.query('vacuum analyze');
    const { rows } = await client.query<{ behind: number }>(
      `select count(*)::int as behind from pg_class
        where relname in ('actions', 'sessions') and relallvisible < 0.9 * relpages`,
    );
    if (rows[0]?.behind === 0) return;
    await client.query('select pg_sleep(0.5)');
  }
}

async function copyStructures(client: pg.Client): Promise<void> {
  const copy = startCopy(
    client,
    'structures (siret, name, kind, postcode, city, department, is_training_body, created_at)',
  );
  for (let nth = 1; nth <= STRUCTURES; nth += 1) {
    const [city, department] = towns[nth % towns.length] ?? ['', ''];
    const isBody = nth <= PROVIDERS;
    const name = isBody ? `Organisme de formation ${nth}` : `Structure d’accueil ${nth}`;
    await copy.add([
      siretOf(sirenOf(nth), 1),
      name,
      isBody ? 'training_body' : 'association',
      `${department}000`,
      city,
      department,
      isBody,
      '2023-01-01',
    ]);
  }
  await copy.end();
}

async function copyActions(client: pg.Client, { actions }: Sizes, now: Date): Promise<void> {
  const random = randomNumbers(20261121);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const text = (count: number) => Array.from({ length: count }, () => pick(sentences)).join(' ');
  const copy = startCopy(
    client,
    `actions (slug, title, kind_id, theme_id, provider_id, modality, duration_days, objectives, audience, programme,
              trainer, published_at, archived_at)`,
  );
  for (let nth = 1; nth <= actions; nth += 1) {
    const age = daysOfAction(nth, actions);
    const published = new Date(now.getTime() + Math.min(-1, age - 90) * 86_400_000);
    const isOld = age < -400 && random() < 0.7;
    await copy.add([
      `action-${nth}`,
      `${pick(verbs)} ${pick(subjects)} ${pick(publics)}`,
      1 + Math.floor(random() ** 1.7 * 11),
      1 + Math.floor(random() * 8),
      1 + Math.floor(random() ** 2 * PROVIDERS),
      pick(['in_person', 'in_person', 'in_person', 'remote', 'mixed']),
      pick([0.5, 1, 1, 1.5, 2, 2, 3, 5]),
      text(4),
      text(2),
      text(9),
      pick(['Zoé Kowalczyk', 'Équipe pédagogique', 'Intervenant à confirmer']),
      random() < 0.02 ? '' : published.toISOString(),
      isOld ? new Date(published.getTime() + 300 * 86_400_000).toISOString() : '',
    ]);
  }
  await copy.end();
  await client.query(`
    create function pg_temp.action_day(action_id integer, actions integer) returns integer language sql immutable
      as $$ select -1000 + (action_id::bigint * 7919 % actions * 1120 / actions)::int $$`);
}

/** The day of an action's first session, from now: scattered, as numbers follow no order of time. */
const daysOfAction = (nth: number, actions: number): number =>
  -1000 + Math.floor((((nth * 7919) % actions) * 1120) / actions);

const townArrays = () => [towns.map(([city]) => city), towns.map(([, department]) => department)];

// What is made up from here on refers to what was made up before, and need not be looked for row by row. Only a superuser
// may leave that out, as the owner of an embedded PostgreSQL is.
const UNCHECKED = `
  select set_config('session_replication_role', 'replica', true) where current_setting('is_superuser') = 'on'`;

// $1 people, $2 hash, $3 now, $4 structures, $5 providers
const PEOPLE = `
  with people as (
    insert into users (email, password_hash, civility, last_name, first_name, is_agency_manager, created_at)
    select 'personne' || n || '@essai.example', $2, case when n % 3 = 0 then 'M.' else 'Mme' end,
           'Nom' || n, 'Prénom', n = $1, $3::timestamptz - interval '2 years'
      from generate_series(1, $1::int) n order by n
    returning id
  ), belonging as (
    insert into affiliations (user_id, structure_id, since)
    select id, 1 + (id - 1) % $4::int, $3 from people returning id, user_id, structure_id
  ), member as (
    insert into memberships (structure_id, year, recorded_at)
    select n, extract(year from $3::timestamptz)::int, $3 from generate_series(1, $4::int) n where n % 4 <> 0
  )
  insert into affiliation_rights (affiliation_id, "right", granted_at)
  select id, 'beneficiary', $3::timestamptz from belonging
   union all select id, 'hr_validator', $3 from belonging where user_id <= $4
   union all select id, 'provider', $3 from belonging where user_id <= $5`;

// $1 sessions, $2 actions, $3 now, $4 towns, $5 départements. Every seventh is followed from afar.
const SESSIONS = `
  insert into sessions (action_id, capacity, waiting_capacity, registration_opens_at, registration_closes_at,
                        starts_at, ends_at, city, department, cancelled_at)
  select action_id, 8 + n % 25, n % 3 * 5, starts_at - interval '90 days', starts_at - interval '5 days',
         starts_at, starts_at + interval '8 hours',
         case when n % 7 > 0 then ($4::text[])[town] end, case when n % 7 > 0 then ($5::text[])[town] end,
         case when n % 41 = 0 then starts_at - interval '10 days' end
    from (select n, 1 + (n - 1) % $2::int as action_id,
                 1 + floor(power(n * 7::bigint % 1009 / 1009.0, 1.8) * cardinality($4::text[]))::int as town,
                 date_trunc('day', $3::timestamptz) + interval '8 hours'
                   + make_interval(days => pg_temp.action_day(1 + (n - 1) % $2::int, $2::int) + (n - 1) / $2::int * 45)
                   as starts_at
            from generate_series(1, $1::int) n) one
   order by n`;

const SLOTS = `
  insert into slots (session_id, starts_at, ends_at, modality, place, address, postcode, city)
  select id, starts_at + half * interval '4 hours 30 minutes', starts_at + half * interval '4 hours 30 minutes' + interval '3 hours 30 minutes',
         case when city is null then 'remote' else 'in_person' end,
         case when city is null then '' else 'Centre de formation' end, '', coalesce(department || '000', ''), coalesce(city, '')
    from sessions, generate_series(0, 1) half`;

// $1 enrolments, $2 sessions, $3 people, $4 now, $5 structures, $6 actions. 104,729 is prime to the number of people:
// nobody asks twice for one action. Seats of sessions to come never exceed their capacity.
const ENROLMENTS = `
  insert into enrolments (user_id, structure_id, action_id, session_id, state, motivation, requested_at)
  select user_id, 1 + (user_id - 1) % $5::int, action_id, session_id,
         case when cancelled_at is not null then 'session_cancelled'
              when starts_at < $4 then (array['attended', 'attended', 'attended', 'attended', 'attended', 'attended',
                'attended', 'absent', 'withdrawn', 'refused_by_hr', 'refused_by_provider', 'expired'])[1 + n % 12]
              when kth > capacity then case when kth <= capacity + waiting_capacity then 'waitlisted' else 'withdrawn' end
              when n % 5 < 3 or session_id % 4 = 0 then (array['enrolled', 'preregistered'])[1 + n % 2]
              else (array['requested', 'withdrawn'])[1 + n % 2] end,
         'Pour mieux accompagner le public de ma structure.',
         least($4::timestamptz, starts_at) - interval '20 days' - n % 1000 * interval '1 minute'
    from (select one.*,
                 1 + ((action_id * 7919::bigint + ((session_id - 1) / $6::int * 1000 + kth) * 104729::bigint) % $3::int)::int
                   as user_id
            from (select n, s.id as session_id, s.action_id, s.starts_at, s.cancelled_at, s.capacity, s.waiting_capacity,
                         row_number() over (partition by s.id order by n) as kth
                    from generate_series(1, $1::int) n
                    -- Sessions of an odd number get half as many again, the others half as few.
                    join sessions s
                      on s.id = 1 + (case when n % 4 = 0 then (n - 1) / 2 * 2 else n - 1 end) % $2::int) one) all_of_them`;

const COUNTS = `
  update sessions s set seats_held = c.held, live_requests = c.live, waitlisted = c.waiting
    from (select session_id, count(*) filter (where holds_seat(state)) as held, count(*) filter (where is_live(state)) as live,
                 count(*) filter (where state = 'waitlisted') as waiting from enrolments group by session_id) c
   where c.session_id = s.id`;

const HISTORY = `
  insert into enrolment_history (enrolment_id, at, to_state, by_user_id, by_role, way)
  select id, requested_at, state, user_id, 'beneficiary', 'page' from enrolments`;
