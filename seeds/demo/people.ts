import type { Knex } from 'knex';
import { type Right, rightsOnAcceptance } from '#access/rights.ts';
import { DEMO_EMAIL_DOMAIN } from '#platform/config.ts';
import { parisDay, parisMoment } from '#platform/french/time.ts';
import { daysAgo } from './calendar.ts';
import { plain } from './french.ts';
import { insertAll } from './insert.ts';
import { rafaelPeople } from './offers/people.ts';
import {
  crews,
  firstNames,
  lapsedKeys,
  lastNames,
  memberKeys,
  type NamedPerson,
  namedPeople,
} from './people-named.ts';
import { createRandom, type Random } from './random.ts';
import type { Structure } from './structures.ts';

/** A person of the demo. */
export interface Person {
  id: number;
  /** What stands before `@demo.example`. */
  login: string;
  affiliations: { structure: Structure; rights: Right[] }[];
}

/** Those of the demo whom one signs in as, for what they have done together. @throws Error where one is missing */
export function castOf(people: readonly Person[]): { body: Person; beneficiary: Person; providerId: number } {
  const body = people.find(({ login }) => login === 'prestataire');
  const beneficiary = people.find(({ login }) => login === 'beneficiaire');
  const providerId = body?.affiliations[0]?.structure.id;
  if (!body || !beneficiary || !providerId) throw new Error('the demo has no provider or no beneficiary');
  return { body, beneficiary, providerId };
}

/** People who joined more recently have taken part in nothing yet. */
export const LONG_AGO = 480;

/**
 * Inserts the people of the demo, who works where with which rights, all with one password.
 * @param structures all structures of the demo, by key
 */
export async function insertPeople(
  trx: Knex.Transaction,
  structures: ReadonlyMap<string, Structure>,
  passwordHash: string,
  now: Date,
): Promise<Person[]> {
  const random = createRandom(64);
  const everybody = [...namedPeople, ...crewMembers(structures, random), ...rafaelPeople];
  const rows = everybody.map((person, index) => userRow(person, index, passwordHash, now, random));
  const ids = await insertAll(trx, 'users', rows);
  const people = everybody.map((person, index) => ({
    id: ids[index] as number,
    login: loginOf(person),
    affiliations: Object.entries(person.at).map(([key, rights]) => ({
      structure: structureOf(structures, key),
      rights: ['beneficiary', ...rights] as Right[],
    })),
  }));
  await insertAffiliations(
    trx,
    people,
    rows.map((row) => row.created_at),
  );
  return people;
}

function structureOf(structures: ReadonlyMap<string, Structure>, key: string): Structure {
  const structure = structures.get(key);
  if (!structure) throw new Error(`Unknown structure: ${key}`);
  return structure;
}

const loginOf = ({ login, firstName, lastName }: NamedPerson) =>
  login ?? `${plain(firstName, '-')}.${plain(lastName, '-')}`;

function userRow(person: NamedPerson, index: number, passwordHash: string, now: Date, random: Random) {
  const since = person.since ?? LONG_AGO + random.integer(0, 700);
  // ARCEP keeps these two ranges for fiction: nobody can be called by mistake.
  const number = String(index * 37 + 11).padStart(4, '0');
  return {
    email: loginOf(person) + DEMO_EMAIL_DOMAIN,
    password_hash: passwordHash,
    civility: person.civility,
    last_name: person.lastName,
    first_name: person.firstName,
    job_title: person.job,
    phone: random.chance(0.85) ? `+3353649${number}` : null,
    mobile: random.chance(0.4) ? `+3363998${number}` : null,
    is_agency_manager: person.isAgencyManager ?? false,
    created_at: daysAgo(now, since),
    last_sign_in_at: person.neverCame ? null : daysAgo(now, random.integer(1, 90), '09:12'),
  };
}

/** The people of the other structures: the first runs it, as on the acceptance of a first account (domain.md §2). */
function crewMembers(structures: ReadonlyMap<string, Structure>, random: Random): NamedPerson[] {
  let serial = 0;
  return Object.entries(crews).flatMap(([key, size]) => {
    const structure = structureOf(structures, key);
    return Array.from({ length: size }, (_, rank): NamedPerson => {
      const [firstName, civility] = firstNames[serial % firstNames.length] as [string, 'Mme' | 'M.'];
      const lastName = lastNames[serial % lastNames.length] as string;
      serial += 1;
      const job = rank === 0 ? 'Responsable de structure' : random.pick(jobs);
      return { civility, firstName, lastName, job, at: { [key]: crewRights(structure, rank, size) } };
    });
  });
}

const jobs = [
  'Accompagnement des publics',
  'Coordination de parcours',
  'Relations avec les entreprises',
  'Ingénierie de formation',
];

function crewRights(structure: Structure, rank: number, size: number): Right[] {
  if (rank === 0) {
    // One structure has nobody to approve requests: the agency does.
    if (structure.key === '40-12') return ['referent'];
    return rightsOnAcceptance(true).filter((right) => right !== 'beneficiary');
  }
  const rights: Right[] = [];
  if (rank === 1 && size > 2 && structure.key !== '40-12') rights.push('hr_validator');
  if (structure.mayPreregister) rights.push(rank === 1 ? 'prescriber_2' : 'prescriber_1');
  if (structure.isTrainingBody) rights.push(rank === 1 ? 'of_general' : 'of_catalogue');
  return rights;
}

async function insertAffiliations(trx: Knex.Transaction, people: Person[], since: Date[]): Promise<void> {
  const agency = people.find((person) => person.affiliations.length === 0);
  const entries = people.flatMap((person, index) =>
    person.affiliations.map(({ structure, rights }) => ({
      person,
      structure,
      rights,
      since: since[index] as Date,
    })),
  );
  const ids = await insertAll(
    trx,
    'affiliations',
    entries.map(({ person, structure, since }) => ({
      user_id: person.id,
      structure_id: structure.id,
      since,
    })),
  );
  const isReferent = (person: Person, structure: Structure) =>
    person.affiliations.some((one) => one.structure === structure && one.rights.includes('referent'));
  await trx('affiliation_rights').insert(
    entries.flatMap(({ person, structure, rights, since }, index) => {
      const referent = people.find((one) => one !== person && isReferent(one, structure));
      const grantedBy = isReferent(person, structure) ? agency : (referent ?? agency);
      return rights.map((right) => ({
        affiliation_id: ids[index],
        right,
        granted_at: since,
        granted_by: grantedBy?.id ?? null,
      }));
    }),
  );
}

/**
 * Records the memberships: last year and this one; in November and December, when people renew, the next one too.
 * @param agencyId the manager who recorded them
 */
export async function insertMemberships(
  trx: Knex.Transaction,
  structures: ReadonlyMap<string, Structure>,
  agencyId: number | null,
  now: Date,
): Promise<void> {
  const { year, month } = parisDay(now);
  const years = [year - 1, year, ...(month >= 11 ? [year + 1] : [])];
  const latest = daysAgo(now, 3);
  const row = (key: string, memberYear: number) => {
    const renewal = parisMoment(`${memberYear - 1}-12-10`, '10:00');
    return {
      structure_id: structureOf(structures, key).id,
      year: memberYear,
      recorded_at: renewal < latest ? renewal : latest,
      recorded_by: agencyId,
    };
  };
  await trx('memberships').insert([
    ...memberKeys.flatMap((key) => years.map((memberYear) => row(key, memberYear))),
    ...lapsedKeys.map((key) => row(key, year - 1)),
  ]);
}
