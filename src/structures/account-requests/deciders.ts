import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { Forbidden } from '#platform/errors.ts';
import { isTheirs } from '#requests/deciders.ts';
import { type DecisionFacts, mayDecide } from './rules.ts';

/**
 * What a decision depends on, as it stands under the locks: the people of the structure, closed accounts aside, what the
 * decider may do there, and whether the request is their own.
 */
async function readDecisionFacts(
  trx: Knex.Transaction,
  { structureId, userId, email }: ForStructure,
  deciderId: number,
): Promise<DecisionFacts> {
  const rows = await query<DecisionFacts[]>(
    trx,
    `select (select count(*) from affiliations a join users u on u.id = a.user_id and u.closed_at is null
               where a.structure_id = :structureId) as "peopleCount",
            exists (select 1 from affiliations a join affiliation_rights x on x.affiliation_id = a.id
                     where a.structure_id = :structureId and a.user_id = :deciderId
                       and x."right" = 'referent') as "isReferent",
            u.is_agency_manager as "isAgencyManager",
            ${isTheirs('cast(:userId as int)', 'cast(:email as citext)')} as "isTheirs"
       from users u where u.id = :deciderId`,
    { structureId, deciderId, userId, email },
  );
  return rows[0] ?? { peopleCount: 0, isReferent: false, isAgencyManager: false, isTheirs: false };
}

/** A request of a person to belong to a structure, by whom and for which. */
interface ForStructure {
  structureId: number;
  /** Null where they have no account yet. */
  userId: number | null;
  email: string;
}

/**
 * That this person may decide a request for a structure today.
 * @returns what the decision depends on besides
 * @throws Forbidden, with the reason
 */
export async function requireDecider(
  trx: Knex.Transaction,
  request: ForStructure,
  userId: number,
): Promise<DecisionFacts> {
  const facts = await readDecisionFacts(trx, request, userId);
  const verdict = mayDecide(facts);
  if (verdict !== true) throw new Forbidden(verdict);
  return facts;
}
