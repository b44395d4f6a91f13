import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Recipient } from '#platform/mail/recipient.ts';
import type { Right } from './rights.ts';

/** Somebody with an account who is written to. */
export interface KnownRecipient extends Recipient {
  id: number;
}

/** SQL of the columns of a {@link KnownRecipient}, of the person `p`. */
export const RECIPIENT = `p.id, cast(p.email as text) as email, p.first_name as "firstName", p.last_name as "lastName"`;

/** SQL: `p` decides for the agency. */
export const MANAGES = 'p.is_agency_manager and p.closed_at is null';

/**
 * SQL: `p` holds a right for a structure. The rights of a closed account are set aside, so that it holds none.
 * @param structure SQL of its number
 */
export const holds = (right: Right, structure: string): string => `
  p.id in (select af.user_id from affiliations af join affiliation_rights r on r.affiliation_id = af.id
            where r."right" = '${right}' and af.structure_id = ${structure})`;

/** SQL of the people `p` of whom a condition is true, as a JSON array of {@link KnownRecipient}. */
export const recipientsWho = (condition: string): string => `
  (select coalesce(json_agg(w order by w.id), '[]') from (select ${RECIPIENT} from users p where ${condition}) w)`;

const find = (db: Knex, condition: string, bindings: Record<string, unknown> = {}) =>
  query<KnownRecipient[]>(db, `select ${RECIPIENT} from users p where ${condition} order by p.id`, bindings);

/** Those who decide for the agency. */
export const managers = (db: Knex): Promise<KnownRecipient[]> => find(db, MANAGES);

/** Those who hold a right for a structure. */
export const holders = (db: Knex, right: Right, structureId: number): Promise<KnownRecipient[]> =>
  find(db, holds(right, ':structureId'), { structureId });

/** Whoever is told that a request waits. */
export interface Decider extends KnownRecipient {
  isReferent: boolean;
}

/** The référents of a structure, or the agency's managers where there is none. */
export async function deciders(db: Knex, structureId: number): Promise<Decider[]> {
  const referents = await holders(db, 'referent', structureId);
  const isReferent = referents.length > 0;
  return (isReferent ? referents : await managers(db)).map((one) => ({ ...one, isReferent }));
}
