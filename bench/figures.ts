import pg from 'pg';
import { findOwnCells, findRegionCells, refresh } from '#follow-up/figures/repository.ts';
import { parisYearBounds } from '#platform/french/time.ts';
import { createBenchDatabase, openOne } from './database.ts';

/** How many of each, as in a year of the region several times over. */
const SIZE = { structures: 10_000, bodies: 400, people: 100_000, actions: 20_000, sessions: 60_000 };
const ENROLMENTS = Number(process.argv[2] ?? 1_000_000);
const YEARS = 5;
const RUNS = 21;

const database = await createBenchDatabase();
const db = openOne(database.url);
try {
  console.log(
    `${ENROLMENTS.toLocaleString('fr-FR')} enrolments over ${YEARS} years; medians of ${RUNS} runs`,
  );
  await fill();
  const year = new Date().getUTCFullYear() - 1;
  const bounds = parisYearBounds(year);
  console.log(
    `counting the whole region again: ${await timed(1, () => db.transaction((trx) => refresh(trx, new Date(), null)))}`,
  );
  const since = { year, from: bounds.from };
  console.log(
    `counting last year and later: ${await timed(1, () => db.transaction((trx) => refresh(trx, new Date(), since)))}`,
  );
  await db.raw('vacuum analyze figures');
  console.log(`${(await db('figures').count({ rows: '*' }))[0]?.rows} rows of figures`);
  const pages = {
    'agency, a year': () => findRegionCells(db, { year }),
    'agency, one département': () => findRegionCells(db, { year, department: '33' }),
    'a training body': () => findOwnCells(db, { providerId: 7 }, { year }, bounds),
    'a structure': () => findOwnCells(db, { structureId: 700 }, { year }, bounds),
  };
  for (const [name, page] of Object.entries(pages)) {
    console.log(`${name}: ${await timed(RUNS, page)}; read from end to end: ${await wholeTables(page)}`);
  }
} finally {
  await db.destroy();
  await database.drop();
}

/** The tables that PostgreSQL reads whole for a page. */
async function wholeTables(page: () => Promise<unknown>): Promise<string> {
  const sent: { sql: string; bindings: unknown[] }[] = [];
  const note = (query: { sql: string; bindings: unknown[] }) => void sent.push(query);
  db.on('query', note);
  await page();
  db.off('query', note);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const tables = new Set<string>();
  for (const { sql, bindings } of sent) {
    let place = 0;
    const { rows } = await client.query(
      `explain ${sql.replace(/\?/g, () => `$${++place}`)}`,
      bindings as unknown[],
    );
    for (const row of rows) {
      const found = /Seq Scan on (\w+)/.exec(row['QUERY PLAN'])?.[1];
      if (found) tables.add(found);
    }
  }
  await client.end();
  return [...tables].join(', ') || 'none';
}

async function timed(runs: number, work: () => Promise<unknown>): Promise<string> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return `${(times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0).toFixed(1)} ms`;
}

async function fill(): Promise<void> {
  await db.raw(
    `insert into structures (siret, name, kind, postcode, city, department, is_training_body, created_at)
     select '9' || lpad(cast(i as text), 13, '0'), 'Structure ' || i, 'other', '33000', 'Bordeaux',
            (array['16','17','19','23','24','33','40','47','64','79','86','87'])[1 + i % 12],
            i <= :bodies, now() from generate_series(1, :structures) i`,
    { structures: SIZE.structures, bodies: SIZE.bodies },
  );
  await db.raw(
    `insert into users (email, password_hash, civility, last_name, first_name, created_at)
     select i || '@people.example', 'x', 'Mme', 'Nom', 'Prénom', now() from generate_series(1, ?) i`,
    [SIZE.people],
  );
  await db.raw(
    `insert into actions (slug, title, kind_id, theme_id, provider_id, modality, duration_days, published_at)
     select 'action-' || i, 'Action ' || i, 1 + i % 11, 1 + i % 8, 1 + i % :bodies, 'remote', 1, now()
       from generate_series(1, :actions) i`,
    { actions: SIZE.actions, bodies: SIZE.bodies },
  );
  await db.raw(
    `insert into sessions (action_id, capacity, waiting_capacity, registration_opens_at, registration_closes_at,
                           starts_at, ends_at)
     select 1 + i % :actions, 20, 5, at - interval '60 days', at - interval '1 day', at, at + interval '7 hours'
       from (select i, now() - make_interval(mins => cast(random() * :minutes as int)) as at
               from generate_series(1, :sessions) i) dated`,
    { actions: SIZE.actions, sessions: SIZE.sessions, minutes: YEARS * 365 * 24 * 60 },
  );
  await db.raw(
    `insert into enrolments (user_id, structure_id, action_id, session_id, state, motivation, requested_at)
     select 1 + i % :people, 1 + i % :structures, s.action_id, s.id,
            (array['attended','attended','attended','attended','absent','withdrawn','refused_by_hr',
                   'refused_by_provider'])[1 + cast(floor(random() * 8) as int)], 'Progresser', s.starts_at
       from (select i, 1 + cast(floor(random() * :sessions) as int) as session_id
               from generate_series(1, :enrolments) i) drawn
       join sessions s on s.id = drawn.session_id`,
    { people: SIZE.people, structures: SIZE.structures, sessions: SIZE.sessions, enrolments: ENROLMENTS },
  );
  await db.raw('vacuum analyze');
}
