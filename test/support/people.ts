import type { Knex } from 'knex';
import type { Right } from '#access/rights.ts';
import { hashPassword } from '#platform/security/passwords.ts';
import type { StructureRow } from './structures.ts';

/** The password of everybody made by {@link createUser}. */
export const TEST_PASSWORD = 'Essai-Solide-2026!';

let serial = 0;

/** A valid SIRET that no other call gives (Luhn over the whole). */
export function nextSiret(): string {
  serial += 1;
  const body = `9${String(serial).padStart(12, '0')}`;
  for (let check = 0; check < 10; check += 1) {
    const siret = `${body}${check}`;
    const sum = [...siret].reduceRight((total, digit, index) => {
      const doubled = Number(digit) * ((siret.length - 1 - index) % 2 === 1 ? 2 : 1);
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
    if (sum % 10 === 0) return siret;
  }
  throw new Error('unreachable');
}

interface StructureOptions {
  name?: string;
  acronym?: string;
  siret?: string;
  isTrainingBody?: boolean;
  mayPreregister?: boolean;
  city?: string;
  /** What else it has. */
  fields?: Partial<StructureRow>;
  /** Years of membership. */
  memberIn?: number[];
}

/** @returns the structure's id */
export async function createStructure(db: Knex, options: StructureOptions = {}): Promise<number> {
  const [id] = (await createStructures(db, 1, options)) as [number];
  return id;
}

/** Several that are alike, each under a number of its own. @returns their ids */
export async function createStructures(
  db: Knex,
  count: number,
  options: StructureOptions = {},
): Promise<number[]> {
  const rows = await db('structures').insert(
    Array.from({ length: count }, () => {
      const siret = options.siret ?? nextSiret();
      return {
        siret,
        name: options.name ?? `Structure ${siret.slice(-6)}`,
        acronym: options.acronym ?? null,
        kind: options.isTrainingBody ? 'training_body' : 'association',
        address: '1 rue de l’Essai',
        postcode: '33600',
        city: options.city ?? 'Pessac',
        department: '33',
        is_training_body: options.isTrainingBody ?? false,
        may_preregister: options.mayPreregister ?? false,
        created_at: new Date(),
        ...options.fields,
      };
    }),
    'id',
  );
  const ids: number[] = rows.map(({ id }) => id);
  const memberships = ids.flatMap((structure_id) =>
    (options.memberIn ?? []).map((year) => ({ structure_id, year, recorded_at: new Date() })),
  );
  if (memberships.length > 0) await db('memberships').insert(memberships);
  return ids;
}

interface UserOptions {
  email?: string;
  firstName?: string;
  lastName?: string;
  isAgencyManager?: boolean;
  createdAt?: Date | string;
  closedAt?: Date | string;
  /** What else they have. */
  fields?: Partial<PersonRow>;
  /** Structure ids with the rights beyond bénéficiaire, which is always given. */
  affiliations?: Record<number, Right[]>;
}

export interface TestUser {
  id: number;
  email: string;
}

/** Makes a person who can sign in with {@link TEST_PASSWORD}. */
export async function createUser(db: Knex, options: UserOptions = {}): Promise<TestUser> {
  const [user] = (await createUsers(db, [options])) as [TestUser];
  return user;
}

/** The same, several in a few statements. */
export async function createUsers(db: Knex, people: readonly UserOptions[]): Promise<TestUser[]> {
  const rows = await Promise.all(
    people.map(async (options) => {
      serial += 1;
      const number = serial;
      return {
        email: options.email ?? `personne${number}@structure.example`,
        password_hash: await hashPassword(TEST_PASSWORD),
        civility: 'Mme',
        first_name: options.firstName ?? 'Prénom',
        last_name: options.lastName ?? `Nom ${number}`,
        is_agency_manager: options.isAgencyManager ?? false,
        created_at: options.createdAt ?? new Date(),
        closed_at: options.closedAt ?? null,
        ...options.fields,
      };
    }),
  );
  const inserted = await db('users').insert(rows, 'id');
  const users = rows.map(({ email }, index): TestUser => ({ id: inserted[index].id, email }));
  const rights = people.flatMap(({ affiliations = {} }, index) =>
    Object.entries(affiliations).map(([structureId, more]) => ({
      user_id: users[index]?.id,
      structure_id: Number(structureId),
      rights: new Set<Right>(['beneficiary', ...more]),
    })),
  );
  if (rights.length === 0) return users;
  const affiliated = await db('affiliations').insert(
    rights.map(({ user_id, structure_id }) => ({ user_id, structure_id, since: new Date() })),
    'id',
  );
  await db('affiliation_rights').insert(
    rights.flatMap((one, index) =>
      [...one.rights].map((right) => ({
        affiliation_id: affiliated[index].id,
        right,
        granted_at: new Date(),
      })),
    ),
  );
  return users;
}

/** Somebody as the database has them. */
export interface PersonRow {
  id: number;
  email: string;
  first_name: string;
  last_name: string;
  civility: string;
  job_title: string | null;
  phone: string | null;
  mobile: string | null;
  password_hash: string;
  is_agency_manager: boolean;
  created_at: Date | string;
  last_sign_in_at: Date | string | null;
  last_active_at: Date;
  closed_at: Date | string | null;
  anonymised_at: Date | string | null;
  name_kept_until: string | null;
  last_profile_right: Right | null;
}

/** @throws when there is nobody of this number */
export async function personOf(db: Knex, userId: number): Promise<PersonRow> {
  const row = await db('users').where({ id: userId }).first();
  if (!row) throw new Error(`no person ${userId}`);
  return row;
}

/** Everybody, or those of an address, of the agency…; oldest first. */
export const peopleIn = (db: Knex, of: Partial<PersonRow> = {}): PromiseLike<PersonRow[]> =>
  db('users').where(of).orderBy('id');

export async function setPerson(db: Knex, userId: number, fields: Partial<PersonRow>): Promise<void> {
  await db('users').where({ id: userId }).update(fields);
}

/** Marks an account as closed, and nothing else: its rights and what it asked for stay. */
export const closeAccount = (db: Knex, userId: number, at: Date): Promise<void> =>
  setPerson(db, userId, { closed_at: at });

/** Somebody is no longer of the agency. */
export const leaveAgency = (db: Knex, userId: number): Promise<void> =>
  setPerson(db, userId, { is_agency_manager: false });

export const reopenAccount = (db: Knex, userId: number): Promise<void> =>
  setPerson(db, userId, { closed_at: null });

export async function reopenEverybody(db: Knex): Promise<void> {
  await db('users').update({ closed_at: null });
}

/** Takes somebody out of every structure, or out of one, without a word to anybody. */
export async function leaveStructures(db: Knex, userId: number, structureId?: number): Promise<void> {
  const of = structureId === undefined ? {} : { structure_id: structureId };
  await db('affiliations')
    .where({ user_id: userId, ...of })
    .delete();
}

/** Makes somebody a bénéficiaire of a structure with these rights; what they have there already stays. */
export async function joinStructure(
  db: Knex,
  userId: number,
  structureId: number,
  rights: Right[] = [],
): Promise<void> {
  const [at, affiliation] = [new Date(), { user_id: userId, structure_id: structureId }];
  await db('affiliations')
    .insert({ ...affiliation, since: at })
    .onConflict()
    .ignore();
  const { id } = await db('affiliations').where(affiliation).first('id');
  await db('affiliation_rights')
    .insert(['beneficiary', ...rights].map((right) => ({ affiliation_id: id, right, granted_at: at })))
    .onConflict()
    .ignore();
}

/** Takes a right away from everybody, or from those of a structure, or from one person; it goes without a word. */
export async function takeRight(
  db: Knex,
  right: Right,
  of: { user_id?: number; structure_id?: number } = {},
): Promise<void> {
  await db('affiliation_rights')
    .where({ right })
    .whereIn('affiliation_id', db('affiliations').where(of).select('id'))
    .delete();
}

/** The numbers of somebody's affiliations, oldest first. */
export const affiliationsOf = (db: Knex, userId: number): PromiseLike<number[]> =>
  db('affiliations').where({ user_id: userId }).orderBy('id').pluck('id');

/** Makes a structure a member in these years, and in no others. */
export async function setMembership(db: Knex, structureId: number, years: number[]): Promise<void> {
  await db('memberships').where({ structure_id: structureId }).delete();
  const rows = years.map((year) => ({ structure_id: structureId, year, recorded_at: new Date() }));
  if (rows.length > 0) await db('memberships').insert(rows);
}

export async function setStructure(
  db: Knex,
  structureId: number,
  fields: Partial<StructureRow>,
): Promise<void> {
  await db('structures').where({ id: structureId }).update(fields);
}
