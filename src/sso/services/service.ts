import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisYear } from '#platform/french/time.ts';
import { readAddress } from './addresses.ts';
import * as repository from './repository.ts';
import { lacksRightOnly, mayOpen, type Person, type Service, serviceAt } from './rules.ts';

export { findReferentsOf, PERSON_AND_SERVICES, personSql, serviceSql } from './repository.ts';
export type { NoEntry, Person, Service } from './rules.ts';

/** Every service, in the order of « Accueil ». */
export const listServices = ({ db }: Pick<Dependencies, 'db'>): Promise<Service[]> =>
  repository.findServices(db);

/** @returns undefined when there is none of that number, or of that key */
export const findService = (
  { db }: { db: Knex },
  by: { id: number } | { key: string },
): Promise<Service | undefined> => repository.findService(db, by);

/**
 * Whose an address is that a browser brings along as `service=`.
 * @returns the address as read, and its service; undefined for what is no address or nobody's
 */
export async function findServiceAt(
  deps: Pick<Dependencies, 'db' | 'config'>,
  raw: string,
): Promise<{ service: Service; url: URL } | undefined> {
  const url = readAddress(raw, deps.config.environment === 'production');
  if (!url) return undefined;
  const service = serviceAt(await listServices(deps), url, deps.config);
  return service && { service, url };
}

/** People as the rules of single sign-on see them, by their number; nobody for an account that is not there. */
export async function findPeople(
  db: Knex,
  userIds: readonly number[],
  now: Date,
): Promise<ReadonlyMap<number, Person>> {
  const people = await repository.findPeople(db, userIds, parisYear(now));
  return new Map(people.map((person) => [person.userId, person]));
}

/** A person, with every service, or that one alone. @throws Error where there is no such account */
export async function personAndServices(
  { db, clock }: { db: Knex; clock: Dependencies['clock'] },
  userId: number,
  serviceId?: number,
): Promise<{ person: Person; services: Service[] }> {
  const year = parisYear(clock.now());
  const found = await repository.findPersonAndServices(db, { userId, year, serviceId });
  if (!found) throw new Error(`no account ${userId}`);
  return found;
}

/** The services that « Accueil » shows to somebody: those that have an address there, and that they may open. */
export const shownOnHome = ({ person, services }: { person: Person; services: Service[] }): Service[] =>
  services.filter((service) => service.homeUrl !== null && mayOpen(service, person) === true);

/** Those that « Accueil » tells of without leading there: a right of a structure of theirs is all that is missing. */
export const withheldOnHome = ({ person, services }: { person: Person; services: Service[] }): Service[] =>
  services.filter((service) => service.homeUrl !== null && lacksRightOnly(service, person));

/** One of them. @throws Error where there is no such account */
export async function getPerson(db: Knex, userId: number, now: Date): Promise<Person> {
  const person = (await findPeople(db, [userId], now)).get(userId);
  if (!person) throw new Error(`no account ${userId}`);
  return person;
}

/** The one whom services know by this identifier; undefined for nobody. */
export const findPersonBySubject = (db: Knex, subject: string, now: Date): Promise<Person | undefined> =>
  repository.findPersonBySubject(db, subject, parisYear(now));
