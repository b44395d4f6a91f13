import type { Knex } from 'knex';
import { query } from './database/query.ts';
import type { Feature } from './dependencies.ts';

/** An address of a person, and the moment from which it was theirs no more; null for that of today. */
export interface Address {
  email: string;
  until: Date | null;
}

/** Somebody who is forgotten, as they were until now. */
export interface Leaver {
  id: number;
  name: string;
  addresses: readonly [Address, ...Address[]];
  /** What stands for each of these addresses from now on. */
  nowhere: string;
  at: Date;
}

/**
 * The personal data of a capability: what a person is given of it, and what becomes of it when they are forgotten. A
 * column of the database that no capability speaks of makes a test fail: decide, then declare it.
 */
export interface PersonalData {
  /**
   * What « mes données » has, by its key there, in SQL about the user `u`: the statement of its `rows`, or one `value`.
   * Names of other people (who decided, who gave a right) are theirs, and are left out.
   */
  exported?: Readonly<Record<string, { rows: string } | { value: string }>>;
  /**
   * Columns that name a person, `table.column`: the row goes with them (`deleted`), or goes on naming « Compte supprimé »
   * (`kept`): training records, and who decided what.
   */
  people?: Readonly<Record<string, 'deleted' | 'kept'>>;
  /** Empties what tells who a person is, before the rows that go with them are deleted; they are locked. */
  erase?(trx: Knex.Transaction, person: Leaver): Promise<unknown>;
  /**
   * Columns that can hold words, `table.column`, emptied or gone with their row; with the path of the value in « mes
   * données », or why it is not there (in brackets).
   */
  erased?: Readonly<Record<string, string>>;
  /** Those that stay though they are about a person or may be, and why. */
  kept?: Readonly<Record<string, string>>;
  /** Those without personal data, by table: states, codes, what is said of structures, actions and pages. */
  impersonal?: Readonly<Record<string, string>>;
}

declare module './dependencies.ts' {
  interface Feature {
    /** What it keeps of people: given to them in « mes données », and taken away when they are forgotten. */
    personalData?: PersonalData;
  }
}

/** What the platform itself keeps. */
const platformData: PersonalData = {
  kept: {
    'rate_limits.key': 'a hash or an address, gone when the limit runs out',
    'sent_forms.id': 'a hash of who sent what, gone after a day',
    'sent_forms.sender': 'a hash, gone after a day',
    'sent_forms.answer': 'sealed with the key of the form, which the database has not, and gone after a day',
  },
};

/** All that is declared, in the order of the list of capabilities. */
export const personalDataOf = (features: readonly Feature[]): PersonalData[] => [
  ...features.flatMap(({ personalData }) => personalData ?? []),
  platformData,
];

/** Everything that is kept of a person, by its key, in one statement; undefined where there is no such person. */
export async function exportPerson(
  { db, features }: { db: Knex; features: readonly Feature[] },
  userId: number,
): Promise<Record<string, unknown> | undefined> {
  const columns = personalDataOf(features)
    .flatMap(({ exported = {} }) => Object.entries(exported))
    .map(([key, told]) =>
      'rows' in told
        ? `coalesce((select json_agg(one) from (${told.rows}) one), '[]') as "${key}"`
        : `to_json(${told.value}) as "${key}"`,
    );
  const [person] = await query<Record<string, unknown>[]>(
    db,
    `select ${columns.join(', ')} from users u where u.id = :userId`,
    { userId },
  );
  return person;
}

/** Takes away what the capabilities keep of a person, each in its turn; the person must be locked. */
export async function erasePerson(
  features: readonly Feature[],
  trx: Knex.Transaction,
  person: Leaver,
): Promise<void> {
  for (const { erase, people = {} } of personalDataOf(features)) {
    await erase?.(trx, person);
    for (const [reference, fate] of Object.entries(people)) {
      const [table = '', column = ''] = reference.split('.');
      if (fate === 'deleted')
        await trx(table)
          .where({ [column]: person.id })
          .delete();
    }
  }
}

/** Narrows rows to those written under an address of a person while it was theirs. */
export const writtenUnder =
  ({ addresses }: Leaver, column = 'email') =>
  (rows: Knex.QueryBuilder): void => {
    for (const { email, until } of addresses) {
      rows.orWhere((one) => {
        one.where(column, email);
        if (until) one.where('created_at', '<', until);
      });
    }
  };
