import type { Knex } from 'knex';
import { insertEvents } from './repository.ts';

/** Notes that documents went to whoever they are about. */
export const noteSent = (trx: Knex.Transaction, documentIds: readonly number[], at: Date): Promise<void> =>
  insertEvents(
    trx,
    documentIds.map((documentId) => ({ documentId, kind: 'sent', at, by: null })),
  );
