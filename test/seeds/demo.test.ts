import { stdnum } from 'stdnum';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_PASSWORD } from '#platform/config.ts';
import { departments } from '#platform/french/departments.ts';
import { parisYear } from '#platform/french/time.ts';
import { verifyPassword } from '#platform/security/passwords.ts';
import { seedDemo } from '../../seeds/demo.ts';
import { actionsIn, sessionsIn, slotsIn } from '../support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createUser, peopleIn } from '../support/people.ts';
import { changesAsked, type RequestKind, requestsIn } from '../support/requests.ts';
import { first } from '../support/rows.ts';
import {
  membershipsIn,
  rightsIn,
  type StructureRow,
  structureOf,
  structuresIn,
  structuresOf,
} from '../support/structures.ts';

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
  await createUser(other.dependencies.db);
  await seedDemo(other.dependencies);
  expect(await structuresIn(other.dependencies.db)).toEqual([]);
  await other.drop();
});

describe('structures', () => {
  let structures: StructureRow[];
  beforeAll(async () => {
    structures = await structuresIn(db());
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
    const emails = logins.map((login) => `${login}@demo.example`);
    const rows = (await peopleIn(db())).filter(({ email }) => emails.includes(email));
    expect(rows).toHaveLength(5);
    for (const row of rows) expect(await verifyPassword(row.password_hash, DEMO_PASSWORD)).toBe(true);
    expect(rows.filter((row) => row.is_agency_manager).map((row) => row.email)).toEqual([
      'gestionnaire@demo.example',
    ]);
  });

  test('are bénéficiaires wherever they belong, and every structure with people has a référent', async () => {
    const staffed = Map.groupBy(await rightsIn(db()), ({ structure_id }) => structure_id);
    expect(staffed.size).toBeGreaterThanOrEqual(25);
    for (const rights of staffed.values()) expect(rights.map(({ right }) => right)).toContain('referent');
    for (const { id } of await peopleIn(db())) {
      const beneficiary = await rightsIn(db(), { user_id: id, right: 'beneficiary' });
      const structures = beneficiary.map(({ structure_id }) => structure_id);
      expect(structures).toEqual(await structuresOf(db(), id));
    }
  });

  test('hold a right only where it makes sense', async () => {
    const structures = new Map((await structuresIn(db())).map((one) => [one.id, one]));
    for (const { structure_id, right } of await rightsIn(db())) {
      const structure = structures.get(structure_id);
      if (/^provider|^of_/.test(right)) expect(structure?.is_training_body).toBe(true);
      if (/^prescriber/.test(right)) expect(structure?.may_preregister).toBe(true);
    }
  });

  test('some of their structures are members, some are not', async () => {
    const year = parisYear(new Date());
    const members = (await membershipsIn(db(), { year })).map(({ structure_id }) => structure_id);
    const staffed = new Set((await rightsIn(db())).map(({ structure_id }) => structure_id));
    const isMember = (id: number) => members.includes(id);
    expect([...staffed].filter(isMember).length).toBeGreaterThanOrEqual(10);
    expect([...staffed].filter((id) => !isMember(id)).length).toBeGreaterThanOrEqual(8);
  });

  test('some wait for an account, for a référent and for the agency', async () => {
    const requests = await requestsIn(db(), 'account_request', { state: 'pending' });
    const staffed = (await rightsIn(db())).map(({ structure_id }) => structure_id);
    expect(requests.filter((one) => staffed.includes(one.structure_id))).toHaveLength(3);
    expect(requests.filter((one) => !staffed.includes(one.structure_id))).toHaveLength(2);
  });
});

describe('the agency', () => {
  test('finds something in each of its lists, and values that the structures really have', async () => {
    const waiting = async (kind: RequestKind) =>
      (await requestsIn(db(), kind, { state: 'pending' })).map(({ id }) => id);
    expect(await waiting('structure_request')).toHaveLength(2);
    expect(await waiting('structure_update')).toHaveLength(1);
    expect(await waiting('membership_request')).toHaveLength(1);
    expect(await waiting('affiliation_request')).toHaveLength(3);
    expect(await requestsIn(db(), 'structure_update', { state: 'refused' })).toHaveLength(1);
    for (const { structure_id, requested_by } of await requestsIn(db(), 'structure_update')) {
      expect(requested_by).not.toBeNull();
      const structure = await structureOf(db(), structure_id);
      for (const { field, old_value } of await changesAsked(db(), structure_id)) {
        expect(structure[field as keyof StructureRow] ?? null).toBe(old_value);
      }
    }
    const known = (await structuresIn(db())).map(({ siret }) => siret);
    for (const { siret } of await requestsIn(db(), 'structure_request')) expect(known).not.toContain(siret);
  });
});

describe('the catalogue', () => {
  test('has actions of every kind and theme', async () => {
    const published = (await actionsIn(db(), { archived_at: null })).filter((one) => one.published_at);
    expect(published.length).toBeGreaterThanOrEqual(36);
    expect(new Set(published.map((one) => one.kind_id)).size).toBe(11);
    expect(new Set(published.map((one) => one.theme_id)).size).toBe(8);
    expect(published.filter((one) => !one.objectives || !one.audience || !one.programme)).toEqual([]);
  });

  test('gives the demo prestataire a dozen actions to run', async () => {
    const { id } = first(await peopleIn(db(), { email: 'prestataire@demo.example' }));
    const bodies = await structuresOf(db(), id);
    const own = (await actionsIn(db())).filter(({ provider_id }) => bodies.includes(provider_id));
    expect(own.length).toBeGreaterThanOrEqual(10);
  });

  test('dates each session by its slots, in the place of its slots', async () => {
    const actions = new Map((await actionsIn(db())).map((action) => [action.id, action]));
    const slots = Map.groupBy(await slotsIn(db()), ({ session_id }) => session_id);
    for (const session of await sessionsIn(db())) {
      const own = slots.get(session.id) ?? [];
      const rooms = own.filter(({ modality }) => modality === 'in_person');
      expect(session).toMatchObject({
        starts_at: own[0]?.starts_at,
        ends_at: new Date(Math.max(...own.map(({ ends_at }) => +ends_at))),
        city: rooms[0]?.city ?? null,
        department: rooms[0]?.postcode.slice(0, 2) ?? null,
      });
      expect(new Set(rooms.map(({ city }) => city)).size).toBeLessThanOrEqual(1);
      for (const { modality, link, address, city } of own) {
        const isRemote = modality === 'remote';
        expect([link !== '', address === '', city === '']).toEqual([isRemote, isRemote, isRemote]);
      }
      expect(+session.registration_closes_at).toBeLessThanOrEqual(+session.starts_at);
      const where = rooms.length === 0 ? 'remote' : rooms.length < own.length ? 'mixed' : 'in_person';
      expect(actions.get(session.action_id)?.modality).toBe(where);
    }
  });
});
