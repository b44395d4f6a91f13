/**
 * The domains of the e-mails of the people who belong to an establishment of the same company, as a JSON list.
 * @param siret SQL of the SIRET of the structure that is asked for
 */
export const knownDomains = (siret: string): string => `
  (select coalesce(json_agg(k.domain), '[]') from (
     select distinct split_part(cast(c.email as text), '@', 2) as domain
       from structures e
       join affiliations m on m.structure_id = e.id
       join users c on c.id = m.user_id
      where e.siret between cast(left(${siret}, 9) || '00000' as char(14))
                        and cast(left(${siret}, 9) || '99999' as char(14))
      limit 50) k)`;
