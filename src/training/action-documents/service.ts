import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { AuditAction } from '#audit/declaration.ts';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { refuseUnsoundPdf } from '#platform/files/pdf.ts';
import * as repository from './repository.ts';

type Deps = Pick<Dependencies, 'db' | 'clock'>;

/** As many documents as one action has. */
export const MOST_DOCUMENTS = 20;

/** A file to add, with the title under which it is shown. */
export interface NewDocument {
  title: string;
  content: Uint8Array;
}

/**
 * Adds documents to an action, all or none; the same file again is left as it is.
 * @returns how many were not there yet
 * @throws NotFound; DocumentRefused for what is no sound PDF; Conflict where the action has as many as it may
 */
export async function addDocuments(
  deps: Deps,
  actionId: number,
  documents: readonly NewDocument[],
): Promise<number> {
  const areSeveral = documents.length > 1;
  for (const { title, content } of documents) await refuseUnsoundPdf(content, areSeveral ? title : undefined);
  return change(deps, actionId, async (trx) => {
    const at = deps.clock.now();
    let added = 0;
    for (const { title, content } of documents) {
      const sha256 = createHash('sha256').update(content).digest('hex');
      const document = { actionId, title, content, sha256, at };
      if ((await repository.insertDocument(trx, document)) === undefined) continue;
      added += 1;
      await record(deps, trx, actionId, 'action.document_added');
    }
    if ((await repository.countDocuments(trx, actionId)) > MOST_DOCUMENTS)
      throw new Conflict(
        `Une action a ${MOST_DOCUMENTS} documents au plus\u00a0: retirez-en d’abord. Rien n’a été ajouté.`,
      );
    return added;
  });
}

/** Gives a document another title. @throws NotFound when the action has none of this number */
export async function renameDocument(deps: Deps, actionId: number, id: number, title: string): Promise<void> {
  await change(deps, actionId, async (trx) => {
    if (!(await repository.renameDocument(trx, actionId, id, title))) throw new NotFound();
    await record(deps, trx, actionId, 'action.document_updated');
  });
}

/** Moves a document by one place in the list. @throws NotFound when the action has none of this number */
export async function moveDocument(deps: Deps, actionId: number, id: number, by: -1 | 1): Promise<void> {
  await change(deps, actionId, async (trx) => {
    if (!(await repository.moveDocument(trx, actionId, id, by))) throw new NotFound();
    await record(deps, trx, actionId, 'action.document_updated');
  });
}

/** Takes a document away for good. @throws NotFound when the action has none of this number */
export async function removeDocument(deps: Deps, actionId: number, id: number): Promise<void> {
  await change(deps, actionId, async (trx) => {
    if (!(await repository.deleteDocument(trx, actionId, id))) throw new NotFound();
    await record(deps, trx, actionId, 'action.document_removed');
  });
}

const change = <T>(deps: Deps, actionId: number, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> =>
  deps.db.transaction(async (trx) => {
    if (!(await repository.lockAction(trx, actionId))) throw new NotFound();
    return work(trx);
  });

const record = (
  { clock }: Deps,
  trx: Knex.Transaction,
  id: number,
  action: AuditAction & `action.document_${string}`,
): Promise<void> => recordAudit(trx, { action, at: clock.now(), subject: { kind: 'action', id } });
