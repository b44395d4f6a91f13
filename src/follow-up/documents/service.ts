import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Doer } from '#enrolment/doer.ts';
import { changeSession } from '#enrolment/session-changes/change.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { pdfInWords, refuseUnsoundPdf } from '#platform/files/pdf.ts';
import { attestationPdf } from './attestation.ts';
import * as repository from './repository.ts';

export type { SessionDocument } from './repository.ts';
export { findDocuments } from './repository.ts';

/** As many documents as one session has. */
export const MOST_DOCUMENTS = 20;

/** Something to download from one's own request. */
export interface PersonDocument {
  kind: 'document' | 'attestation';
  label: string;
  /** « PDF, 340 ko » */
  detail: string;
  href: string;
}

/**
 * What each of these enrolments gives its person to download, in one statement: the documents of the session, and the
 * attestation of their presence once all of it is noted. An enrolment without any is not in the map.
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
      .map(({ enrolmentId, hasAttestation, documents }): [number, PersonDocument[]] => {
        const base = `/parcourspro/mon-espace/demandes/${enrolmentId}`;
        const attestation: PersonDocument = {
          kind: 'attestation',
          label: 'Attestation de présence',
          detail: 'PDF',
          href: `${base}/attestation.pdf`,
        };
        return [
          enrolmentId,
          [
            ...(hasAttestation ? [attestation] : []),
            ...documents.map(
              ({ id, title, bytes }): PersonDocument => ({
                kind: 'document',
                label: title,
                detail: pdfInWords(bytes),
                href: `${base}/documents/${id}`,
              }),
            ),
          ],
        ];
      })
      .filter(([, list]) => list.length > 0),
  );
}

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

/**
 * The attestation of somebody's presence, for that person or for the training body.
 * @throws NotFound when it is neither's, or when nothing can be attested yet
 */
export async function getAttestation(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  enrolmentId: number,
  reader: { userId: number } | { providerId: number },
): Promise<Download> {
  const facts = await repository.findAttestation(db, enrolmentId);
  const mayRead =
    facts && ('userId' in reader ? facts.userId === reader.userId : facts.providerId === reader.providerId);
  if (!mayRead) throw new NotFound();
  return {
    title: `Attestation de présence ${facts.personName}`,
    content: await attestationPdf(facts, clock.now()),
  };
}
