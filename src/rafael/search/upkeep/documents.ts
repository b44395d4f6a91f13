import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Dependencies } from '#platform/dependencies.ts';

/**
 * Has the words of the formations that this transaction writes be written afterwards, by {@link writeDueDocuments}:
 * for whoever brings thousands, as cutting words takes longer than all the rest. Until then they are found by their
 * filters, and by the words that they had.
 */
export async function writeDocumentsLater(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`select set_config('rafael.documents', 'later', true)`);
}

/** Has the words of formations written again, afterwards: those of one of these codes, whose label changed. */
export async function renewDocuments(
  trx: Knex.Transaction,
  codes: { formacodes?: readonly string[]; rncp?: readonly string[]; rs?: readonly string[] },
): Promise<void> {
  await trx.raw(
    `insert into offer_documents_due
     select id from offers
      where formacodes && cast(:formacodes as text[]) or rncp && cast(:rncp as text[]) or rs && cast(:rs as text[])
      order by id on conflict do nothing`,
    {
      formacodes: [...(codes.formacodes ?? [])],
      rncp: [...(codes.rncp ?? [])],
      rs: [...(codes.rs ?? [])],
    },
  );
}

/** Formations whose words are written in one transaction: a fraction of a second. */
const BATCH = 200;

/** Writes the words that are due, some at a time, until none is. Two at once share them. */
export async function writeDueDocuments({ db }: Pick<Dependencies, 'db'>): Promise<void> {
  let written = BATCH;
  while (written === BATCH) {
    written = await db.transaction(async (trx) => {
      const rows = await query<{ offerId: number }[]>(
        trx,
        `delete from offer_documents_due
          where offer_id in (select offer_id from offer_documents_due order by offer_id limit ${BATCH}
                                for update skip locked)
         returning offer_id as "offerId"`,
      );
      const ids = rows.map(({ offerId }) => offerId);
      if (ids.length > 0) await query(trx, 'select write_offer_documents(cast(:ids as int[]))', { ids });
      return ids.length;
    });
  }
}
