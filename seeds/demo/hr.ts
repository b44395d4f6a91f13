import type { Knex } from 'knex';
import { parisDay } from '#platform/french/time.ts';
import { daysAgo } from './calendar.ts';
import type { Person } from './people.ts';

/**
 * One validator of the demo structure is away for two weeks and reads requests once a day; a colleague without the right
 * stands in for her.
 */
export async function insertHrHabits(
  trx: Knex.Transaction,
  people: readonly Person[],
  now: Date,
): Promise<void> {
  const affiliationOf = async (login: string): Promise<number> => {
    const person = people.find((one) => one.login === login);
    const structure = person?.affiliations[0]?.structure;
    const { id } = await trx('affiliations')
      .where({ user_id: person?.id, structure_id: structure?.id })
      .first('id');
    return id;
  };
  const absent = await affiliationOf('valideur2');
  const today = parisDay(now);
  await trx('hr_delegations').insert({
    delegator_affiliation_id: absent,
    delegate_affiliation_id: await affiliationOf('aude.javelle'),
    starts_on: today.toString(),
    ends_on: today.add({ days: 14 }).toString(),
    created_at: daysAgo(now, 2),
    start_told_at: now,
  });
  await trx('hr_digests').insert({ affiliation_id: absent, since: daysAgo(now, 30) });
}
