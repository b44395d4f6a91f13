import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Doer } from '#enrolment/doer.ts';
import { changeSession } from '#enrolment/session-changes/change.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { parisDay } from '#platform/french/time.ts';
import { replacing, tellEmployers, tellPeople, tellWithdrawn } from '../issuing/announce.ts';
import {
  type DocumentKind,
  type Due,
  documentKindsOf,
  type Facts,
  type FollowedSession,
  type News,
  subjectKey,
} from '../issuing/kind.ts';
import { findFollowedSession, findStanding, insertEvents, writeRefusals } from '../issuing/repository.ts';
import { issue, saySame } from '../issuing/service.ts';
import * as repository from './repository.ts';

export type { DocumentOnList, RefusalOnList, SessionDocuments } from './repository.ts';
export { findCertificateCode, findSessionDocuments } from './repository.ts';

/** A file to send. */
export interface Download {
  title: string;
  content: Buffer;
}

const fileOf = (deps: Pick<Dependencies, 'features'>, { kind, number, content }: repository.StoredFile) => ({
  title: `${documentKindsOf(deps.features).get(kind)?.label ?? kind} ${number}`,
  content,
});

/** A document of a session, for whoever runs it. @throws NotFound when it has none of this id, or its contents are erased */
export async function getDocument(deps: Dependencies, sessionId: number, id: number): Promise<Download> {
  const file = await repository.findFile(deps.db, sessionId, id);
  if (!file) throw new NotFound();
  return fileOf(deps, file);
}

/**
 * One's own document, by its number; that they got it is noted.
 * @throws NotFound for anybody else's, and once its contents are erased
 */
export async function takeOwnDocument(deps: Dependencies, userId: number, number: string): Promise<Download> {
  const file = await repository.findOwnFile(deps.db, userId, number);
  if (!file) throw new NotFound();
  const at = deps.clock.now();
  await insertEvents(deps.db, [{ documentId: file.id, kind: 'downloaded', at, by: userId }]);
  return fileOf(deps, file);
}

/** Which documents somebody asks for: all of a kind in the session, or that of a person. */
export interface ByHand {
  kind: string;
  enrolmentId?: number;
}

/**
 * Issues anew what says something else than what was issued: after a person's name was corrected, say, or under a new
 * template. Whom it concerns is written to.
 * @returns how many were issued, and why others could not be
 * @throws Conflict when nothing would change, or nothing can be issued yet; NotFound and Forbidden as every change of a
 *   session
 */
export async function issueByHand(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  { kind: key, enrolmentId }: ByHand,
): Promise<{ issued: number; refused: string[] }> {
  const kind = documentKindsOf(deps.features).get(key);
  if (!kind) throw new NotFound();
  return changeSession(deps, sessionId, by, async (trx) => {
    const session = (await findFollowedSession(trx, sessionId)) as FollowedSession;
    const at = deps.clock.now();
    const due = await (kind.byHand ?? kind.due)(trx, session, at);
    if (due === undefined) throw new Conflict(notYet(session));
    const standing = await findStanding(trx, sessionId, key);
    const last = new Map(standing.map((one) => [subjectKey(one), one]));
    // What the agency withdrew with a reason comes back only where somebody asks for that very document.
    const staysWithdrawn = (one: Due<Facts>) => {
      const before = last.get(subjectKey(one));
      return before?.isWithdrawnByHand && saySame(before.facts, one.facts);
    };
    const items = due.flatMap((one) => {
      const isAsked = enrolmentId === undefined ? !staysWithdrawn(one) : one.enrolmentId === enrolmentId;
      return one.facts !== null && isAsked ? [{ ...one, facts: one.facts }] : [];
    });
    if (items.length === 0)
      throw new Conflict('Rien de ce document ne peut être émis dans l’état présent de la session.');
    const { news, refusals } = await issue(deps, trx, { kind, session, items, at, by: by.userId, standing });
    if (news.length === 0 && refusals.length === 0) {
      throw new Conflict(
        'Rien n’a changé\u00a0: les documents émis disent déjà ce qu’ils diraient aujourd’hui.',
        'Rien à émettre',
      );
    }
    await writeRefusals(trx, { sessionId, kind: key, at }, refusals, items);
    await tell(deps, trx, kind, news);
    await tellEmployers(deps, trx, replacing(news));
    await recordAudit(trx, {
      action: 'document.issued',
      at,
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
      details: { kind: kind.key, documents: news.length },
    });
    return { issued: news.length, refused: refusals.map(({ reason }) => reason) };
  });
}

const notYet = ({ sheet }: FollowedSession): string =>
  sheet === 'corrected'
    ? 'La feuille de présence est en cours de correction\u00a0: validez-la de nouveau d’abord.'
    : 'Ce document ne peut pas encore être émis.';

async function tell(
  deps: Dependencies,
  trx: Knex.Transaction,
  kind: DocumentKind,
  news: readonly News[],
): Promise<number> {
  if (news.length === 0 || !kind.tell) return 0;
  if (kind.tell === 'person') return tellPeople(deps, trx, news);
  await kind.tell(deps, trx, news);
  return news.length;
}

/**
 * Sends a document that stands to whom it concerns, once more.
 * @throws Conflict when it is replaced, withdrawn, erased, or goes to nobody; NotFound when the session has none of this id
 */
export async function sendAgain(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  documentId: number,
): Promise<void> {
  await changeSession(deps, sessionId, by, async (trx) => {
    const document = await standingOf(trx, sessionId, documentId);
    const kind = documentKindsOf(deps.features).get(document.kind);
    const { facts } = document;
    if (!kind?.tell || facts === null) throw new Conflict('Ce document ne s’envoie pas par e-mail.');
    if ((await tell(deps, trx, kind, [{ document, facts }])) === 0)
      throw new Conflict('Le compte de cette personne est fermé\u00a0: rien n’a été envoyé.');
    await recordAudit(trx, {
      action: 'document.sent',
      at: deps.clock.now(),
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
      details: { kind: kind.key },
    });
  });
}

/**
 * Withdraws a document: whoever checks it is told so, with the reason, and whoever it is about is written to. It stays
 * withdrawn until it would say something else, or somebody issues it anew.
 * @throws Conflict when it is replaced or withdrawn already; NotFound when the session has none of this id
 */
export async function withdrawDocument(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  { documentId, reason }: { documentId: number; reason: string },
): Promise<void> {
  await changeSession(deps, sessionId, by, async (trx) => {
    const document = await standingOf(trx, sessionId, documentId);
    const at = deps.clock.now();
    await insertEvents(trx, [{ documentId, kind: 'withdrawn', at, by: by.userId, reason }]);
    const kind = documentKindsOf(deps.features).get(document.kind);
    if (document.enrolmentId === null) await kind?.tellWithdrawn?.(deps, trx, [document]);
    else await tellWithdrawn(deps, trx, [document], reason);
    await recordAudit(trx, {
      action: 'document.withdrawn',
      at,
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
      details: { kind: document.kind as DocumentKind['key'] },
    });
  });
}

async function standingOf(
  trx: Knex.Transaction,
  sessionId: number,
  documentId: number,
): Promise<repository.DocumentAtHand> {
  const document = await repository.findAtHand(trx, sessionId, documentId);
  if (!document) throw new NotFound();
  if (document.isReplaced) throw new Conflict('Ce document a été remplacé par une version plus récente.');
  if (document.isWithdrawn) throw new Conflict('Ce document a été retiré.');
  return document;
}

/** The document of a session, for a page that is about to change it. @throws as {@link withdrawDocument} */
export const getStanding = (deps: Dependencies, sessionId: number, id: number) =>
  deps.db.transaction((trx) => standingOf(trx, sessionId, id));

/** A statement of some tens of megabytes at most. */
const ERASED_AT_A_TIME = 500;

/** Erases the contents of documents whose term is over; what proves that they were issued stays. */
export async function forgetContents({ db, clock }: Dependencies): Promise<void> {
  const at = clock.now();
  const today = parisDay(at).toString();
  while ((await repository.eraseContents(db, { today, at, most: ERASED_AT_A_TIME })) === ERASED_AT_A_TIME);
}
