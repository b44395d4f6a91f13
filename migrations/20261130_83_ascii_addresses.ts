import { domainToASCII } from 'node:url';
import type { Knex } from 'knex';

/** Every column whose address is compared with one that somebody types. */
const ADDRESSES = [
  ['users', 'email'],
  ['account_requests', 'email'],
  ['email_changes', 'new_email'],
  ['email_changes', 'old_email'],
  ['structure_requests', 'email'],
  ['emails', 'recipient'],
] as const;

const ONE_OF_THE_SAME = '23505';

/**
 * Addresses from before international domains were kept in ASCII (« mairie-évry.fr »): who has one would not be found
 * by it, since what is typed is compared in ASCII. One that somebody else has in ASCII stays as it is.
 */
export async function up(knex: Knex): Promise<void> {
  for (const [table, column] of ADDRESSES) {
    const rows = await knex(table)
      .whereRaw(`cast(?? as text) ~ '@.*[^[:ascii:]]'`, [column])
      .orderBy('id')
      .select('id', { address: column });
    for (const { id, address } of rows as { id: number; address: string }[]) {
      const at = address.lastIndexOf('@');
      const domain = domainToASCII(address.slice(at + 1));
      if (domain === '') continue;
      // A refusal undoes this row alone.
      const change = (trx: Knex) =>
        trx(table)
          .where({ id })
          .update({ [column]: `${address.slice(0, at)}@${domain}` });
      await knex.transaction(change).catch((error: { code?: string }) => {
        if (error.code !== ONE_OF_THE_SAME) throw error;
      });
    }
  }
}

/** The former spelling of each is not kept; both name the same mailbox. */
export async function down(): Promise<void> {}
