import type { Right } from '#access/rights.ts';
import type { Attribute, Person, Service } from '../services/rules.ts';

/** A structure as a service is told of it. */
export interface ReleasedStructure {
  siret: string;
  name: string;
  rights: Right[];
}

/**
 * The structures of which a service hears, and the rights there: those that it knows of. A service for the holders of a
 * right hears of the structures where the person has one, a service for members of those that are.
 */
export function structuresFor(service: Service, person: Person): ReleasedStructure[] {
  return person.affiliations
    .map(({ siret, name, isMember, rights }) => ({
      siret,
      name,
      isMember,
      rights: rights.filter((right) => service.rights.includes(right)),
    }))
    .filter(({ isMember, rights }) => {
      if (service.opensTo === 'rights') return rights.length > 0;
      return service.opensTo !== 'members' || isMember;
    })
    .map(({ siret, name, rights }) => ({ siret, name, rights }));
}

/** What CAS calls the user of a service. */
export const userFor = (service: Service, person: Person): string =>
  service.subject === 'email' ? person.email : person.subject;

/**
 * What each attribute of a person is for a service, each with its values.
 * @param rightAt how a right in a structure is written
 */
export function valuesFor(
  service: Service,
  person: Person,
  rightAt: (right: Right, structure: ReleasedStructure) => string,
): Record<Attribute, string[]> {
  const structures = structuresFor(service, person);
  return {
    mail: [person.email],
    givenname: [person.firstName],
    sn: [person.lastName],
    displayname: [`${person.firstName} ${person.lastName}`],
    siret: structures.map(({ siret }) => siret),
    structure: structures.map(({ name }) => name),
    droit: structures.flatMap((one) => one.rights.map((right) => rightAt(right, one))),
  };
}

/**
 * What a service is told of a person, under the names that it wants, each with its values: flat, as clients of CAS hand
 * them over in headers. Rights are `SIRET:right`.
 */
export function attributesFor(service: Service, person: Person): [name: string, values: string[]][] {
  const values = valuesFor(service, person, (right, { siret }) => `${siret}:${right}`);
  return service.attributes
    .map(({ attribute, name }): [string, string[]] => [name, values[attribute]])
    .filter(([, given]) => given.length > 0);
}

/** The claims of OpenID Connect that each scope opens, of what the service is told at all. */
export function claimsFor(service: Service, person: Person): Record<string, unknown> {
  const told = new Set(service.attributes.map(({ attribute }) => attribute));
  const claims: Record<string, unknown> = { sub: person.subject };
  if (told.has('mail')) Object.assign(claims, { email: person.email, email_verified: true });
  if (told.has('givenname')) claims.given_name = person.firstName;
  if (told.has('sn')) claims.family_name = person.lastName;
  if (told.has('displayname')) claims.name = `${person.firstName} ${person.lastName}`;
  if (told.has('siret') || told.has('structure') || told.has('droit')) {
    claims.structures = structuresFor(service, person).map(({ siret, name, rights }) => ({
      ...(told.has('siret') ? { siret } : {}),
      ...(told.has('structure') ? { name } : {}),
      ...(told.has('droit') ? { rights } : {}),
    }));
  }
  return claims;
}
