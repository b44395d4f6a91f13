import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Doer } from '#enrolment/doer.ts';
import { changeSession } from '#enrolment/session-changes/change.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { pdfInWords, refuseUnsoundPdf } from '#platform/files/pdf.ts';
import { detailOf, kindLabel } from './issued/presentation.ts';
import type { DocumentOnList } from './issued/service.ts';
import * as repository from './repository.ts';

export type { SessionDocument } from './repository.ts';
export { findDocuments } from './repository.ts';

/** As many documents as one session has. */
export const MOST_DOCUMENTS = 20;

/** Something to download from one's own request. */
export interface PersonDocument {
  label: string;
  /** « PDF, 340 ko » */
  detail: string;
  href: string;
  /** `get`: a link; `post`: a form, for what is issued, whose reading is noted; null once its contents are erased. */
  way: 'get' | 'post' | null;
}

/**
 * What each of these enrolments gives its person to download, in one statement: what was issued about them, the
 * versions that were replaced too, and the documents of the session. An enrolment without any is not in the map.
 * @param enrolmentIds of one person, who has been checked by the caller
 */
export async function documentsOf(
  db: Knex,
  enrolmentIds: readonly number[],
): Promise<Map<number, PersonDocument[]>> {
  if (enrolmentIds.length === 0) return new Map();
  const found = await repository.findForEnrolments(db, enrolmentIds);
  return new Map(
    found
      .map(({ enrolmentId, issued, documents }): [number, PersonDocument[]] => {
        const base = `/parcourspro/mon-espace/demandes/${enrolmentId}/documents`;
        const given = documents.map(
          ({ id, title, bytes }): PersonDocument => ({
            label: title,
            detail: pdfInWords(bytes),
            href: `${base}/${id}`,
            way: 'get',
          }),
        );
        return [enrolmentId, [...issued.map(issuedDocument), ...given]];
      })
      .filter(([, list]) => list.length > 0),
  );
}

const issuedDocument = (document: DocumentOnList): PersonDocument => ({
  label: kindLabel(document.kind),
  detail: detailOf(document),
  href: `/parcourspro/mon-espace/documents/${document.number}`,
  way: document.isErased ? null : 'post',
});

/** A document to give, as it was sent. */
export interface NewDocument {
  title: string;
  content: Uint8Array;
}

/**
 * Gives a document to the people of a session.
 * @returns false when the very same file is there already
 * @throws DocumentRefused for what is no sound PDF; Conflict for a session that has as many as it may, or one that is
 *   cancelled; NotFound and Forbidden as every change of a session
 */
export async function addDocument(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  { title, content }: NewDocument,
): Promise<boolean> {
  await refuseUnsoundPdf(content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return changeSession(deps, sessionId, by, async (trx, session) => {
    if (session.cancelledAt) throw new Conflict('Cette session est annulée.');
    if ((await repository.countDocuments(trx, sessionId)) >= MOST_DOCUMENTS) {
      throw new Conflict(`Une session a ${MOST_DOCUMENTS} documents au plus\u00a0: retirez-en un d’abord.`);
    }
    const at = deps.clock.now();
    const document = { sessionId, title, content, sha256, at, by: by.userId as number };
    if ((await repository.insertDocument(trx, document)) === undefined) return false;
    await recordAudit(trx, {
      action: 'training_session.document_added',
      at,
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
    });
    return true;
  });
}

/** Takes a document away for good. @throws NotFound when the session has none of this number */
export async function removeDocument(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  documentId: number,
): Promise<void> {
  await changeSession(deps, sessionId, by, async (trx) => {
    if ((await repository.deleteDocument(trx, sessionId, documentId)) === 0) throw new NotFound();
    await recordAudit(trx, {
      action: 'training_session.document_removed',
      at: deps.clock.now(),
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
    });
  });
}

/** A file to send. */
export interface Download {
  title: string;
  content: Buffer;
}

/** A document of a session, for its training body. @throws NotFound when it has none of this number */
export async function getDocument(db: Knex, sessionId: number, documentId: number): Promise<Download> {
  const found = await repository.findContent(db, sessionId, documentId);
  if (!found) throw new NotFound();
  return found;
}

/** A document of the session in which the person has, or had, a confirmed seat. @throws NotFound to anybody else */
export async function getOwnDocument(
  db: Knex,
  own: { userId: number; enrolmentId: number; id: number },
): Promise<Download> {
  const found = await repository.findOwnContent(db, own);
  if (!found) throw new NotFound();
  return found;
}
