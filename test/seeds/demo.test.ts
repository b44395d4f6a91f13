import { stdnum } from 'stdnum';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_PASSWORD } from '#platform/config.ts';
import { departments } from '#platform/french/departments.ts';
import { verifyPassword } from '#platform/security/passwords.ts';
import { seedDemo } from '../../seeds/demo.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const KINDS = [
  'training_body',
  'job_centre',
  'local_mission',
  'town_hall',
  'association',
  'company',
  'chamber',
  'other',
];

let database: TestDatabase;
const db = () => database.dependencies.db;

beforeAll(async () => {
  database = await createTestDatabase();
  // Two starts at the same moment: one fills, the other waits and leaves it so.
  await Promise.all([seedDemo(database.dependencies), seedDemo(database.dependencies)]);
});
afterAll(() => database.drop());

async function counts(): Promise<Record<string, unknown>> {
  const tables = ['users', 'structures', 'affiliations', 'actions', 'sessions', 'slots', 'enrolments'];
  const entries = tables.map(async (table) => [table, (await db()(table).count())[0]?.count]);
  return Object.fromEntries(await Promise.all(entries));
}

test('a database that has people is left as it is', async () => {
  const before = await counts();
  await seedDemo(database.dependencies);
  expect(await counts()).toEqual(before);
});

test('a database with one person in it is not filled', async () => {
  const other = await createTestDatabase();
  await other.dependencies.db('users').insert({
    email: 'seule@structure.example',
    password_hash: 'x',
    civility: 'Mme',
    last_name: 'Seule',
    first_name: 'Une',
    created_at: new Date(),
  });
  await seedDemo(other.dependencies);
  expect(await other.dependencies.db('structures').first()).toBeUndefined();
  await other.drop();
});

describe('structures', () => {
  let structures: {
    siret: string;
    name: string;
    kind: string;
    department: string;
    postcode: string;
    is_head_office: boolean;
    closed_on: string | null;
  }[];
  beforeAll(async () => {
    structures = await db()('structures').select();
  });

  test('are many, in every département and of every kind', () => {
    expect(structures.length).toBeGreaterThanOrEqual(220);
    expect(new Set(structures.map((one) => one.department))).toEqual(new Set(Object.keys(departments)));
    expect(new Set(structures.map((one) => one.kind))).toEqual(new Set(KINDS));
    expect(structures.filter((one) => !one.postcode.startsWith(one.department))).toEqual([]);
  });

  test('have valid SIRETs; the branches share the SIREN of their head office', () => {
    expect(structures.filter((one) => !stdnum.FR?.siret?.validate(one.siret).isValid)).toEqual([]);
    const sirens = new Set(
      structures.filter((one) => one.is_head_office).map((one) => one.siret.slice(0, 9)),
    );
    const branches = structures.filter((one) => !one.is_head_office);
    expect(branches.length).toBeGreaterThan(0);
    expect(branches.filter((one) => !sirens.has(String(one.siret.slice(0, 9))))).toEqual([]);
  });

  test('include what searches stumble on', () => {
    const names = structures.map((one) => one.name);
    expect(Math.max(...names.map((name) => name.length))).toBeGreaterThanOrEqual(195);
    expect(names.some((name) => /["'&«]/.test(name))).toBe(true);
    expect(new Set(names).size).toBeLessThan(names.length);
    expect(structures.some((one) => one.closed_on)).toBe(true);
  });
});

describe('people', () => {
  test('sign in to the five demo accounts with the demo password', async () => {
    const logins = ['gestionnaire', 'referent', 'valideur', 'beneficiaire', 'prestataire'];
    const rows = await db()('users').whereIn(
      'email',
      logins.map((login) => `${login}@demo.example`),
    );
    expect(rows).toHaveLength(5);
    for (const row of rows) expect(await verifyPassword(row.password_hash, DEMO_PASSWORD)).toBe(true);
    expect(rows.filter((row) => row.is_agency_manager).map((row) => row.email)).toEqual([
      'gestionnaire@demo.example',
    ]);
  });

  test('are bénéficiaires wherever they belong, and every structure with people has a référent', async () => {
    const { rows } = await db().raw(`
      select structure_id, bool_or("right" = 'referent') as has_referent,
             count(distinct affiliation_id) = count(*) filter (where "right" = 'beneficiary') as all_beneficiaries
        from affiliations join affiliation_rights on affiliation_id = affiliations.id group by structure_id`);
    expect(rows.length).toBeGreaterThanOrEqual(25);
    expect(rows.filter((row: object) => !Object.values(row).every(Boolean))).toEqual([]);
    const { rows: orphans } = await db().raw(
      'select id from affiliations where id not in (select affiliation_id from affiliation_rights)',
    );
    expect(orphans).toEqual([]);
  });

  test('hold a right only where it makes sense', async () => {
    const { rows } = await db().raw(`
      select "right", s.name from affiliation_rights
        join affiliations a on a.id = affiliation_id join structures s on s.id = structure_id
       where ("right" in ('provider', 'of_catalogue', 'of_preregistration', 'of_general') and not is_training_body)
          or ("right" like 'prescriber%' and not may_preregister)`);
    expect(rows).toEqual([]);
  });

  test('some of their structures are members, some are not', async () => {
    const { rows } = await db().raw(`
      select count(distinct a.structure_id) filter (where m.year is not null) as members,
             count(distinct a.structure_id) filter (where m.year is null) as others
        from affiliations a left join memberships m
          on m.structure_id = a.structure_id and m.year = extract(year from now() at time zone 'Europe/Paris')`);
    expect(rows[0].members).toBeGreaterThanOrEqual(10);
    expect(rows[0].others).toBeGreaterThanOrEqual(8);
  });

  test('some wait for an account, for a référent and for the agency', async () => {
    const requests = await db()('account_requests').where({ state: 'pending' });
    const staffed = await db()('affiliations').distinct().pluck('structure_id');
    expect(requests.filter((one) => staffed.includes(one.structure_id))).toHaveLength(3);
    expect(requests.filter((one) => !staffed.includes(one.structure_id))).toHaveLength(2);
  });
});

describe('the agency', () => {
  test('finds something in each of its lists, and values that the structures really have', async () => {
    const waiting = async (table: string) => (await db()(table).where({ state: 'pending' })).length;
    expect(await waiting('structure_requests')).toBe(2);
    expect(await waiting('structure_update_requests')).toBe(1);
    expect(await waiting('membership_requests')).toBe(1);
    expect(await waiting('affiliation_requests')).toBe(3);
    expect(await db()('structure_update_requests').where({ state: 'refused' })).toHaveLength(1);
    const { rows } = await db().raw(`
      select c.field from structure_update_changes c
        join structure_update_requests q on q.id = c.request_id join structures s on s.id = q.structure_id
       where to_jsonb(s) ->> c.field is distinct from c.old_value or q.requested_by is null`);
    expect(rows).toEqual([]);
    const { rows: known } = await db().raw(
      'select r.siret from structure_requests r join structures s on s.siret = r.siret',
    );
    expect(known).toEqual([]);
  });
});

describe('the catalogue', () => {
  test('has actions of every kind and theme', async () => {
    const published = await db()('actions').whereNotNull('published_at').whereNull('archived_at');
    expect(published.length).toBeGreaterThanOrEqual(36);
    expect(new Set(published.map((one) => one.kind_id)).size).toBe(11);
    expect(new Set(published.map((one) => one.theme_id)).size).toBe(8);
    expect(published.filter((one) => !one.objectives || !one.audience || !one.programme)).toEqual([]);
  });

  test('gives the demo prestataire a dozen actions to run', async () => {
    const { rows } = await db().raw(`
      select count(*) from actions join affiliations a on a.structure_id = provider_id
        join users u on u.id = user_id where u.email = 'prestataire@demo.example'`);
    expect(rows[0].count).toBeGreaterThanOrEqual(10);
  });

  test('dates each session by its slots, in the place of its slots', async () => {
    const { rows } = await db().raw(`
      select a.slug from sessions s join actions a on a.id = s.action_id
       cross join lateral (
         select min(starts_at) as first, max(ends_at) as last, count(*) as slots,
                string_agg(distinct nullif(city, ''), ',') as cities, min(left(nullif(postcode, ''), 2)) as department,
                bool_or(modality = 'remote') as remote, bool_or(modality = 'in_person') as in_person,
                bool_and((modality = 'remote') = (link <> '') and (modality = 'remote') = (address = '')) as located
           from slots where session_id = s.id
       ) t
       where t.slots = 0 or t.first <> s.starts_at or t.last <> s.ends_at
          or t.cities is distinct from s.city or t.department is distinct from s.department
          or not located or s.registration_closes_at > s.starts_at
          or a.modality <> case when not t.in_person then 'remote' when t.remote then 'mixed' else 'in_person' end`);
    expect(rows).toEqual([]);
  });
});
