import type { Knex } from 'knex';
import type { Right } from '#access/rights.ts';

/** A structure as the database has it, save what its search keeps. */
export interface StructureRow {
  id: number;
  siret: string;
  name: string;
  acronym: string | null;
  brand: string | null;
  ape_code: string | null;
  kind: string;
  address: string;
  postcode: string;
  city: string;
  department: string;
  is_training_body: boolean;
  may_preregister: boolean;
  is_head_office: boolean;
  closed_on: string | null;
  corrections: Record<string, unknown>;
}

/** @throws when there is none of this number */
export async function structureOf(db: Knex, id: number): Promise<StructureRow> {
  const row = await db('structures').where({ id }).first();
  if (!row) throw new Error(`no structure ${id}`);
  return row;
}

/** All structures, or those of a name, a SIRET…; in the order of their SIRET. */
export const structuresIn = (db: Knex, of: Partial<StructureRow> = {}): PromiseLike<StructureRow[]> =>
  db('structures').where(of).orderBy('siret');

/** Changes every structure. */
export async function setStructures(db: Knex, fields: Partial<StructureRow>): Promise<void> {
  await db('structures').update(fields);
}

/** Forgets every structure, with the people's ties to them. */
export async function forgetStructures(db: Knex): Promise<void> {
  await db('affiliations').delete();
  await db('structures').delete();
}

interface Held {
  user_id: number;
  structure_id: number;
  right: Right;
  granted_at: Date;
  /** Null when nobody in particular gave it. */
  granted_by: number | null;
}

/** Who holds which right where, since when and by whom; person by person. */
export const rightsIn = (db: Knex, of: Partial<Held> = {}): PromiseLike<Held[]> =>
  db('affiliation_rights')
    .join('affiliations', 'affiliations.id', 'affiliation_id')
    .where(of)
    .orderBy(['user_id', 'structure_id', 'right'])
    .select('user_id', 'structure_id', 'right', 'granted_at', 'granted_by');

/** The rights of somebody that count, in one structure or in all. */
export const rightsOf = async (db: Knex, userId: number, structureId?: number): Promise<Right[]> => {
  const of = structureId === undefined ? {} : { structure_id: structureId };
  return (await rightsIn(db, { user_id: userId, ...of })).map(({ right }) => right).sort();
};

/** The rights of somebody, or of everybody, that a closed account has set aside. */
export const rightsAside = (db: Knex, userId?: number): Promise<Right[]> =>
  db('suspended_rights')
    .join('affiliations', 'affiliations.id', 'affiliation_id')
    .where(userId === undefined ? {} : { user_id: userId })
    .orderBy('right')
    .pluck('right');

/** Sets the rights of somebody aside, as the closing of their account does. */
export async function setRightsAside(db: Knex, userId: number): Promise<void> {
  await db.raw(
    `with taken as (delete from affiliation_rights r using affiliations a
                     where a.id = r.affiliation_id and a.user_id = ? returning r.*)
     insert into suspended_rights select affiliation_id, "right", granted_at, granted_by from taken`,
    [userId],
  );
}

/** The structures that somebody belongs to, oldest first. */
export const structuresOf = (db: Knex, userId: number): Promise<number[]> =>
  db('affiliations').where({ user_id: userId }).orderBy('structure_id').pluck('structure_id');

/** A year of a structure's membership as the database has it. */
export interface MembershipRow {
  structure_id: number;
  year: number;
  recorded_by: number | null;
}

/** All memberships, or those of a structure, structure by structure. */
export const membershipsIn = (db: Knex, of: Partial<MembershipRow> = {}): PromiseLike<MembershipRow[]> =>
  db('memberships').where(of).orderBy(['structure_id', 'year']);

/** Forgets every membership, and what was said of renewing them. */
export async function forgetMemberships(db: Knex): Promise<void> {
  await db('membership_reminders').delete();
  await db('memberships').delete();
}
