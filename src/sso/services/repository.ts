import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Person, Service } from './rules.ts';

const SERVICE = `
  s.id, s.key, s.name, s.description, s.home_url as "homeUrl", s.icon, s.state = 'suspended' as "isSuspended",
  s.opens_to as "opensTo", s.needs_second_factor as "needsSecondFactor", s.subject, s.speaks_cas as "speaksCas",
  s.speaks_oidc as "speaksOidc", s.attributes_in_v2 as "attributesInV2", s.may_proxy as "mayProxy",
  s.cas_logout_url as "casLogoutUrl", s.contact_email as "contactEmail", s.position, s.version,
  coalesce((select json_agg(json_build_object('kind', a.kind, 'url', a.url) order by a.kind, a.url)
              from service_addresses a where a.service_id = s.id), '[]') as addresses,
  coalesce((select json_agg(r."right" order by r."right") from service_rights r where r.service_id = s.id), '[]') as rights,
  coalesce((select json_agg(json_build_object('attribute', t.attribute, 'name', t.name) order by t.attribute)
              from service_attributes t where t.service_id = s.id), '[]') as attributes`;

/** Every service, in the order of « Accueil »: there are some dozens. */
export const findServices = (db: Knex): Promise<Service[]> =>
  query<Service[]>(db, `select ${SERVICE} from services s order by s.position, s.name, s.id`);

/** One of them, by its number or its key. */
export async function findService(
  db: Knex,
  by: { id: number } | { key: string },
): Promise<Service | undefined> {
  const rows = await query<Service[]>(
    db,
    `select ${SERVICE} from services s where ${'id' in by ? 's.id = :id' : 's.key = :key'}`,
    by,
  );
  return rows[0];
}

const peopleSql = (where: string) => `
  select u.id as "userId", u.sso_subject as subject, u.email, u.first_name as "firstName",
         u.last_name as "lastName", u.closed_at is null as "isOpen", u.is_agency_manager as "isAgencyManager",
         coalesce((
           select json_agg(json_build_object(
                    'structureId', s.id, 'siret', s.siret, 'name', s.name,
                    'isTrainingBody', s.is_training_body, 'mayPreregister', s.may_preregister,
                    'isMember', exists (select from memberships m where m.structure_id = s.id and m.year = :year),
                    'rights', (select coalesce(json_agg(r."right" order by r."right"), '[]')
                                 from affiliation_rights r where r.affiliation_id = a.id)) order by s.name, s.id)
             from affiliations a join structures s on s.id = a.structure_id where a.user_id = u.id), '[]') as affiliations
    from users u where ${where}`;

/** SQL of a value: the person `u` for whom this holds, as JSON; null for nobody. Wants the civil year as `:year`. */
export const personSql = (where: string): string =>
  `(select to_json(person) from (${peopleSql(where)}) person)`;

/** SQL of a value: the service `s` for which this holds, as JSON; null for none. */
export const serviceSql = (where: string): string =>
  `(select to_json(service) from (select ${SERVICE} from services s where ${where}) service)`;

const personAndServices = (which = '') => `
  ${personSql('u.id = :userId')} as person,
  (select coalesce(json_agg(service), '[]')
     from (select ${SERVICE} from services s ${which} order by s.position, s.name, s.id) service) as services`;

/**
 * SQL of two columns, for a statement that asks for more besides: `person` and `services`, about the user `:userId` in
 * the civil year `:year`.
 */
export const PERSON_AND_SERVICES = personAndServices();

/** A person and every service, or that one, in one statement; undefined where there is no such account. */
export async function findPersonAndServices(
  db: Knex,
  { userId, year, serviceId }: { userId: number; year: number; serviceId?: number },
): Promise<{ person: Person; services: Service[] } | undefined> {
  const [found] = await query<[{ person: Person | null; services: Service[] }]>(
    db,
    `select ${personAndServices(serviceId === undefined ? '' : 'where s.id = :serviceId')}`,
    { userId, year, ...(serviceId === undefined ? {} : { serviceId }) },
  );
  const { person, services } = found;
  return person ? { person, services } : undefined;
}

/** People with what they may do for which structures, closed accounts among them. @param year of the membership */
export const findPeople = (db: Knex, userIds: readonly number[], year: number): Promise<Person[]> =>
  query<Person[]>(db, peopleSql('u.id = any(cast(:userIds as int[]))'), { userIds: [...userIds], year });

/** The one whom services know by this identifier. */
export async function findPersonBySubject(
  db: Knex,
  subject: string,
  year: number,
): Promise<Person | undefined> {
  const rows = await query<Person[]>(db, peopleSql('u.sso_subject = cast(:subject as uuid)'), {
    subject,
    year,
  });
  return rows[0];
}

/** The référents whom somebody can ask for a right: those of their structures. */
export const findReferentsOf = (
  db: Knex,
  userId: number,
): Promise<{ name: string; email: string; structure: string }[]> =>
  query<{ name: string; email: string; structure: string }[]>(
    db,
    `select full_name(u) as name, u.email, s.name as structure
       from affiliations mine
       join structures s on s.id = mine.structure_id
       join affiliations a on a.structure_id = s.id
       join affiliation_rights r on r.affiliation_id = a.id and r."right" = 'referent'
       join users u on u.id = a.user_id and u.closed_at is null
      where mine.user_id = :userId and a.user_id <> :userId
      order by s.name, u.last_name, u.first_name, u.id limit 20`,
    { userId },
  );
