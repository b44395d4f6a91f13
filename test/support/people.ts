import type { Knex } from 'knex';
import type { Right } from '../../src/access/rights.ts';
import { hashPassword } from '../../src/platform/security/passwords.ts';

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
  /** Years of membership. */
  memberIn?: number[];
}

/** @returns the structure's id */
export async function createStructure(db: Knex, options: StructureOptions = {}): Promise<number> {
  const siret = options.siret ?? nextSiret();
  const [row] = await db('structures').insert(
    {
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
    },
    'id',
  );
  for (const year of options.memberIn ?? []) {
    await db('memberships').insert({ structure_id: row.id, year, recorded_at: new Date() });
  }
  return row.id;
}

interface UserOptions {
  email?: string;
  firstName?: string;
  lastName?: string;
  isAgencyManager?: boolean;
  /** Structure ids with the rights beyond bénéficiaire, which is always given. */
  affiliations?: Record<number, Right[]>;
}

export interface TestUser {
  id: number;
  email: string;
}

/** Makes a person who can sign in with {@link TEST_PASSWORD}. */
export async function createUser(db: Knex, options: UserOptions = {}): Promise<TestUser> {
  serial += 1;
  const email = options.email ?? `personne${serial}@structure.example`;
  const [row] = await db('users').insert(
    {
      email,
      password_hash: await hashPassword(TEST_PASSWORD),
      civility: 'Mme',
      first_name: options.firstName ?? 'Prénom',
      last_name: options.lastName ?? `Nom ${serial}`,
      is_agency_manager: options.isAgencyManager ?? false,
      created_at: new Date(),
    },
    'id',
  );
  for (const [structureId, rights] of Object.entries(options.affiliations ?? {})) {
    const [affiliation] = await db('affiliations').insert(
      { user_id: row.id, structure_id: Number(structureId), since: new Date() },
      'id',
    );
    await db('affiliation_rights').insert(
      [...new Set<Right>(['beneficiary', ...rights])].map((right) => ({
        affiliation_id: affiliation.id,
        right,
        granted_at: new Date(),
      })),
    );
  }
  return { id: row.id, email };
}
